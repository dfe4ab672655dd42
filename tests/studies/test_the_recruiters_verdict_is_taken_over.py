"""Decided elsewhere, or by a call whose answer was lost: our books follow."""

from dataclasses import replace
from decimal import Decimal

import pytest

from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Study
from studies.selectors import spent_usd
from studies.services.collect import advance
from studies.services.publish import launch
from studies.services.review import reject
from studies.services.verdict import NO_VOTES
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import built_study

pytestmark = pytest.mark.django_db
State = Assignment.State
REASON = "nothing was answered at all"


@pytest.fixture
def waiting(recruiter: FakeRecruiter) -> Assignment:
    """A session that was taken in, and not paid as its votes are missing."""
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    made = work(recruiter, posting, 1)
    Assignment.objects.update(used=False, unused_reason=NO_VOTES)
    advance(study)
    made.refresh_from_db()
    assert made.state == State.SUBMITTED
    return made


def verdict(recruiter: FakeRecruiter, made: Assignment, status: str) -> None:
    """Somebody decides on the recruiter's own pages."""
    assert made.posting is not None
    rows = recruiter.sessions[made.posting.external_id]
    rows[made.external_id] = replace(rows[made.external_id], status=status)


def test_what_was_approved_at_the_recruiter_is_booked_even_beyond_the_cap(
    recruiter: FakeRecruiter, waiting: Assignment
) -> None:
    Study.objects.update(hard_cap_usd="0.00")
    verdict(recruiter, waiting, "approved")
    advance(waiting.study)
    waiting.refresh_from_db()
    assert waiting.state == State.APPROVED
    assert Payment.objects.get().state == Payment.State.CONFIRMED
    assert spent_usd(waiting.study) == Decimal("0.24")
    assert recruiter.calls["approve"] == 0


def test_a_payment_begun_for_what_was_rejected_there_is_written_off(
    recruiter: FakeRecruiter, waiting: Assignment
) -> None:
    Assignment.objects.update(used=True, unused_reason="")
    recruiter.fail["approve"] = "before"
    advance(waiting.study)
    assert Payment.objects.get().state == Payment.State.PLANNED
    verdict(recruiter, waiting, "rejected")
    advance(waiting.study)
    assert Payment.objects.get().state == Payment.State.WRITTEN_OFF
    waiting.refresh_from_db()
    assert waiting.state == State.REJECTED
    assert spent_usd(waiting.study) == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_rejection_whose_answer_was_lost_is_made_once(
    recruiter: FakeRecruiter, waiting: Assignment, when: str
) -> None:
    recruiter.fail["reject"] = "after"
    with pytest.raises(RecruiterError):
        reject(waiting, reason=REASON, by="ada")
    waiting.refresh_from_db()
    assert waiting.state == State.REJECTING
    if when == "before":
        # as if it had not arrived
        verdict(recruiter, waiting, "submitted")
    advance(waiting.study)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.feedback) == (State.REJECTED, REASON)
    assert recruiter.calls["reject"] == (2 if when == "before" else 1)
    assert not Payment.objects.exists()


def test_a_rejection_that_came_too_late_ends_as_a_payment(
    recruiter: FakeRecruiter, waiting: Assignment
) -> None:
    recruiter.fail["reject"] = "after"
    with pytest.raises(RecruiterError):
        reject(waiting, reason=REASON, by="ada")
    verdict(recruiter, waiting, "approved")
    advance(waiting.study)
    waiting.refresh_from_db()
    assert waiting.state == State.APPROVED
    assert Payment.objects.get().state == Payment.State.CONFIRMED


def test_a_worker_that_died_while_rejecting_is_taken_up(
    recruiter: FakeRecruiter, waiting: Assignment
) -> None:
    Assignment.objects.update(state=State.REJECTING, feedback=REASON)
    advance(waiting.study)
    waiting.refresh_from_db()
    assert waiting.state == State.REJECTED
    assert recruiter.calls["reject"] == 1
