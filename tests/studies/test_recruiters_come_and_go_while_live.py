"""A live study takes one more recruiter, and lets one go."""

from decimal import Decimal

import pytest

from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Assignment, Channel, Posting, Study
from studies.services import recruiting
from studies.services.channels import plan_recruiting, recruit, stop
from studies.services.collect import advance
from studies.services.publish import launch
from studies.services.sessions import begin
from tests.fakes import FakeRecruiter
from tests.studies.conftest import work
from tests.worlds import NOW, built_study, entry_of

pytestmark = pytest.mark.django_db
Two = tuple[FakeRecruiter, FakeRecruiter]
NEEDED = 15


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    mturk, panel = FakeRecruiter(name="mturk"), FakeRecruiter(name="panel")
    wired = {"mturk": lambda: mturk, "panel": lambda: panel}
    monkeypatch.setattr(recruiting, "RECRUITERS", wired)
    return mturk, panel


def places(study: Study, name: str) -> int:
    taking = study.postings.filter(recruiter=name, state=Posting.State.OPEN)
    return sum(taking.values_list("places", flat=True))


def test_one_more_recruiter_sells_what_was_asked(two: Two) -> None:
    study = launch(built_study(), "mturk")
    line = recruit(study, "panel", 4)
    assert (line.sessions, line.total_usd) == (4, Decimal("0.96"))
    assert places(study, "panel") == 4
    assert study.channels.get(recruiter="panel").sessions == 4


def test_without_a_number_a_recruiter_sells_what_is_lacking(two: Two) -> None:
    study = launch(built_study(), "mturk")
    with pytest.raises(StudyError, match="every place that tiny needs is sold"):
        recruit(study, "panel")
    stop(study, "mturk")
    assert recruit(study, "panel").sessions == NEEDED
    assert advance(study).new_places == 0


def test_a_stopped_recruiter_keeps_who_is_at_work(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel=9")
    posting = study.postings.get(recruiter="panel")
    mine = begin(study, posting, entry_of(1), now=NOW, client={})
    stop(study, "panel")
    assert two[1].expired == set(two[1].postings)
    assert not two[0].expired
    mine.refresh_from_db()
    assert mine.state == Assignment.State.ACTIVE


def test_who_submits_through_a_stopped_recruiter_is_paid(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel=9")
    mine = work(two[1], study.postings.get(recruiter="panel"), 1)
    stop(study, "panel")
    advance(study)
    mine.refresh_from_db()
    assert (mine.state, mine.used) == (Assignment.State.APPROVED, True)


def test_what_a_stopped_recruiter_did_not_sell_the_others_sell(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel=9")
    stop(study, "panel")
    assert advance(study).new_places == 9
    assert (places(study, "mturk"), places(study, "panel")) == (NEEDED, 0)


def test_without_an_open_recruiter_the_study_says_so(two: Two) -> None:
    study = launch(built_study(), "mturk")
    stop(study, "mturk")
    assert advance(study).new_places == 0
    study.refresh_from_db()
    assert "15 more sessions are needed and no recruiter is open" in study.problem


def test_a_stopped_recruiter_can_be_taken_again(two: Two) -> None:
    study = launch(built_study(), "mturk")
    stop(study, "mturk")
    assert recruit(study, "mturk").sessions == NEEDED
    assert study.channels.get().state == Channel.State.OPEN
    assert places(study, "mturk") == NEEDED


def test_a_recruiter_that_cannot_be_told_is_told_by_the_next_advance(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel=9")
    two[1].fail["expire"] = "before"
    with pytest.raises(RecruiterError):
        stop(study, "panel")
    assert places(study, "panel") == 9
    advance(study)
    assert places(study, "panel") == 0
    assert two[1].expired == set(two[1].postings)


def test_a_publication_that_failed_is_made_up_for_by_the_next_advance(two: Two) -> None:
    study = launch(built_study(), "mturk")
    two[1].fail["open"] = "after"
    with pytest.raises(RecruiterError):
        recruit(study, "panel", 4)
    advance(study)
    assert places(study, "panel") == 4
    assert len(two[1].postings) == 1


@pytest.mark.parametrize("number", [0, -3, 1_000_000])
def test_odd_numbers_are_refused(two: Two, number: int) -> None:
    study = launch(built_study(), "mturk")
    with pytest.raises(StudyError, match="ask for 1 to 999,999 sessions"):
        plan_recruiting(study, "panel", number)


def test_money_is_asked_for_and_kept_within_the_cap(two: Two) -> None:
    study = launch(built_study(), "mturk")
    two[1].spends_real_money = True
    with pytest.raises(StudyError, match=r"--yes-spend 0\.96"):
        recruit(study, "panel", 4)
    two[1].money = Decimal("0.95")
    with pytest.raises(StudyError, match=r"panel account holds \$0\.95"):
        recruit(study, "panel", 4)
    # 15 places at 0.24 are open: 3.60 of it is spoken for
    Study.objects.update(hard_cap_usd=Decimal("4.20"))
    study.refresh_from_db()
    with pytest.raises(StudyError, match=r"2 sessions more at panel fit under"):
        recruit(study, "panel", 4, confirmed_usd=Decimal("0.96"))
    assert not study.channels.filter(recruiter="panel").exists()


def test_only_a_live_study_changes_its_recruiters(two: Two) -> None:
    study = built_study()
    for change in (recruit, stop):
        with pytest.raises(WrongStateError, match="only a live study"):
            change(study, "mturk")
    launch(study, "mturk")
    with pytest.raises(StudyError, match="recruits by mturk, not by panel"):
        stop(study, "panel")
