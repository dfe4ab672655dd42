"""What a rater is shown next, and what they answer: acknowledged once stored."""

import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from studies.errors import RefusedError
from studies.models import Assignment, Item, Trial, Vote
from studies.recruiters.base import Entry, Finish
from studies.services.copies import answers_copy
from studies.services.designs import Question, get_design
from studies.services.media import media_url
from studies.services.recruiting import get_recruiter

TELEMETRY_BYTES = 8_000


@dataclass(frozen=True, slots=True)
class TrialView:
    """One trial as the page may know it: nothing here tells the truth."""

    key: str
    index: int
    total: int
    practice: bool
    media: tuple[str, ...]
    seconds: float
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the page sends; `client_uuid` is the same on every retry."""

    trial: str
    client_uuid: str
    choices: Mapping[str, str]
    telemetry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Feedback:
    """Shown after a practice trial only."""

    correct: bool
    truth: str


@dataclass(frozen=True, slots=True)
class Ack:
    """The answer is stored; `duplicate` when it was stored before."""

    duplicate: bool
    feedback: Feedback | None
    answered: int
    total: int


def view_of_item(item: Item, *, key: str, index: int, total: int) -> TrialView:
    """Return an item as a trial page shows it."""
    stimuli = [shown.stimulus for shown in item.shown.select_related("stimulus")]
    return TrialView(
        key=key,
        index=index,
        total=total,
        practice=item.kind == Item.Kind.PRACTICE,
        media=tuple(media_url(stimulus) for stimulus in stimuli),
        seconds=max((stimulus.seconds or 0.0 for stimulus in stimuli), default=0.0),
        questions=get_design(item.study.design).questions,
    )


def next_trial(assignment: Assignment, now: datetime) -> TrialView | None:
    """Return the first trial without an answer, and note that it is being shown."""
    rows = (
        assignment.trials.exclude(state=Trial.State.RELEASED)
        .order_by("index")
        .values_list("pk", "state")
    )
    for number, (pk, state) in enumerate(rows, start=1):
        if state != Trial.State.LEASED:
            continue
        # one that was released this moment may be on its way to another session
        Trial.objects.filter(pk=pk, state=state, shown_at__isnull=True).update(
            shown_at=now
        )
        Assignment.objects.filter(pk=assignment.pk).update(last_seen_at=now)
        trial = Trial.objects.select_related("item__study").get(pk=pk)
        return view_of_item(
            trial.item, key=str(trial.key), index=number, total=len(rows)
        )
    return None


def record_answer(assignment: Assignment, answer: Answer, now: datetime) -> Ack:
    """Store an answer, once, however often it is sent.

    Raises RefusedError returned, not_yours (a trial of another session, or not shown
    yet) or bad_answer (choices or telemetry that the design does not know).
    """
    design = get_design(assignment.study.design)
    trial_key, client_uuid = _uuid(answer.trial), _uuid(answer.client_uuid)
    telemetry = _telemetry(answer.telemetry)
    fault = design.check(answer.choices)
    if fault:
        raise RefusedError("bad_answer", fault)
    with transaction.atomic():
        # the session's row orders two tabs of one rater
        fresh = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if fresh.state in Assignment.GONE:
            raise RefusedError("returned", "This session was given back.")
        trial = (
            fresh.trials.select_related("item", "item__study")
            .filter(key=trial_key)
            .first()
        )
        if trial is None or trial.state == Trial.State.RELEASED:
            raise RefusedError("not_yours", "This clip is not one of your session.")
        duplicate = trial.state == Trial.State.ANSWERED
        if not duplicate:
            _store(trial, answer, client_uuid, telemetry, now)
            Trial.objects.filter(pk=trial.pk).update(state=Trial.State.ANSWERED)
            fresh.last_seen_at = now
            fresh.save(update_fields=["last_seen_at"])
    rows = assignment.trials.exclude(state=Trial.State.RELEASED)
    states = list(rows.values_list("state", flat=True))
    return Ack(
        duplicate=duplicate,
        feedback=_feedback(trial, design.truth_question),
        answered=states.count(Trial.State.ANSWERED),
        total=len(states),
    )


def _store(
    trial: Trial,
    answer: Answer,
    client_uuid: uuid.UUID,
    telemetry: dict[str, Any],
    now: datetime,
) -> None:
    if trial.shown_at is None:
        raise RefusedError("not_yours", "This clip has not been shown to you yet.")
    whole = bool(telemetry.get("ended"))
    rules = trial.item.study.rules
    reason = ""
    if rules.get("require_full_play", True) and not whole:
        reason = "the clip was not played to its end"
    votes = [
        Vote(
            trial=trial,
            question=question,
            choice=choice,
            # one uuid per answer; a design with more questions derives the others
            client_uuid=client_uuid
            if len(answer.choices) == 1
            else uuid.uuid5(client_uuid, question),
            usable=not reason,
            unusable_reason=reason,
            seconds=(now - trial.shown_at).total_seconds(),
            telemetry=telemetry,
            received_at=now,
        )
        for question, choice in answer.choices.items()
    ]
    try:
        Vote.objects.bulk_create(votes)
    except IntegrityError:
        # rolled back with all that this answer would have changed
        raise RefusedError(
            "bad_answer", "this uuid was sent with another clip: draw a new one"
        ) from None


def _feedback(trial: Trial, question: str) -> Feedback | None:
    if trial.kind != Item.Kind.PRACTICE:
        return None
    vote = trial.votes.get(question=question)
    return Feedback(vote.choice == trial.item.truth, trial.item.truth)


def finish(assignment: Assignment, now: datetime) -> Finish:
    """Say how to submit, once every vote is held; harmless to ask again."""
    with transaction.atomic():
        fresh = (
            Assignment.objects.select_for_update(of=("self",))
            .select_related("posting")
            .get(pk=assignment.pk)
        )
        if fresh.trials.filter(state=Trial.State.LEASED).exists():
            raise RefusedError("unfinished", "Some clips have no answer yet.")
        if fresh.state == Assignment.State.ACTIVE:
            fresh.state = Assignment.State.COMPLETED
            fresh.completed_at = now
        fresh.last_seen_at = now
        fresh.save(update_fields=["state", "completed_at", "last_seen_at"])
    posting = fresh.posting
    if posting is None:
        raise RefusedError("closed", "This session has no posting to submit to.")
    entry = Entry(
        preview=False,
        worker_id=fresh.rater.partition(":")[2],
        external_id=fresh.external_id,
        posting_id=posting.external_id,
        submit_url=fresh.submit_url,
    )
    return get_recruiter(posting.recruiter).finish(entry, answers_copy(fresh))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise RefusedError("bad_answer", f"{text!r} is not an id") from None


def _telemetry(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Keep flat numbers, flags and short texts; refuse what is too large."""
    if len(json.dumps(raw, default=str)) > TELEMETRY_BYTES:
        raise RefusedError("bad_answer", "the telemetry is too large")
    kept: dict[str, Any] = {}
    for name, value in raw.items():
        if isinstance(value, float) and not math.isfinite(value):
            continue
        if isinstance(value, bool | int | float):
            kept[str(name)[:40]] = value
        elif isinstance(value, str):
            kept[str(name)[:40]] = value[:200]
    return kept
