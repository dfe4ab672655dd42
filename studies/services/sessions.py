"""A rater's session: who is at the door, begin or resume, where they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet

from studies.errors import RecruiterError, RefusedError
from studies.models import Assignment, Payment, Posting, Study, Trial
from studies.recruiters.base import Entry
from studies.services.allocate import allocate, lock, release, retake
from studies.services.irregular import Irregular, mark
from studies.services.recruiting import get_recruiter
from studies.services.sound_check import passed

SIGNED_AS = "studies.session"
STALE = timedelta(minutes=2)
"""A recruiter does not tell of a returned place. When all places of a posting are
held and another rater arrives, one was returned: the session that has been silent
longest, if it has been silent for so long, gives its items back."""
UNSUBMITTED = timedelta(minutes=10)
"""The same for a session that has answered everything: its form is posted at once, so
by now the recruiter would have told of it. Should it come after all, what is still
free is its again."""


@dataclass(frozen=True, slots=True)
class SessionState:
    """Where a rater is; the page resumes from it."""

    consented: bool
    sound_ok: bool
    instructed: bool
    answered: int
    total: int
    practice_left: int
    completed: bool


def read_entry(
    study: Study, posting_key: str, query: Mapping[str, str]
) -> tuple[Posting, Entry]:
    """Find the posting of a link and who comes through it.

    Raises RefusedError unknown_posting or bad_link.
    """
    posting = None
    # a link may carry anything, also what a database does not take as text
    if posting_key.isalnum():
        posting = Posting.objects.filter(study=study, key=posting_key).first()
    if posting is None:
        raise RefusedError(
            "unknown_posting", "This link does not belong to this study."
        )
    try:
        entry = get_recruiter(posting.recruiter).entry(query)
    except RecruiterError as error:
        raise RefusedError("bad_link", str(error)) from error
    return posting, entry


def begin(
    study: Study,
    posting: Posting,
    entry: Entry,
    *,
    now: datetime,
    client: Mapping[str, Any],
) -> Assignment:
    """Start a rater's session, or take up the one that is there.

    Raises RefusedError with the code preview, closed, full, done_already,
    nothing_left, expired or taken.
    """
    if entry.preview or not entry.worker_id:
        raise RefusedError("preview", "Accept the task first; this is a preview.")
    rater = f"{posting.recruiter}:{entry.worker_id}"
    with transaction.atomic():
        study = lock(study)
        # inside: an arrival that is refused after all has sent nobody away
        _clear_the_way(posting, rater, entry.external_id, now)
        mine = (
            Assignment.objects.select_for_update()
            .filter(posting=posting, rater=rater, is_repeat=False)
            .first()
        )
        if _held_by_another(posting, rater, entry.external_id):
            raise RefusedError("taken", "This place belongs to another rater.")
        if mine is not None:
            return _take_up(study, mine, entry, now)
        if study.state != Study.State.LIVE or posting.state == Posting.State.CLOSED:
            raise RefusedError("closed", "This study takes no more raters.")
        if _holders(posting).count() >= posting.places:
            raise RefusedError("full", "All places of this task are taken right now.")
        assignment = Assignment(
            study=study,
            posting=posting,
            rater=rater,
            external_id=entry.external_id,
            submit_url=entry.submit_url,
            client=dict(client),
            started_at=now,
            last_seen_at=now,
            deadline=now + timedelta(minutes=study.assignment_minutes),
        )
        _mind_the_address(assignment, entry)
        assignment.save()
        allocate(assignment)
        return assignment


def _take_up(study: Study, mine: Assignment, entry: Entry, now: datetime) -> Assignment:
    mine.study = study
    if mine.state in Assignment.DONE:
        raise RefusedError("done_already", "You have already done this task.")
    if mine.state == Assignment.State.ACTIVE and mine.deadline < now:
        raise RefusedError("expired", "The time for this task is over.")
    if mine.state in Assignment.GONE:
        _reopen(mine, now)
    mine.external_id = entry.external_id
    mine.submit_url = entry.submit_url
    mine.last_seen_at = now
    _mind_the_address(mine, entry)
    mine.save()
    return mine


def _reopen(mine: Assignment, now: datetime) -> None:
    """Take up a session that was given up, with what is still free of it.

    Where nothing is, who had answered everything may still hand it in: the work was
    done, and it is paid.
    """
    running = mine.study.state in (Study.State.LIVE, Study.State.CLOSING)
    held = retake(mine) if running else 0
    compensated = mine.payments.filter(kind=Payment.Kind.COMPENSATION)
    if compensated.exclude(state=Payment.State.WRITTEN_OFF).exists():
        raise RefusedError("done_already", "This session is being paid already.")
    if not held and mine.completed_at is None:
        if not running:
            raise RefusedError("closed", "This study takes no more raters.")
        raise RefusedError(
            "expired",
            "This session was given back and its clips went to other raters.",
        )
    if not held:
        text = "came back to hand in after its items went to other raters"
        mark(mine, Irregular.LATE, text)
    left = mine.trials.filter(state=Trial.State.LEASED).exists()
    mine.state = Assignment.State.ACTIVE if left else Assignment.State.COMPLETED
    mine.used = None
    mine.unused_reason = ""
    mine.deadline = now + timedelta(minutes=mine.study.assignment_minutes)


def _mind_the_address(assignment: Assignment, entry: Entry) -> None:
    """Mark a session whose link named another place to send the answers to."""
    if entry.diverted_to:
        text = f"its link named another place to submit to: {entry.diverted_to}"
        mark(assignment, Irregular.FORGED, text)


def _holders(posting: Posting) -> "QuerySet[Assignment]":
    return posting.assignments.exclude(state__in=Assignment.GONE)


def _held_by_another(posting: Posting, rater: str, external_id: str) -> bool:
    """Whether the recruiter's id is that of a session which is not given back."""
    held = _holders(posting).filter(external_id=external_id)
    return held.exclude(rater=rater).exists()


