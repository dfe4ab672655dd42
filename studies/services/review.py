"""What only a person decides: to refuse to pay a session."""

from django.db import transaction
from django.utils import timezone

from studies.errors import WrongStateError
from studies.models import Assignment
from studies.services.events import note
from studies.services.outcomes import send_rejection
from studies.services.recruiting import get_recruiter


def can_reject(assignment: Assignment) -> bool:
    """Whether a session was submitted through a recruiter and no payment is begun."""
    return (
        assignment.state == Assignment.State.SUBMITTED
        and assignment.posting_id is not None
        and bool(assignment.external_id)
        and not assignment.payments.exists()
    )


def reject(assignment: Assignment, *, reason: str, by: str) -> Assignment:
    """Refuse to pay a session on a person's word; the rater is told the reason.

    The verdict is written before the recruiter is told, so that nothing approves in
    between. RecruiterError where the recruiter refused or did not answer: after a
    refusal it is taken back, else the next advance goes on with it. WrongStateError
    when the session is not submitted or a payment was begun. Whether its votes are
    used is another verdict and stays as it is.
    """
    _decide(assignment, reason=reason, by=by)
    assignment.refresh_from_db()
    if assignment.posting is None:
        raise WrongStateError("this session came through no recruiter")
    send_rejection(assignment, get_recruiter(assignment.posting.recruiter))
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def _decide(assignment: Assignment, *, reason: str, by: str) -> None:
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if not can_reject(row):
        raise WrongStateError(
            f"the session of {row.rater} is {row.get_state_display().lower()} or its "
            "payment was begun: it can no longer be rejected"
        )
    row.state = Assignment.State.REJECTING
    row.decided_at = timezone.now()
    row.feedback = reason
    row.save(update_fields=["state", "decided_at", "feedback"])
    note(row.study, "reject", f"{by} rejected the session of {row.rater}: {reason}")
