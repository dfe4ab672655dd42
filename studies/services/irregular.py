"""Submissions out of the ordinary: late, duplicate, foreign, forged.

Each is told apart, flagged in words, logged once and counted on the Watch page. None
is refused or left unpaid for it: a session whose votes we hold is paid like any other,
one without any votes waits for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from studies.models import Assignment, Study
from studies.services.events import note
from studies.services.verdict import NO_VOTES

Irregular = Assignment.Irregular

EXPLAINED: Mapping[Irregular, str] = {
    Irregular.LATE: "Handed in after the items went back to the pool, or after the "
    "study was closed. Votes whose places are still free count while the study runs; "
    "after it, none do. The work is paid.",
    Irregular.DUPLICATE: "The same person submitted a second time on one posting, or "
    "handed the same copy in with two sessions. It counts once.",
    Irregular.FOREIGN: "Submitted at the recruiter without a session here, or with the "
    "copy of another study. What holds no votes waits for a person.",
    Irregular.FORGED: "The signed copy of the answers is missing, altered or somebody "
    "else's, or the link named another place to submit to. Only votes that were saved "
    "here count.",
}
"""What each kind means and what becomes of it, for people to read."""


@dataclass(frozen=True, slots=True)
class IrregularCount:
    """How many sessions of one kind there are; `waiting` ones wait for a person."""

    kind: Irregular
    meaning: str
    sessions: int
    used: int
    paid: int
    waiting: int


_WEIGHT = (
    Irregular.LATE,
    Irregular.DUPLICATE,
    Irregular.FOREIGN,
    Irregular.FORGED,
)


def mark(assignment: Assignment, kind: Irregular, text: str) -> None:
    """Flag a session with `text`, say it once in the log, and keep the graver kind.

    The caller saves the session.
    """
    if not flag(assignment, text):
        return
    held = assignment.irregular
    if not held or _WEIGHT.index(Irregular(held)) < _WEIGHT.index(kind):
        assignment.irregular = kind
    note(
        assignment.study,
        kind.value,
        f"{kind.label}: {assignment.rater}: {text}",
        submission=assignment.external_id,
    )


def count_irregular(study: Study) -> list[IrregularCount]:
    """Count a study's irregular sessions by kind; kinds without any are left out."""
    waits = Q(state=Assignment.State.SUBMITTED, unused_reason=NO_VOTES)
    paid = Q(state=Assignment.State.APPROVED)
    rows = (
        study.assignments.exclude(irregular="")
        .order_by()
        .values_list("irregular")
        .annotate(
            sessions=Count("pk"),
            used=Count("pk", filter=Q(used=True)),
            paid=Count("pk", filter=paid),
            waiting=Count("pk", filter=waits),
        )
    )
    found = {row[0]: row[1:] for row in rows}
    return [
        IrregularCount(kind, EXPLAINED[kind], *found[kind.value])
        for kind in _WEIGHT
        if kind.value in found
    ]


def flag(assignment: Assignment, text: str) -> bool:
    """Write a remark on a session; False when it stands there already."""
    if text in assignment.flags:
        return False
    assignment.flags = [*assignment.flags, text]
    return True
