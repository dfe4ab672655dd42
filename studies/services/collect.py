"""Advance: pull submissions, reconcile, judge, pay, top up, close.

Every step looks at the database and at the recruiter and does what is missing, so it
may run twice, or die anywhere and run again, and the world is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from studies.errors import RecruiterError, StudyError
from studies.models import Assignment, Posting, Study
from studies.recruiters.base import Recruiter
from studies.selectors import open_places
from studies.services.allocate import lock, recount, release
from studies.services.events import note
from studies.services.launch_plan import affordable, session_cap, sessions_wanted
from studies.services.pay import approve_session
from studies.services.publish import (
    expire_postings,
    lapsed,
    plan_postings,
    publish_postings,
    resume,
)
from studies.services.reconcile import take_in
from studies.services.recruiting import get_recruiter
from studies.services.sessions import STALE
from studies.services.verdict import NO_VOTES, judge_session

GRACE = timedelta(minutes=5)
"""A session is given up this long after its deadline: the recruiter's clock rules."""


@dataclass(slots=True)
class AdvanceResult:
    """What one run did, for people to read."""

    state: str = ""
    published: int = 0
    submissions: int = 0
    returned: int = 0
    expired: int = 0
    paid: int = 0
    new_places: int = 0
    problems: list[str] = field(default_factory=list)

    def text(self) -> str:
        """One line; names only what happened."""
        done = [
            f"{count} {what}"
            for count, what in (
                (self.published, "postings published"),
                (self.submissions, "submissions taken in"),
                (self.returned, "sessions returned"),
                (self.expired, "sessions given up"),
                (self.paid, "sessions paid"),
                (self.new_places, "places added"),
            )
            if count
        ]
        return f"{self.state}: {', '.join(done) or 'nothing to do'}"


def advance(study: Study) -> AdvanceResult:
    """Do for a study whatever is due.

    A posting that cannot be published holds up neither votes nor pay: that error is
    raised at the end. RecruiterError also when no one answers at all.
    """
    study.refresh_from_db()
    result = AdvanceResult(state=study.get_state_display())
    if study.state not in Study.RUNNING:
        return result
    recruiter = get_recruiter(study.recruiter)
    if study.state == Study.State.LAUNCHING:
        resume(study)
    refused: RecruiterError | None = None
    if study.state == Study.State.LIVE:
        try:
            result.published = publish_postings(study)
        except RecruiterError as error:
            refused = error
    if study.state == Study.State.CLOSING:
        expire_postings(study)
    _pull(study, recruiter, result)
    _give_up(study, result)
    _settle(study, recruiter, result)
    recount(study)
    if refused is not None:
        raise refused
    if study.state == Study.State.LIVE:
        _top_up(study, recruiter, result)
    _close_when_done(study)
    result.state = study.get_state_display()
    return result


def advance_all(report: Callable[[str], None] = lambda _text: None) -> int:
    """Advance every running study; one that fails does not hold up the others."""
    failed = 0
    for study in Study.objects.filter(state__in=Study.RUNNING):
        try:
            report(f"{study.slug}: {advance(study).text()}")
        except StudyError as error:
            failed += 1
            Study.objects.filter(pk=study.pk).update(problem=str(error))
            report(f"{study.slug}: {error}")
    return failed


def _pull(study: Study, recruiter: Recruiter, result: AdvanceResult) -> None:
    for posting in study.postings.exclude(external_id=""):
        if not _worth_asking(posting):
            continue
        known = set(
            posting.assignments.filter(state__in=Assignment.DONE).values_list(
                "external_id", flat=True
            )
        )
        for submission in recruiter.submissions(posting.external_id):
            if submission.external_id in known:
                _note_status(posting, submission.external_id, submission.status)
                continue
            take_in(study, posting, submission)
            result.submissions += 1
        _give_back_returned(posting, recruiter, result)
        if posting.state == Posting.State.OPEN and lapsed(posting):
            Posting.objects.filter(pk=posting.pk).update(state=Posting.State.CLOSED)
    Study.objects.filter(pk=study.pk).update(problem="")


def _give_back_returned(
    posting: Posting, recruiter: Recruiter, result: AdvanceResult
) -> None:
    """Free the items of raters who gave their place back at the recruiter.

    Nobody tells who did, only how many are at work: where more sessions are open here
    than there, those silent longest were returned. A rater who comes back takes up
    what is still free.
    """
    active = posting.assignments.filter(state=Assignment.State.ACTIVE)
    silent = active.filter(last_seen_at__lt=timezone.now() - STALE)
    if not silent.exists():
        return
    surplus = active.count() - recruiter.status(posting.external_id).working
    for assignment in silent.order_by("last_seen_at")[: max(0, surplus)]:
        release(assignment, Assignment.State.RETURNED, "returned at the recruiter")
        result.returned += 1


