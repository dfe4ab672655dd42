"""Before a rater agrees to anything: is there a session of hers to go on with?"""

from datetime import datetime

from studies.errors import RefusedError
from studies.models import Assignment, Posting, Study
from studies.recruiters.base import Entry
from studies.services import sessions


def look_in(
    study: Study, posting: Posting, entry: Entry, now: datetime
) -> Assignment | None:
    """Take up the session that this rater began here; None for a newcomer.

    Creates nothing. Raises RefusedError as `sessions.begin` does, so that a rater
    learns that she cannot take part before she reads and agrees, not after.
    """
    rater = f"{posting.recruiter}:{entry.worker_id}"
    known = posting.assignments.filter(rater=rater).exists()
    if known or entry.preview or not entry.worker_id:
        return sessions.begin(study, posting, entry, now=now, client={})
    if study.state != Study.State.LIVE or posting.state == Posting.State.CLOSED:
        raise RefusedError("closed", "This study takes no more raters.")
    return None
