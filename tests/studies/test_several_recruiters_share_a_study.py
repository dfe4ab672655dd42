"""Several recruiters on one study: shares, one list of items, one sum of money."""

from decimal import Decimal

import pytest

from studies.errors import StudyError
from studies.models import Posting, Study, Vote
from studies.selectors import committed_usd, spent_usd
from studies.services import recruiting
from studies.services.collect import advance
from studies.services.launch_plan import plan
from studies.services.publish import launch
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import built_study

pytestmark = pytest.mark.django_db
Two = tuple[FakeRecruiter, FakeRecruiter]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    """Two recruiters, `mturk` and `panel`."""
    mturk, panel = FakeRecruiter(name="mturk"), FakeRecruiter(name="panel")
    wired = {"mturk": lambda: mturk, "panel": lambda: panel}
    monkeypatch.setattr(recruiting, "RECRUITERS", wired)
    return mturk, panel


def sold(study: Study) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in study.postings.exclude(state=Posting.State.CLOSED):
        found[row.recruiter] = found.get(row.recruiter, 0) + row.places
    return found


# 24 items x 3 votes in sessions of 5: 15 sessions
@pytest.mark.parametrize(
    ("asked", "shares"),
    [
        (["mturk"], {"mturk": 15}),
        (["mturk", "panel=4"], {"mturk": 11, "panel": 4}),
        (["mturk", "panel"], {"mturk": 8, "panel": 7}),
        (["mturk=5", "panel=10"], {"mturk": 5, "panel": 10}),
    ],
)
def test_the_sessions_are_shared_out(
    two: Two, asked: list[str], shares: dict[str, int]
) -> None:
    study = launch(built_study(), *asked)
    assert sold(study) == shares
    assert dict(study.channels.values_list("recruiter", "sessions")) == shares
    assert [sum(p.places for p in fake.postings.values()) for fake in two] == [
        shares.get("mturk", 0),
        shares.get("panel", 0),
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["mturk=5", "panel=9"], "14 sessions are asked for, the study needs 15: name"),
        (["mturk=16"], "16 sessions are asked for, the study needs 15"),
        (["mturk", "mturk=3"], "mturk is named twice"),
        (["mturk=many"], "from 1 to 999,999: write mturk=20, or mturk alone for"),
        (["mturk=-1"], "asks for no number"),
        (["fax"], "there is no recruiter 'fax'"),
        ([], "no recruiter is named"),
    ],
)
def test_shares_that_do_not_fit_are_refused(
    two: Two, asked: list[str], words: str
) -> None:
    study = built_study()
    with pytest.raises(StudyError, match=words):
        launch(study, *asked)
    study.refresh_from_db()
    assert study.state == Study.State.READY
    assert not study.postings.exists()


def test_the_plan_has_a_line_per_recruiter_and_one_total(two: Two) -> None:
    planned = plan(built_study(), "mturk", "panel=4")
    assert [(line.recruiter, line.sessions) for line in planned.lines] == [
        ("mturk", 11),
        ("panel", 4),
    ]
    assert [line.total_usd for line in planned.lines] == [
        Decimal("2.64"),
        Decimal("0.96"),
    ]
    assert planned.total_usd == Decimal("3.60")


def test_real_money_is_confirmed_for_the_total(two: Two) -> None:
    two[1].spends_real_money = True
    study = built_study()
    for wrong in (None, Decimal("0.96")):
        with pytest.raises(StudyError, match=r"--yes-spend 3\.60"):
            launch(study, "mturk", "panel=4", confirmed_usd=wrong)
    launch(study, "mturk", "panel=4", confirmed_usd=Decimal("3.60"))
    assert study.state == Study.State.LIVE


def test_every_item_gets_its_votes_whoever_recruited(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    fakes = {fake.name: fake for fake in two}
    for number in range(100):
        posting = free_posting(study)
        if posting is None:
            advance(study)
            posting = free_posting(study)
        if posting is None:
            break
        work(fakes[posting.recruiter], posting, number)
    advance(study)
    assert study.state == Study.State.CLOSED
    assert Vote.objects.counted().count() == 24 * 3
    assert not study.items.exclude(taken=3).filter(kind="scored").exists()
    assert all(fake.expired == set(fake.postings) for fake in two)
    paid = sum(Decimal(1000) - fake.money for fake in two)
    assert spent_usd(study) == committed_usd(study) == paid > 0


def test_one_worker_id_at_two_recruiters_is_two_people(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    for name, fake in zip(("mturk", "panel"), two, strict=True):
        posting = study.postings.filter(recruiter=name).first()
        assert posting is not None
        work(fake, posting, 1)
    raters = study.assignments.order_by("pk").values_list("rater", flat=True)
    assert list(raters) == ["mturk:AWORKER0001", "panel:AWORKER0001"]


def test_what_is_missing_is_sold_in_the_same_proportion(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel=5")
    study.postings.update(state=Posting.State.CLOSED)
    assert advance(study).new_places == 15
    assert sold(study) == {"mturk": 10, "panel": 5}


def test_what_one_may_not_sell_under_the_cap_another_may(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = two[1]
    free_cost = free.cost(0, Decimal(0), 1)
    monkeypatch.setattr(free, "cost", lambda *_: free_cost)
    study = launch(built_study(), "mturk", "panel=5")
    study.postings.update(state=Posting.State.CLOSED)
    Study.objects.update(hard_cap_usd=Decimal("0.50"))
    assert advance(study).new_places == 15
    assert sold(study) == {"mturk": 2, "panel": 13}