def _worth_asking(posting: Posting) -> bool:
    """Whether the recruiter may know something of this posting that we do not."""
    if posting.state == Posting.State.OPEN:
        return True
    return posting.assignments.exclude(
        state__in=[Assignment.State.APPROVED, Assignment.State.REJECTED]
    ).exists()


def _note_status(posting: Posting, external_id: str, status: str) -> None:
    """A person may have approved or rejected on the recruiter's own site."""
    if status == "rejected":
        posting.assignments.filter(
            external_id=external_id, state=Assignment.State.SUBMITTED
        ).update(state=Assignment.State.REJECTED, decided_at=timezone.now())


def _give_up(study: Study, result: AdvanceResult) -> None:
    late = timezone.now() - GRACE
    for assignment in study.assignments.filter(
        state__in=Assignment.OPEN, deadline__lt=late
    ):
        finished = assignment.state == Assignment.State.COMPLETED
        reason = (
            "finished but never submitted" if finished else "abandoned: time ran out"
        )
        release(assignment, Assignment.State.EXPIRED, reason)
        if finished:
            note(study, "unsubmitted", f"{assignment.rater} finished, never submitted")
        result.expired += 1


def _settle(study: Study, recruiter: Recruiter, result: AdvanceResult) -> None:
    """Judge and pay what is submitted; a session without votes waits for a person."""
    for assignment in study.assignments.filter(
        state__in=Assignment.DONE, used__isnull=True
    ):
        judge_session(assignment)
    for assignment in study.assignments.filter(
        state=Assignment.State.SUBMITTED
    ).select_related("posting"):
        if assignment.unused_reason == NO_VOTES:
            continue
        if approve_session(study, assignment, recruiter):
            result.paid += 1


def _top_up(study: Study, recruiter: Recruiter, result: AdvanceResult) -> None:
    """Sell as many places as votes are missing, within both caps."""
    with transaction.atomic():
        fresh = lock(study)
        if fresh.state != Study.State.LIVE:
            return
        wanted = sessions_wanted(fresh)
        if not wanted:
            return
        # places that lapsed untaken and sessions given back cost nothing
        taken = fresh.assignments.exclude(state__in=Assignment.GONE).count()
        sold = taken + open_places(fresh)
        money = affordable(fresh, recruiter, wanted)
        room = max(0, session_cap(fresh) - sold)
        allowed = min(money, room)
        if allowed < wanted:
            problem = f"{wanted} more sessions are needed, {allowed} are allowed: " + (
                f"raise the hard cap of ${fresh.hard_cap_usd:.2f} on the Watch page"
                if money < room
                else f"{session_cap(fresh)} are the most that are sold for this study; "
                "see why sessions are not used, and close it when that cannot be mended"
            )
            result.problems.append(problem)
            Study.objects.filter(pk=fresh.pk).update(problem=problem)
        if allowed:
            plan_postings(fresh, allowed)
            note(fresh, "top-up", f"{allowed} more places for votes that are missing")
            result.new_places = allowed
    if result.new_places:
        result.published += publish_postings(study)


def _close_when_done(study: Study) -> None:
    study.refresh_from_db()
    complete = (
        study.state == Study.State.LIVE
        and not study.items.filter(kind="scored", taken__lt=F("places")).exists()
        and not _unfinished(study)
    )
    if complete:
        _move(study, Study.State.LIVE, Study.State.CLOSING, "complete")
    if study.state != Study.State.CLOSING:
        return
    expire_postings(study)
    if not _unfinished(study):
        _move(study, Study.State.CLOSING, Study.State.CLOSED, "closed")


_WORDS = {
    "complete": "Every item has its votes",
    "closed": "Closed: every session is settled",
}


@transaction.atomic
def _move(study: Study, old: str, new: str, kind: str) -> None:
    """Change the state and log it, both or neither, whoever else tries it as well."""
    changes: dict[str, Any] = {"state": new}
    if new == Study.State.CLOSED:
        changes["closed_at"] = timezone.now()
    if Study.objects.filter(pk=study.pk, state=old).update(**changes):
        note(study, kind, _WORDS[kind])
    study.refresh_from_db()


def _unfinished(study: Study) -> bool:
    """Whether a session is at work, or submitted and neither judged nor paid."""
    waiting = study.assignments.filter(
        state__in=[*Assignment.OPEN, Assignment.State.SUBMITTED]
    ).exclude(unused_reason=NO_VOTES)
    return waiting.exists()