def _clear_the_way(
    posting: Posting, rater: str, external_id: str, now: datetime
) -> None:
    """Give back the sessions that this arrival shows to be over."""
    over: list[tuple[Assignment, str]] = []
    # the recruiter gave the same place to another person: the first one returned it
    same_place = _holders(posting).filter(
        external_id=external_id, state__in=Assignment.OPEN
    )
    over += [
        (each, "returned: its place went to another rater")
        for each in same_place.exclude(rater=rater)
    ]
    # one open session per person and study: nobody hoards items
    elsewhere = Assignment.objects.filter(
        study=posting.study, rater=rater, state=Assignment.State.ACTIVE
    ).exclude(posting=posting)
    over += [(each, "left for another session") for each in elsewhere]
    holders = _holders(posting).exclude(rater=rater)
    resold = get_recruiter(posting.recruiter).resells_places
    if resold and holders.count() - len(over) >= posting.places:
        silent = holders.filter(
            Q(state=Assignment.State.ACTIVE, last_seen_at__lt=now - STALE)
            | Q(state=Assignment.State.COMPLETED, last_seen_at__lt=now - UNSUBMITTED)
        ).order_by("last_seen_at")
        over += [(each, "returned: its place was sold again") for each in silent[:1]]
    for assignment, reason in over:
        release(assignment, Assignment.State.RETURNED, reason)


def session_token(assignment: Assignment) -> str:
    """Return the signed name of a session, the only credential of the page."""
    return signing.dumps(
        {"a": str(assignment.key), "r": assignment.rater}, salt=SIGNED_AS
    )


def open_session(token: str, now: datetime) -> Assignment:
    """Return the session that a token names.

    Raises RefusedError bad_token, returned, expired or done_already. A session whose
    votes are all held may still be submitted after its deadline.
    """
    try:
        data = signing.loads(token, salt=SIGNED_AS)
    except signing.BadSignature:
        raise RefusedError(
            "bad_token", "This session is not known. Please reload the page."
        ) from None
    assignment = (
        Assignment.objects.select_related("study", "posting")
        .filter(key=data["a"], rater=data["r"])
        .first()
    )
    if assignment is None:
        raise RefusedError(
            "bad_token", "This session is not known. Please reload the page."
        )
    if assignment.state in Assignment.DONE:
        raise RefusedError("done_already", "You have already submitted this task.")
    if assignment.state in Assignment.GONE:
        raise RefusedError(
            "returned",
            "This session was given back. Reload the page to take it up again.",
        )
    if assignment.state == Assignment.State.ACTIVE and assignment.deadline < now:
        raise RefusedError("expired", "The time for this task is over.")
    return assignment


@transaction.atomic
def record_step(
    assignment: Assignment, step: str, details: Mapping[str, Any], now: datetime
) -> None:
    """Note that a rater has passed a step (consent, sound, instructions)."""
    fresh = Assignment.objects.select_for_update().get(pk=assignment.pk)
    fresh.steps = {**fresh.steps, step: {**details, "at": now.isoformat()}}
    fresh.last_seen_at = now
    fresh.save(update_fields=["steps", "last_seen_at"])
    assignment.steps = fresh.steps


def state(assignment: Assignment) -> SessionState:
    """Say where a rater is."""
    rows = assignment.trials.exclude(state=Trial.State.RELEASED).values_list(
        "kind", "state"
    )
    total = len(rows)
    answered = sum(state == Trial.State.ANSWERED for _, state in rows)
    practice = sum(
        kind == "practice" and state == Trial.State.LEASED for kind, state in rows
    )
    return SessionState(
        consented="consent" in assignment.steps,
        sound_ok=passed(assignment),
        instructed="instructions" in assignment.steps,
        answered=answered,
        total=total,
        practice_left=practice,
        completed=answered == total,
    )
