"""Until when a closed study's recruiters are asked for late submissions.

Who was at work at the recruiter when a study closed may submit until the time for the
task is over there. After that nothing can come any more.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from studies.models import Assignment, Study
from studies.services.verdict import TOO_LATE

GRACE = timedelta(minutes=5)
"""A session is given up this long after its deadline: the recruiter's clock rules."""
EVERY = timedelta(minutes=10)
"""How long a closed study's recruiters are left alone between two questions."""


PATIENCE = timedelta(days=7)
"""How long a recruiter that does not answer is asked after that time."""


def may_come_late(study: Study, now: datetime) -> bool:
    """Whether somebody may still submit to a closed study, or did so unseen."""
    if study.is_import or study.closed_at is None:
        return False
    end = study.closed_at + timedelta(minutes=study.assignment_minutes) + GRACE
    asked = study.asked_late_at
    if now > end + PATIENCE:
        return False
    # who came back to hand in has a session open again, and is paid afterwards
    unpaid = Q(state=Assignment.State.SUBMITTED, unused_reason=TOO_LATE)
    back = study.assignments.filter(Q(state__in=Assignment.OPEN) | unpaid)
    return asked is None or asked < end or back.exists()


def late_due(now: datetime) -> list[int]:
    """Return the keys of closed studies whose recruiters are to be asked again."""
    closed = Study.objects.filter(state=Study.State.CLOSED, is_import=False)
    rested = [
        study
        for study in closed.only(
            "closed_at", "asked_late_at", "assignment_minutes", "is_import"
        )
        if study.asked_late_at is None or study.asked_late_at <= now - EVERY
    ]
    return [study.pk for study in rested if may_come_late(study, now)]
