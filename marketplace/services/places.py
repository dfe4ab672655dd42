"""A worker's way through a HIT: accept, return, submit."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from marketplace import answers, ids
from marketplace.errors import WorkerRefusalError
from marketplace.forms import Posted, QuestionForm, read_answers
from marketplace.models import HIT, Assignment, HITType, Worker
from marketplace.questions import NOT_ACCEPTED, read_question
from marketplace.services import funds, holding, review
from marketplace.services.eligibility import Action, check_may
from marketplace.services.entrance import check_verified
from marketplace.services.locks import lock_hit
from marketplace.services.notices import Event, note, note_state
from marketplace.services.settle import give_up, settle

MAX_QUEUE = 25
"""HITs that a worker may hold at once, as at MTurk."""

Status = Assignment.Status

_PROBLEM = "There was a problem submitting your results for this HIT. "


def accept(worker: Worker, hit: HIT, now: datetime) -> Assignment:
    """Give the worker a place of the HIT, or the one the worker already holds.

    Raises WorkerRefusalError: gone, done, blocked, unqualified, unverified, queue-full.
    However many ask at once, no more places are given than the HIT has.
    """
    settle(now, hit=hit)
    held = _current(worker, hit)
    if held is not None:
        if held.status != Status.ACCEPTED:
            raise WorkerRefusalError(
                "done",
                "You have already done this HIT. Each HIT can be done once by a"
                " worker.",
            )
        return held
    check_may(worker, hit.hit_type, Action.ACCEPT)
    check_verified(worker)
    try:
        return _take_place(worker, hit, now)
    except IntegrityError:
        # the same worker accepted in another window a moment ago
        held = _current(worker, hit)
        if held is None:
            raise
        return held


def accept_next(worker: Worker, hit_type: HITType, now: datetime) -> Assignment:
    """Give the worker a place of any HIT of the group that the worker hasn't done.

    Raises WorkerRefusalError: gone, blocked, unqualified, unverified, queue-full.
    """
    settle(now)
    check_may(worker, hit_type, Action.ACCEPT)
    for hit in open_to(worker, hit_type, now)[:20]:
        try:
            return accept(worker, hit, now)
        except WorkerRefusalError as refusal:
            if refusal.reason in {"queue-full", "unverified"}:
                raise
    raise _gone()


def open_to(worker: Worker | None, hit_type: HITType, now: datetime) -> list[HIT]:
    """The group's HITs with room, oldest first, without those the worker has done."""
    hits = HIT.objects.offered(now).filter(hit_type=hit_type).order_by("pk")
    if worker is not None:
        hits = hits.not_done_by(worker).not_blocked_for(worker)
    return list(hits.select_related("hit_type", "requester")[:100])


def give_back(assignment: Assignment, now: datetime) -> None:
    """Return an accepted assignment: somebody else may take the place.

    Raises WorkerRefusalError when it is not held any more.
    """
    with transaction.atomic():
        hit = lock_hit(assignment.hit_id)
        fresh = Assignment.objects.get(pk=assignment.pk)
        if fresh.status != Status.ACCEPTED or fresh.deadline <= now:
            reason, sentence = _state_of(fresh)
            raise WorkerRefusalError(reason, sentence)
        note_state(hit, now)
        give_up(hit, fresh, Status.RETURNED, now)
        funds.hold_for_free_places(hit, now)
        note_state(hit, now)


def submit_form(
    worker: Worker, assignment_id: str, posted: Posted, now: datetime
) -> Assignment:
    """Take a worker's answers to a QuestionForm.

    Raises WorkerRefusalError: unknown, submitted, returned, expired; FaultyAnswersError
    (invalid, empty) when the form does not take them, and the worker may mend them.
    """
    found = Assignment.objects.filter(
        worker=worker, assignment_id=assignment_id, hit__question_kind=HIT.Kind.FORM
    )
    assignment = found.select_related("hit").order_by("-pk").first()
    if assignment is None:
        raise _unknown()
    # who is too late is not asked to mend answers first
    _check_held(assignment, now)
    form = read_question(assignment.hit.question)
    if not isinstance(form, QuestionForm):
        raise _unknown()
    given = answers.to_document(read_answers(form, posted))
    with transaction.atomic():
        held = _still_held(assignment, now)
        _record(held, given, now)
    return held


