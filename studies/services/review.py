"""What only a person decides: to refuse to pay a session."""

from django.db import transaction
from django.utils import timezone

from studies.errors import RecruiterError, WrongStateError
from studies.models import Assignment
from studies.services.events import note
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
    between; where the recruiter refuses, it is taken back and RecruiterError raised.
    WrongStateError when the session is not submitted or a payment was begun.
    Whether its votes are used is another verdict and stays as it is.
    """
    _decide(assignment, reason=reason, by=by)
    if assignment.posting is None:
        raise WrongStateError("this session came through no recruiter")
    try:
        get_recruiter(assignment.posting.recruiter).reject(
            assignment.external_id, reason
        )
    except RecruiterError as error:
        if not error.uncertain:
            Assignment.objects.filter(
                pk=assignment.pk, state=Assignment.State.REJECTED
            ).update(state=Assignment.State.SUBMITTED, decided_at=None)
        note(assignment.study, "reject", f"The rejection was not taken: {error}")
        raise
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
    row.state = Assignment.State.REJECTED
    row.decided_at = timezone.now()
    row.feedback = reason
    row.save(update_fields=["state", "decided_at", "feedback"])
    note(row.study, "reject", f"{by} rejected the session of {row.rater}: {reason}")
