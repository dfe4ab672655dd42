"""Personal links to a study that recruits by links, and the last page's code."""

import base64
from datetime import datetime

from django.utils.crypto import salted_hmac

from studies.errors import RefusedError, StudyError, WrongStateError
from studies.models import Assignment, Posting, Study
from studies.recruiters.base import Entry
from studies.recruiters.link import Invitation, LinkRecruiter
from studies.services.copies import read_copy
from studies.services.events import note
from studies.services.link_books import HANDED_IN
from studies.services.publish import entry_url
from studies.services.recruiting import link_recruiter
from studies.services.sessions import record_step

MOST = 10_000


def invite(study: Study, number: int) -> list[Invitation]:
    """Make `number` new personal links (1 to 10,000), each good for one session.

    The links are not kept: those made earlier stay good, whoever has them.
    WrongStateError unless the study takes raters through its link.
    """
    if not 1 <= number <= MOST:
        raise StudyError(f"ask for 1 to {MOST:,} links at a time, not {number:,}")
    posting = study.postings.filter(
        recruiter=LinkRecruiter.name, state=Posting.State.OPEN
    ).last()
    if study.state != Study.State.LIVE or posting is None:
        raise WrongStateError(
            f"{study.slug} takes no raters through links now: launch it with "
            "--recruiter link first"
        )
    recruiter, url = link_recruiter(), entry_url(posting)
    links = [recruiter.invite(url) for _ in range(number)]
    note(study, "invite", f"{number} personal link{'s' * (number > 1)} made")
    return links


def hand_in(copy: str, now: datetime) -> Assignment:
    """Note that a rater has handed in the session whose last form carries `copy`.

    RefusedError bad_token for a copy that is not ours, expired for a session that was
    given up, unfinished for one that lacks answers.
    """
    read = read_copy(copy)
    ours = Assignment.objects.filter(posting__recruiter=LinkRecruiter.name)
    rows = ours.select_related("study").filter(key=read.session) if read else None
    assignment = rows.first() if rows is not None else None
    if assignment is None:
        raise RefusedError("bad_token", "This session is not known.")
    if assignment.state in Assignment.GONE:
        raise RefusedError("expired", "This session was given up.")
    if assignment.state == Assignment.State.ACTIVE:
        raise RefusedError("unfinished", "Some clips have no answer yet.")
    if HANDED_IN not in assignment.steps:
        record_step(assignment, HANDED_IN, {}, now)
    return assignment


def handed_in(posting: Posting, entry: Entry) -> Assignment | None:
    """Return the session that who comes through a link has done, if it is done."""
    if posting.recruiter != LinkRecruiter.name or entry.preview:
        return None
    mine = posting.assignments.filter(rater=f"{posting.recruiter}:{entry.worker_id}")
    return mine.filter(state__in=Assignment.DONE).select_related("study").first()


def completion_code(assignment: Assignment) -> str:
    """Return what a rater shows as proof: eight letters and digits, XXXX-XXXX."""
    mac = salted_hmac("studies.completion", assignment.key.hex, algorithm="sha256")
    text = base64.b32encode(mac.digest()).decode()
    return f"{text[:4]}-{text[4:8]}"