def submit(
    assignment_id: str, fields: Mapping[str, str], now: datetime, *, proof: str = ""
) -> Assignment:
    """Take a worker's results; who knows the id of an accepted assignment may submit.

    Of an id that was another worker's before, the `proof` must be known, too (see
    `holding`). `fields` are the form's fields without the reserved ones. Raises
    WorkerRefusalError (preview, unknown, handed-on, submitted, returned, expired, form,
    empty) with a sentence to show; `form` is a HIT whose answers are taken on the
    marketplace's own page.
    """
    if assignment_id == NOT_ACCEPTED:
        raise WorkerRefusalError(
            "preview",
            _PROBLEM + "You are previewing it. Accept the HIT before you submit.",
        )
    found = None
    # a form may carry anything, also what a database does not take as text
    if assignment_id.isalnum():
        named = Assignment.objects.filter(assignment_id=assignment_id)
        found = named.order_by("-pk").first()
    if found is None:
        raise _unknown()
    holding.check_came_from_holder(found, proof)
    with transaction.atomic():
        assignment = _still_held(found, now)
        if assignment.hit.question_kind == HIT.Kind.FORM:
            raise WorkerRefusalError(
                "form",
                _PROBLEM + "It is a form of this marketplace: answer it on its page.",
            )
        if not fields:
            raise WorkerRefusalError(
                "empty",
                _PROBLEM + "The form carried no answer. This HIT is still assigned"
                " to you.",
            )
        _record(assignment, answers.to_xml(fields), now)
    return assignment


def _still_held(found: Assignment, now: datetime) -> Assignment:
    """The assignment afresh, its HIT locked; refused when it is not held any more."""
    hit = lock_hit(found.hit_id)
    assignment = Assignment.objects.select_related("worker").get(pk=found.pk)
    _check_held(assignment, now)
    assignment.hit = hit
    return assignment


def _check_held(assignment: Assignment, now: datetime) -> None:
    if assignment.status != Status.ACCEPTED or assignment.deadline <= now:
        reason, sentence = _state_of(assignment)
        raise WorkerRefusalError(reason, _PROBLEM + sentence)


def _unknown() -> WorkerRefusalError:
    return WorkerRefusalError(
        "unknown", _PROBLEM + "This marketplace does not know the assignment."
    )


def _record(assignment: Assignment, answer: str, now: datetime) -> None:
    hit = assignment.hit
    note_state(hit, now)
    delay = timedelta(seconds=hit.hit_type.auto_approval_seconds)
    assignment.status = Status.SUBMITTED
    assignment.answer = answer
    assignment.submitted_at = now
    assignment.auto_approval_at = now + delay
    assignment.save(
        update_fields=["status", "answer", "submitted_at", "auto_approval_at"]
    )
    hit.pending -= 1
    hit.submitted += 1
    hit.save(update_fields=["pending", "submitted"])
    note(Event.ASSIGNMENT_SUBMITTED, hit, now, assignment=assignment)
    note_state(hit, now)
    if not delay:
        review.approve(assignment, now)


def _current(worker: Worker, hit: HIT) -> Assignment | None:
    return (
        Assignment.objects.filter(worker=worker, hit=hit)
        .exclude(status__in=Assignment.GIVEN_UP)
        .first()
    )


@transaction.atomic
def _take_place(worker: Worker, hit: HIT, now: datetime) -> Assignment:
    # whoever asks for many at once is answered one by one, or the queue has no end
    Worker.objects.select_for_update(no_key=True).only("pk").get(pk=worker.pk)
    _check_queue(worker, now)
    hit = lock_hit(hit.pk)
    price = hit.price_cents
    # conditional beside the lock, since not every database locks rows
    taken = (
        HIT.objects.with_room(now)
        .filter(pk=hit.pk, held_cents__gte=price)
        .update(pending=F("pending") + 1, held_cents=F("held_cents") - price)
    )
    if taken == 0:
        raise _gone()
    reward = hit.hit_type.reward_cents
    assignment_id = holding.handed_on_id(hit) or ids.entity_id()
    assignment = Assignment.objects.create(
        assignment_id=assignment_id,
        handed_on=holding.was_anothers(assignment_id, worker),
        hit=hit,
        worker=worker,
        reward_cents=reward,
        fee_cents=price - reward,
        accepted_at=now,
        deadline=now + timedelta(seconds=hit.hit_type.assignment_seconds),
    )
    note(Event.ASSIGNMENT_ACCEPTED, hit, now, assignment=assignment)
    return assignment


def _check_queue(worker: Worker, now: datetime) -> None:
    held = Assignment.objects.filter(
        worker=worker, status=Status.ACCEPTED, deadline__gt=now
    )
    if held.count() >= MAX_QUEUE:
        raise WorkerRefusalError(
            "queue-full",
            f"Your queue is full: you hold {MAX_QUEUE} HITs. Submit or return one"
            " first.",
        )


def _gone() -> WorkerRefusalError:
    return WorkerRefusalError(
        "gone",
        "This HIT is no longer available: its last place was taken, or it has expired.",
    )


def _state_of(assignment: Assignment) -> tuple[str, str]:
    if assignment.status in Assignment.FINISHED:
        return "submitted", "It has already been submitted."
    if assignment.status == Status.RETURNED:
        return "returned", "You returned it. Accept it again to work on it."
    return "expired", "Its time ran out, and it is open to other workers again."
