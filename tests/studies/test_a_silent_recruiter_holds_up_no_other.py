"""While one recruiter does not answer, votes and pay of the others go on."""

from decimal import Decimal

import pytest
import time_machine

from studies.errors import RecruiterError
from studies.models import Assignment, Channel, Posting, Study
from studies.services import recruiting
from studies.services.bonuses import BonusOrder, order_bonuses, plan_bonuses
from studies.services.collect import advance
from studies.services.publish import close, launch
from studies.services.sessions import begin
from tests.fakes import FakeRecruiter
from tests.studies.conftest import work
from tests.worlds import NOW, built_study, entry_of

pytestmark = pytest.mark.django_db
Two = tuple[FakeRecruiter, FakeRecruiter]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    mturk, panel = FakeRecruiter(name="mturk"), FakeRecruiter(name="panel")
    wired = {"mturk": lambda: mturk, "panel": lambda: panel}
    monkeypatch.setattr(recruiting, "RECRUITERS", wired)
    return mturk, panel


def at(study: Study, name: str) -> Posting:
    found = study.postings.filter(recruiter=name).first()
    assert found is not None
    return found


def test_a_recruiter_that_publishes_is_enough_to_go_live(two: Two) -> None:
    study = built_study()
    two[1].fail["open"] = "before"
    with pytest.raises(RecruiterError, match="panel: open failed"):
        launch(study, "mturk", "panel")
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
    assert at(study, "panel").state == Posting.State.SENDING
    assert advance(study).published == 1
    assert set(study.postings.values_list("state", flat=True)) == {"open"}


def test_the_others_are_pulled_and_paid_and_the_problem_is_shown(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    mine = work(two[1], at(study, "panel"), 1)
    two[0].fail["submissions"] = "before"
    with pytest.raises(RecruiterError, match="mturk: submissions failed"):
        advance(study)
    mine.refresh_from_db()
    assert (mine.state, mine.used) == (Assignment.State.APPROVED, True)
    problems = dict(study.channels.values_list("recruiter", "problem"))
    assert problems == {"mturk": "submissions failed", "panel": ""}
    advance(study)
    assert not Channel.objects.exclude(problem="").exists()


def test_sessions_of_a_silent_recruiter_are_not_given_up(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    theirs, others = (
        begin(study, at(study, name), entry_of(number), now=NOW, client={})
        for number, name in enumerate(("mturk", "panel"))
    )
    two[0].fail["submissions"] = "before"
    with time_machine.travel(NOW.replace(hour=23), tick=False):
        with pytest.raises(RecruiterError):
            advance(study)
        theirs.refresh_from_db()
        others.refresh_from_db()
        assert (theirs.state, others.state) == ("active", "expired")
        advance(study)
    theirs.refresh_from_db()
    assert theirs.state == Assignment.State.EXPIRED


def test_what_is_missing_is_sold_by_those_that_answer(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    study.postings.update(state=Posting.State.CLOSED)
    two[0].fail["submissions"] = "before"
    work_there = at(study, "mturk")
    Posting.objects.filter(pk=work_there.pk).update(state=Posting.State.OPEN)
    with pytest.raises(RecruiterError):
        advance(study)
    opened = study.postings.filter(state=Posting.State.OPEN, recruiter="panel")
    assert sum(row.places for row in opened) == 15 - work_there.places


def test_a_study_closes_when_everybody_has_answered(two: Two) -> None:
    study = launch(built_study(), "mturk", "panel")
    two[0].fail["expire"] = "before"
    with pytest.raises(RecruiterError, match="mturk: expire failed"):
        advance(close(study))
    study.refresh_from_db()
    assert study.state == Study.State.CLOSING
    assert two[1].expired == set(two[1].postings)
    advance(study)
    assert study.state == Study.State.CLOSED
    assert two[0].expired == set(two[0].postings)


def test_a_closed_study_pays_bonuses_while_another_recruiter_is_silent(
    two: Two,
) -> None:
    study = launch(built_study(), "mturk", "panel")
    work(two[1], at(study, "panel"), 1)
    advance(close(study))
    study.refresh_from_db()
    assert study.state == Study.State.CLOSED
    order = BonusOrder(Decimal("0.10"), "Careful work")
    planned = plan_bonuses(study, study.assignments.all(), order)
    order_bonuses(study, planned, by="ada", confirmed_usd=None)
    two[0].fail["submissions"] = "before"
    with pytest.raises(RecruiterError, match="mturk: submissions failed"):
        advance(study)
    assert len(two[1].bonuses) == 1
    assert study.channels.get(recruiter="mturk").problem == "submissions failed"
