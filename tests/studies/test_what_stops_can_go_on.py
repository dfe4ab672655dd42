"""A study that is stopped says so once, and a person can make it go on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Payment, Posting, Study
from studies.recruiters.base import PostingHandle, PostingSpec
from studies.services import publish, recruiting
from studies.services.collect import advance
from studies.services.launch_plan import LaunchPlan, plan
from studies.services.publish import close, launch
from studies.services.stimuli import DEAD_AFTER, resume_dead_builds
from studies.services.study_settings import change_caps
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import built_study

pytestmark = pytest.mark.django_db


class FullRecruiter(FakeRecruiter):
    """Publishes nothing more, for good."""

    def open(self, spec: PostingSpec) -> PostingHandle:
        self._call("open", before=True)
        raise RecruiterError("insufficient funds", permanent=True)


def submitted(recruiter: FakeRecruiter) -> Study:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    work(recruiter, posting, 1)
    return study


def test_a_cap_that_is_met_is_told_once_and_can_be_raised(
    recruiter: FakeRecruiter,
) -> None:
    study = submitted(recruiter)
    Study.objects.update(hard_cap_usd="0.10")
    for _ in range(3):
        advance(study)
    study.refresh_from_db()
    assert "Watch page" in study.problem
    assert study.events.filter(kind="cap").count() == 1
    assert not Payment.objects.exists()
    change_caps(study, hard_usd=Decimal("100.00"), soft_usd=None, by="ada")
    assert advance(study).paid == 1
    study.refresh_from_db()
    assert study.problem == ""
    assert "ada set the hard cap to $100.00" in study.events.first().message  # type: ignore[union-attr]


def test_a_cap_below_what_is_spent_is_refused(recruiter: FakeRecruiter) -> None:
    study = submitted(recruiter)
    advance(study)
    with pytest.raises(StudyError, match=r"\$0\.24 are spent already"):
        change_caps(study, hard_usd=Decimal("0.23"), soft_usd=None, by="ada")


def test_a_study_closes_although_a_posting_was_refused_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = FullRecruiter()
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: full})
    study = built_study()
    with pytest.raises(RecruiterError):
        launch(study, "mturk")
    assert Posting.objects.filter(state=Posting.State.SENDING).exists()
    advance(close(study))
    study.refresh_from_db()
    assert study.state == Study.State.CLOSED
    assert "insufficient funds" in "".join(
        Posting.objects.values_list("problem", flat=True)
    )


def test_what_was_changed_after_the_plan_is_not_bought(
    recruiter: FakeRecruiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(study: Study, *asked: str) -> LaunchPlan:
        planned = plan(study, *asked)
        Study.objects.update(reward_usd="9.00")
        return planned

    monkeypatch.setattr(publish, "plan", overtaken)
    with pytest.raises(WrongStateError, match="look at the plan again"):
        launch(built_study(), "mturk")
    assert not recruiter.postings
    assert Study.objects.get().state == Study.State.READY


def test_a_build_whose_worker_died_is_taken_up() -> None:
    study = Study.objects.create(slug="dead", title="Dead", state="building")
    Study.objects.update(touched_at=timezone.now())
    assert resume_dead_builds() == 0
    study.refresh_from_db()
    assert not study.problem
    Study.objects.update(touched_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1))
    resume_dead_builds()
    study.refresh_from_db()
    # it has no clips, which its build says: somebody took it up
    assert "run ingest first" in study.problem
