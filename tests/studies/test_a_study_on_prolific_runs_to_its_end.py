"""A study on Prolific, from launch to report: real calls, and faults on the way."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from studies.errors import RecruiterError, RefusedError, StudyError
from studies.models import Assignment, Payment, Posting, Study, Vote
from studies.selectors import spent_usd
from studies.services.collect import advance
from studies.services.launch_plan import plan
from studies.services.publish import close, launch
from studies.services.report import render_report
from studies.services.votes import finish
from tests.recruiters.prolific_server import Prolific
from tests.recruiters.prolific_study import come, launched, on_prolific, work
from tests.studies.conftest import answer_all
from tests.worlds import NOW, built_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def prolific(
    monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> Iterator[Prolific]:
    with on_prolific(monkeypatch) as there:
        yield there


def persisted(study: Study) -> None:
    """As the clock does: again until nothing fails."""
    for _ in range(20):
        try:
            advance(study)
        except RecruiterError:
            continue
        return
    raise AssertionError("it never went through")


def test_a_launch_names_the_exact_amount_that_prolific_will_take(
    prolific: Prolific,
) -> None:
    ready = built_study()
    planned = plan(ready, "prolific")
    assert planned.real_money
    assert planned.problems == ()
    before = prolific.world.free()
    with pytest.raises(StudyError, match=f"--yes-spend {planned.total_usd}"):
        launch(ready, "prolific", confirmed_usd=planned.total_usd - 1)
    assert not prolific.world.studies
    study = launch(ready, "prolific", confirmed_usd=planned.total_usd)
    assert Decimal(before - prolific.world.free()) / 100 == planned.total_usd
    posting = study.postings.get()
    assert posting.places == planned.sessions
    assert posting.url.endswith(f"/researcher/studies/{posting.external_id}")


def test_from_launch_to_report_with_faults_on_every_call(
    prolific: Prolific, clock: time_machine.Traveller
) -> None:
    ready = built_study()
    total = plan(ready, "prolific").total_usd
    prolific.fail("POST /studies/$", "before")
    # drafted, as nobody is told: found and published
    prolific.fail("POST /studies/$", "after")
    for kind in ("before", "after", "cut"):
        prolific.fail("POST /studies/[^/]+/transition/", kind)
        prolific.fail("^POST /submissions/[^/]+/transition/", kind, times=3)
        prolific.fail("^PATCH", kind)
        prolific.fail("^GET /submissions/", kind, times=5)
    prolific.fail("^GET", "429", times=3)
    with pytest.raises(RecruiterError):
        launch(ready, "prolific", confirmed_usd=total)
    study = Study.objects.get()
    for number in range(1, 120):
        persisted(study)
        if study.state == Study.State.CLOSED:
            break
        clock.shift(600)
        if has_room(prolific, study):
            take_part(prolific, study, number)
    assert [fault for fault in prolific.faults if fault.times] == []
    check_books(prolific, study)


def has_room(prolific: Prolific, study: Study) -> bool:
    there = prolific.world.studies[study.postings.get().external_id]
    return there["status"] == "ACTIVE" and prolific.world.places_left(there) > 0


def take_part(prolific: Prolific, study: Study, number: int) -> None:
    """Most do it well; some return it, or never go back, or answer at random."""
    if number % 7 == 3:
        prolific.leave(come(prolific, study, number).external_id)
    elif number % 7 == 5:
        session = come(prolific, study, number)
        answer_all(session)
        finish(session, timezone.now())
        prolific.leave(session.external_id, "TIMED-OUT")
    elif number % 7 == 6:
        # wrong on the catch items too: paid, and made up for by a place more
        work(prolific, study, number, wrong)
    else:
        work(prolific, study, number)


def wrong(truth: str) -> str:
    return "fake" if truth == "real" else "real"


def check_books(prolific: Prolific, study: Study) -> None:
    world = prolific.world
    assert study.state == Study.State.CLOSED
    assert Vote.objects.counted().count() == 24 * 3
    paid = study.assignments.filter(state=Assignment.State.APPROVED)
    assert set(world.paid) == set(paid.values_list("external_id", flat=True))
    assert set(world.paid.values()) == {1}
    assert Decimal(1_000_000 - world.balance) / 100 == spent_usd(study)
    assert set(Payment.objects.values_list("state", flat=True)) == {"confirmed"}
    (there,) = world.studies.values()
    assert there["status"] == "COMPLETED"
    assert not any(paid.filter(used=True).values_list("flags", flat=True))
    assert paid.filter(used=False).exists()
    assert "Category 0" in render_report(study, "text")


def test_places_that_are_missing_grow_the_same_study(prolific: Prolific) -> None:
    study = launched()
    posting = study.postings.get()
    there = prolific.world.studies[posting.external_id]
    Posting.objects.update(places=1, told_places=1)
    there["total_available_places"] = 1
    prolific.fail("^PATCH", "before", times=4)
    with pytest.raises(RecruiterError):
        advance(study)
    assert there["total_available_places"] == 1
    advance(study)
    grown = study.postings.get()
    assert grown.places == grown.told_places == posting.places
    assert there["total_available_places"] == posting.places
    before = prolific.calls[f"PATCH /studies/{posting.external_id}/"]
    advance(study)
    assert prolific.calls[f"PATCH /studies/{posting.external_id}/"] == before


def test_the_code_is_given_when_every_vote_is_stored_and_not_before(
    prolific: Prolific,
) -> None:
    study = launched()
    session = come(prolific, study, 1)
    with pytest.raises(RefusedError, match="no answer yet"):
        finish(session, NOW)
    answer_all(session)
    form = finish(session, NOW)
    (code,) = prolific.world.studies[study.postings.get().external_id][
        "completion_codes"
    ]
    assert (form.code, form.fields) == (code["code"], {"cc": code["code"]})


def test_a_returned_place_is_given_back_and_taken_by_the_next(
    prolific: Prolific, clock: time_machine.Traveller
) -> None:
    study = launched()
    first = come(prolific, study, 1)
    prolific.leave(first.external_id)
    clock.shift(3600)
    assert advance(study).returned == 1
    first.refresh_from_db()
    assert first.state == Assignment.State.RETURNED
    come(prolific, study, 2)


def test_closing_stops_the_study_and_pays_who_is_at_work(prolific: Prolific) -> None:
    study = launched()
    session = come(prolific, study, 1)
    advance(close(study))
    (there,) = prolific.world.studies.values()
    assert (there["status"], study.state) == ("COMPLETED", Study.State.CLOSING)
    answer_all(session)
    prolific.complete(session.external_id, finish(session, NOW).code)
    advance(study)
    assert study.state == Study.State.CLOSED
    assert prolific.world.paid == {session.external_id: 1}


def test_without_a_token_it_says_what_to_set() -> None:
    with pytest.raises(StudyError, match="set PROLIFIC_TOKEN"):
        plan(built_study(), "prolific")
