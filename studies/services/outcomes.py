"""What the recruiter says became of sessions that we hold already.

People approve and reject on the recruiter's own pages, its time limit pays what nobody
decided, and a call of ours whose answer was lost may have taken effect.
"""

from django.db import transaction
from django.utils import timezone

from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Posting, Study
from studies.recruiters.base import Recruiter, Submission
from studies.services.events import note_once
from studies.services.pay import move, record_paid, reward_of

_SETTLED = {
    "approved": Assignment.State.APPROVED,
    "rejected": Assignment.State.REJECTED,
}


def note_outcome(posting: Posting, submission: Submission, *, held: str) -> bool:
    """Take over the recruiter's verdict where ours differs; return whether it did.

    `held` is the state that our session was read in.
    """
    settled = _SETTLED.get(submission.status)
    if settled is None or settled == held:
        return False
    row = posting.assignments.filter(
        external_id=submission.external_id, state__in=Assignment.DONE
    ).first()
    if row is None:
        return False
    if settled == Assignment.State.APPROVED:
        record_paid(row)
    else:
        _record_rejected(row)
    return True


@transaction.atomic
def _record_rejected(assignment: Assignment) -> None:
    """Write down a rejection; a payment that was begun in vain waits no longer."""
    open_to_it = (Assignment.State.SUBMITTED, Assignment.State.REJECTING)
    changed = Assignment.objects.filter(pk=assignment.pk, state__in=open_to_it).update(
        state=Assignment.State.REJECTED, decided_at=timezone.now()
    )
    reward = reward_of(assignment)
    if changed and reward is not None:
        move(reward, Payment.State.WRITTEN_OFF, problem="rejected at the recruiter")


def send_rejection(
    assignment: Assignment, recruiter: Recruiter, *, doubtful: bool = False
) -> None:
    """Tell the recruiter of a rejection that a person decided.

    Raises RecruiterError. After a call that surely had no effect the session is
    submitted as before; while that is uncertain, or `doubtful` from an earlier call,
    it stays "being rejected", and `retry_rejections` goes on.
    """
    row = Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.REJECTING)
    try:
        recruiter.reject(assignment.external_id, assignment.feedback)
    except RecruiterError as error:
        if error.permanent or not (error.uncertain or doubtful):
            row.update(state=Assignment.State.SUBMITTED, decided_at=None)
        text = f"The rejection of {assignment.rater} was not taken: {error}"
        note_once(assignment.study, "reject", text)
        raise
    row.update(state=Assignment.State.REJECTED, decided_at=timezone.now())


def retry_rejections(study: Study, recruiter: Recruiter) -> None:
    """Send rejections again whose answer was lost.

    Called after the recruiter's list was read: what took effect is settled by then.
    What fails is noted, and tried again by the next advance.
    """
    waiting = study.assignments.filter(
        state=Assignment.State.REJECTING, posting__recruiter=recruiter.name
    )
    for assignment in waiting.select_related("study"):
        try:
            send_rejection(assignment, recruiter, doubtful=True)
        except RecruiterError:
            continue
