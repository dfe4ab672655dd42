"""A requester's verdict on what was submitted."""

from datetime import datetime, timedelta

from django.db import transaction

from marketplace.errors import RequestError, assignment_state
from marketplace.models import HIT, Account, Assignment
from marketplace.services import funds
from marketplace.services.locks import lock_hit
from marketplace.services.notices import Event, note

OVERRIDE_WITHIN = timedelta(days=30)
Status = Assignment.Status


@transaction.atomic
def approve(
    assignment: Assignment,
    now: datetime,
    *,
    feedback: str | None = None,
    override: bool = False,
) -> None:
    """Approve and pay: the worker the reward, the marketplace its fee.

    `override` approves what was rejected, within 30 days of its submission and while
    its HIT is not disposed. Raises RequestError: InvalidAssignmentState,
    InsufficientFunds.
    """
    hit, assignment = _locked(assignment)
    if assignment.status == Status.SUBMITTED:
        funds.pay(assignment, now, source=Account.Kind.HELD)
        _count_reviewed(hit)
    elif assignment.status == Status.REJECTED and override:
        _check_override(hit, assignment, now)
        funds.pay(assignment, now, source=Account.Kind.AVAILABLE)
    else:
        raise _refusal(assignment)
    assignment.status = Status.APPROVED
    assignment.approved_at = now
    if feedback is not None:
        assignment.feedback = feedback
    assignment.save(update_fields=["status", "approved_at", "feedback"])
    note(Event.ASSIGNMENT_APPROVED, hit, now, assignment=assignment)


@transaction.atomic
def reject(assignment: Assignment, now: datetime, *, feedback: str) -> None:
    """Reject: nobody is paid, and the money held is the requester's again.

    Raises RequestError InvalidAssignmentState, for an approved one too.
    """
    hit, assignment = _locked(assignment)
    if assignment.status != Status.SUBMITTED:
        raise _refusal(assignment)
    funds.release(assignment, now)
    _count_reviewed(hit)
    assignment.status = Status.REJECTED
    assignment.rejected_at = now
    assignment.feedback = feedback
    assignment.save(update_fields=["status", "rejected_at", "feedback"])
    note(Event.ASSIGNMENT_REJECTED, hit, now, assignment=assignment)


def _locked(assignment: Assignment) -> tuple[HIT, Assignment]:
    hit = lock_hit(assignment.hit_id)
    fresh = Assignment.objects.select_related("worker").get(pk=assignment.pk)
    fresh.hit = hit
    return hit, fresh


def _count_reviewed(hit: HIT) -> None:
    hit.submitted -= 1
    hit.completed += 1
    hit.save(update_fields=["submitted", "completed"])


def _check_override(hit: HIT, assignment: Assignment, now: datetime) -> None:
    submitted = assignment.submitted_at or now
    if hit.disposed_at is not None or now > submitted + OVERRIDE_WITHIN:
        raise RequestError(
            "InvalidAssignmentState",
            "A rejection can be overridden within 30 days of the submission,"
            " and while the HIT is not deleted.",
        )


def _refusal(assignment: Assignment) -> RequestError:
    finished = assignment.status in Assignment.FINISHED
    return assignment_state("Submitted" if finished else "null")
