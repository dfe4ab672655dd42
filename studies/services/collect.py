"""Advance: pull submissions, reconcile, judge, pay, top up, close.

Every step looks at the database and at the recruiter and does what is missing, so it
may run twice, or die anywhere and run again, and the world is the same.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from studies.errors import StudyError
from studies.models import Assignment, Channel, Payment, Posting, Study
from studies.recruiters.base import Recruiter
from studies.selectors.channels import recruiters_of
from studies.services.advance_result import AdvanceResult
from studies.services.allocate import recount, release
from studies.services.calls import Calls
from studies.services.ended import tell_of_ended
from studies.services.events import note
from studies.services.latecomers import GRACE, may_come_late
from studies.services.outcomes import note_outcome, retry_rejections
from studies.services.pay import approve_session
from studies.services.publish import (
    expire_postings,
    go_live,
    lapsed,
    publish_postings,
)
from studies.services.reconcile import take_in
from studies.services.recruiting import get_recruiter
from studies.services.sessions import STALE
from studies.services.settle import due_studies, follow_up, settle
from studies.services.top_up import top_up
from studies.services.verdict import NEVER_SUBMITTED, NO_VOTES, judge_session


def advance(study: Study) -> AdvanceResult:
    """Do for a study whatever is due.

    What one recruiter cannot do holds up neither votes nor pay of the others: such
    errors are raised at the end, as one RecruiterError.
    """
    study.refresh_from_db()
    result = AdvanceResult(state=study.get_state_display())
    calls = Calls(recruiters_of(study))
    if study.state == Study.State.CLOSED:
        _look_for_latecomers(study, calls, result)
        result.extras = follow_up(study, calls)
        _tell(study, calls)
        calls.raise_faults()
    if study.state not in Study.RUNNING:
        return result
    _publish_or_expire(study, calls, result)
    _collect(study, calls, result)
    result.extras = settle(study)
    recount(study)
    if study.state == Study.State.LIVE:
        top_up(study, calls, result)
        tell_of_ended(study, calls, result)
    _close_when_done(study, calls)
    _tell(study, calls)
    result.state = study.get_state_display()
    calls.raise_faults()
    return result


def advance_all(report: Callable[[str], None] = lambda _text: None) -> int:
    """Advance every study that has something due; one that fails holds up no other."""
    failed = 0
    for study in due_studies():
        try:
            report(f"{study.slug}: {advance(study).text()}")
        except StudyError as error:
            failed += 1
            Study.objects.filter(pk=study.pk).update(problem=str(error))
            report(f"{study.slug}: {error}")
    return failed


def _publish_or_expire(study: Study, calls: Calls, result: AdvanceResult) -> None:
    stopped = set(
        study.channels.filter(state=Channel.State.STOPPED).values_list(
            "recruiter", flat=True
        )
    )
    for name in calls.names:
        with calls.to(name):
            if study.state == Study.State.CLOSING or name in stopped:
                expire_postings(study, name)
            else:
                result.published += publish_postings(study, name)
    if study.state == Study.State.LAUNCHING:
        go_live(study, calls)


def _collect(study: Study, calls: Calls, result: AdvanceResult) -> None:
    """Pull, judge and pay.

    While a recruiter does not answer, its sessions are neither given up nor paid: who
    has submitted there is not known.
    """
    heard = []
    for name in calls.names:
        with calls.to(name):
            _pull(study, get_recruiter(name), result)
            heard.append(name)
    if len(heard) == len(calls.names):
        Study.objects.filter(pk=study.pk).update(problem="")
    mine = study.assignments.filter(posting__recruiter__in=heard)
    _give_up(study, mine, result)
    _judge(study)
    for name in heard:
        _pay(study, get_recruiter(name), result)


def _look_for_latecomers(study: Study, calls: Calls, result: AdvanceResult) -> None:
    """Take in and pay what is submitted although the study is closed."""
    now = timezone.now()
    if not may_come_late(study, now):
        return
    _collect(study, calls, result)
    # a posting that is gone for good has nothing more to tell
    if all(error.permanent for found in calls.faults.values() for error in found):
        Study.objects.filter(pk=study.pk).update(asked_late_at=now)


def _pull(study: Study, recruiter: Recruiter, result: AdvanceResult) -> None:
    mine = study.postings.filter(recruiter=recruiter.name).exclude(external_id="")
    everything = study.state == Study.State.CLOSED
    for posting in mine:
        if not (everything or _worth_asking(posting)):
            continue
        known = dict(
            posting.assignments.filter(state__in=Assignment.DONE).values_list(
                "external_id", "state"
            )
        )
        for submission in recruiter.submissions(posting.external_id):
            if (held := known.get(submission.external_id)) is not None:
                note_outcome(posting, submission, held=held)
                continue
            take_in(study, posting, submission)
            result.submissions += 1
        _give_back_returned(posting, recruiter, result)
        if posting.state == Posting.State.OPEN and lapsed(posting):
            Posting.objects.filter(pk=posting.pk).update(state=Posting.State.CLOSED)


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
        reason = "returned at the recruiter"
        result.returned += release(assignment, Assignment.State.RETURNED, reason)


def _worth_asking(posting: Posting) -> bool:
    """Whether the recruiter may know something of this posting that we do not."""
    if posting.state == Posting.State.OPEN:
        return True
    return posting.assignments.exclude(
        state__in=[Assignment.State.APPROVED, Assignment.State.REJECTED]
    ).exists()


def _give_up(
    study: Study, sessions: "QuerySet[Assignment]", result: AdvanceResult
) -> None:
    late = timezone.now() - GRACE
    for assignment in sessions.filter(state__in=Assignment.OPEN, deadline__lt=late):
        finished = assignment.state == Assignment.State.COMPLETED
        reason = NEVER_SUBMITTED if finished else "abandoned: time ran out"
        if not release(assignment, Assignment.State.EXPIRED, reason):
            continue
        if finished:
            note(study, "unsubmitted", f"{assignment.rater} finished, never submitted")
        result.expired += 1


def _judge(study: Study) -> None:
    waiting = study.assignments.filter(state__in=Assignment.DONE, used__isnull=True)
    for assignment in waiting:
        judge_session(assignment)


def _pay(study: Study, recruiter: Recruiter, result: AdvanceResult) -> None:
    """Pay what is submitted; a session without votes waits for a person."""
    submitted = study.assignments.filter(
        state=Assignment.State.SUBMITTED, posting__recruiter=recruiter.name
    )
    for assignment in submitted.select_related("posting"):
        if assignment.unused_reason == NO_VOTES:
            continue
        if approve_session(study, assignment, recruiter):
            result.paid += 1
    retry_rejections(study, recruiter)


def _close_when_done(study: Study, calls: Calls) -> None:
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
    for name in calls.names:
        with calls.to(name):
            expire_postings(study, name)
    # a recruiter that did not answer may have submissions that nobody knows of
    if not calls.faults and not _unfinished(study):
        _move(study, Study.State.CLOSING, Study.State.CLOSED, "closed")


def _tell(study: Study, calls: Calls) -> None:
    """Keep with each recruiter what failed there; nothing, once it answers again."""
    for channel in study.channels.all():
        problem = calls.problem(channel.recruiter)
        if channel.problem != problem:
            study.channels.filter(pk=channel.pk).update(problem=problem)


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
    """Whether a session is at work, or submitted and neither judged nor paid.

    One without votes waits for a person, one that was written off for nobody.
    """
    undecided = (Assignment.State.SUBMITTED, Assignment.State.REJECTING)
    waiting = study.assignments.filter(state__in=[*Assignment.OPEN, *undecided])
    written_off = Payment.objects.filter(
        kind=Payment.Kind.REWARD, state=Payment.State.WRITTEN_OFF
    )
    return (
        waiting.exclude(unused_reason=NO_VOTES, state=Assignment.State.SUBMITTED)
        .exclude(pk__in=written_off.values("assignment"))
        .exists()
    )
