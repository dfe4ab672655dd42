"""What the link recruiter asks of this site: its sessions are the only record."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from studies.models import Assignment, Posting
from studies.recruiters.base import ANSWERS_FIELD, PostingStatus, Submission
from studies.services.copies import answers_copy

HANDED_IN = "handed_in"
"""The step of a session whose rater has seen the last page."""
PATIENCE = timedelta(minutes=2)
"""Shorter than the grace after which an unsubmitted session is given up."""
_STATUS = {
    Assignment.State.COMPLETED.value: "submitted",
    Assignment.State.SUBMITTED.value: "submitted",
    Assignment.State.APPROVED.value: "approved",
    Assignment.State.REJECTING.value: "submitted",
    Assignment.State.REJECTED.value: "rejected",
}


class LinkBooks:
    """The books of `studies.recruiters.link`, read from the tables."""

    def status(self, external_id: str) -> PostingStatus:
        """Say how a posting stands."""
        posting = Posting.objects.get(recruiter="link", external_id=external_id)
        held = posting.assignments.exclude(state__in=Assignment.GONE).count()
        active = posting.assignments.filter(state=Assignment.State.ACTIVE).count()
        closed = posting.state == Posting.State.CLOSED
        return PostingStatus(
            open_places=0 if closed else max(0, posting.places - held),
            working=active,
            ended=closed,
        )

    def finished(self, external_id: str) -> Iterator[Submission]:
        """Every session whose votes are all stored: nothing is left to hand in.

        Who is about to press the last button may do so first, but not for long.
        """
        rows = Assignment.objects.filter(
            posting__recruiter="link",
            posting__external_id=external_id,
            state__in=list(_STATUS),
        )
        silent = timezone.now() - PATIENCE
        for row in rows.order_by("pk"):
            waiting = row.state == Assignment.State.COMPLETED
            if waiting and HANDED_IN not in row.steps and row.last_seen_at > silent:
                continue
            yield Submission(
                external_id=row.external_id,
                worker_id=row.rater.partition(":")[2],
                status=_STATUS[row.state],
                submitted_at=row.completed_at or row.last_seen_at,
                answers={ANSWERS_FIELD: answers_copy(row)},
            )
