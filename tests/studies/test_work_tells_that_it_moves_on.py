"""Rows of work are written at most once a second, and at the ends of a stretch."""

from datetime import UTC, datetime
from typing import Any

import pytest

from studies.models import Generation, Study, Upload
from studies.services.progress import LeftError, RowProgress

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Second:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def second() -> Second:
    return Second()


def upload() -> Upload:
    return Upload.objects.create(key="k", slug="s", seen_at=LONG_AGO)


def generation() -> Generation:
    study = Study.objects.create(slug="s", title="S")
    return Generation.objects.create(study=study, run="/r", seed=1, touched_at=LONG_AGO)


@pytest.mark.parametrize(
    ("make", "field", "named"),
    [(upload, "seen_at", {}), (generation, "touched_at", {"touches": "touched_at"})],
)
def test_steps_within_a_second_are_written_once(
    db: None,
    second: Second,
    django_assert_num_queries: Any,
    make: Any,
    field: str,
    named: Any,
) -> None:
    row = make()
    rows = type(row).objects.filter(pk=row.pk)
    told = RowProgress(rows, clock=second, **named)
    with django_assert_num_queries(1):
        told.start(4, "reading")
    with django_assert_num_queries(1):
        for second.now in (0.4, 0.8, 1.0, 1.9):
            told.step()
    rows.update(**{field: LONG_AGO})
    with django_assert_num_queries(1):
        told.done()
    row.refresh_from_db()
    assert getattr(row, field) > LONG_AGO


def test_what_is_counted_is_the_stretch_that_is_named(db: None, second: Second) -> None:
    row = upload()
    told = RowProgress(Upload.objects.all(), counts="sampling", clock=second)
    for label, steps in (("preparing", 3), ("sampling", 2)):
        told.start(9, label)
        told.step(steps)
        told.done()
        row.refresh_from_db()
        counted = (steps, 9) if label == "sampling" else (0, 0)
        assert (row.done, row.total) == counted


def test_what_was_counted_stands_while_another_stretch_goes_on(
    db: None, second: Second
) -> None:
    row = upload()
    told = RowProgress(Upload.objects.all(), counts="sampling", clock=second)
    told.start(9, "sampling")
    told.step(4)
    told.done()
    Upload.objects.update(seen_at=LONG_AGO)
    told.start(70, "listing")
    for second.now in (1.0, 2.0):
        told.step(30)
        row.refresh_from_db()
        assert (row.done, row.total) == (4, 9)
        # none the less it is at work
        assert row.seen_at != LONG_AGO
    told.done()
    row.refresh_from_db()
    assert (row.done, row.total) == (4, 9)
    # another stretch of that name is counted from its start
    told.start(5, "sampling")
    row.refresh_from_db()
    assert (row.done, row.total) == (0, 5)


def test_work_that_nobody_wants_ends_within_a_second(db: None, second: Second) -> None:
    told = RowProgress(Upload.objects.none(), ends=True, clock=second)
    told.step()
    second.now = 1.0
    with pytest.raises(LeftError):
        told.step()
