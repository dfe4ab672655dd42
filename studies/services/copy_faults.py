"""Whose copy of the answers is it that came along with a submission?"""

from studies.models import Assignment, Study
from studies.recruiters.base import ANSWERS_FIELD, Submission
from studies.services.copies import Copy
from studies.services.irregular import Irregular
from studies.services.recruiting import get_recruiter

Fault = tuple[Irregular, str]


def is_lost_session(copy: Copy, study: Study, rater: str) -> bool:
    """Whether a copy is this rater's own, of a session that is not in our books."""
    return (
        copy.study in ("", study.slug)
        and copy.rater in ("", rater)
        and not Assignment.objects.filter(key=copy.session).exists()
    )


NO_SESSION = "submitted without a session here"


def fault_of_copy(
    assignment: Assignment, submission: Submission, copy: Copy | None, *, known: bool
) -> Fault | None:
    """Say what is wrong with the copy of a submission; None for the session's own.

    `copy` is what was read of it under our signature; `known` says whether there was a
    session here. A recruiter that carries no answers lacks none.
    """
    if not known and not submission.answers.get(ANSWERS_FIELD):
        return Irregular.FOREIGN, NO_SESSION
    if copy is None:
        return _unreadable(assignment, submission)
    if copy.session == assignment.key and copy.rater in ("", assignment.rater):
        return None
    owner = Assignment.objects.filter(key=copy.session).select_related("study").first()
    study = owner.study.slug if owner else copy.study
    if study not in ("", assignment.study.slug):
        return Irregular.FOREIGN, "the recruiter's copy belongs to another study"
    if owner is not None and owner.rater == assignment.rater:
        return (
            Irregular.DUPLICATE,
            "the recruiter's copy belongs to another session of this rater",
        )
    return Irregular.FORGED, "the recruiter's copy belongs to another session"


def _unreadable(assignment: Assignment, submission: Submission) -> Fault | None:
    posting = assignment.posting
    if posting is None or not get_recruiter(posting.recruiter).carries_answers:
        return None
    if not submission.answers.get(ANSWERS_FIELD):
        return Irregular.FORGED, "the recruiter's copy of the answers is missing"
    return (
        Irregular.FORGED,
        "the recruiter's copy of the answers is altered: its signature does not hold",
    )
