"""Workers who ask for qualifications: had at once, by a test, or from the requester."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from marketplace.answers import to_document
from marketplace.documents import parse
from marketplace.errors import WorkerRefusalError, qualification_request_state
from marketplace.forms import Posted, read_answers, read_question_form
from marketplace.forms.answer_key import read_answer_key, score
from marketplace.models import (
    Qualification,
    QualificationRequest,
    QualificationType,
    Sitting,
    Worker,
)
from marketplace.services import messages, qualifications

Status = QualificationRequest.Status


class Chances:
    """Which qualifications a worker may ask for; read once, asked of many types.

    The rules are those of CreateQualificationType in the AWS API reference: without
    RetryDelayInSeconds a worker asks once, whatever came of it; with it, again when
    that many seconds have passed since. Who holds a qualification may take its test
    again for another value, and has no other reason to ask.
    """

    def __init__(self, worker: Worker, now: datetime) -> None:
        self._now = now
        self._held = {held.type_id: held for held in worker.qualifications.all()}
        self._blocked = set(worker.blocks.values_list("requester_id", flat=True))
        requests = worker.qualification_requests
        self._pending = set(
            requests.filter(status=Status.SUBMITTED).values_list("type_id", flat=True)
        )
        asked = requests.values("type_id").annotate(last=Max("asked_at"))
        began = worker.sittings.values("type_id").annotate(last=Max("began_at"))
        self._asked = dict(asked.values_list("type_id", "last"))
        for type_id, last in began.values_list("type_id", "last"):
            self._asked[type_id] = max(last, self._asked.get(type_id, last))

    def why_not(self, kind: QualificationType) -> str | None:
        """Why the worker can't ask for a qualification now; None when it can."""
        if kind.status != QualificationType.Status.ACTIVE or kind.deleted_at:
            return "It is not given any more."
        if kind.requester_id in self._blocked:
            return "This requester has blocked you."
        if kind.pk in self._pending:
            return "You have asked for it, and the requester has not answered yet."
        return self._why_not_again(kind)

    def _why_not_again(self, kind: QualificationType) -> str | None:
        held = self._held.get(kind.pk)
        granted = held is not None and held.status == Qualification.Status.GRANTED
        if granted and not (kind.test and kind.retry_seconds is not None):
            return "You have it, and can't ask for another value."
        moments = [self._asked.get(kind.pk), held.granted_at if held else None]
        last = max((moment for moment in moments if moment), default=None)
        if last is None:
            return None
        if kind.retry_seconds is None:
            return "You have had it or asked for it before, and can ask only once."
        again = last + timedelta(seconds=kind.retry_seconds)
        if again <= self._now:
            return None
        return f"You can't ask for it again yet: from {_spoken(again)} on."


@transaction.atomic
def request_qualification(
    worker: Worker, kind: QualificationType, now: datetime
) -> Sitting | None:
    """Do what a worker's request for a qualification asks for.

    It is granted at once where the type says so; where it has a test, the test begins
    or goes on, and is returned; else the requester decides. Raises WorkerRefusalError
    unqualified with the reason.
    """
    kind = _alone(worker, kind)
    sitting = sitting_of(worker, kind, now)
    if sitting is not None:
        return sitting
    why_not = Chances(worker, now).why_not(kind)
    if why_not is not None:
        raise WorkerRefusalError("unqualified", why_not)
    if kind.auto_granted:
        qualifications.give(kind, worker, kind.auto_granted_value, now)
        return None
    if kind.test:
        return _begin(worker, kind, now)
    QualificationRequest.objects.create(
        type=kind,
        worker=worker,
        status=Status.SUBMITTED,
        asked_at=now,
        submitted_at=now,
    )
    return None


def sitting_of(
    worker: Worker, kind: QualificationType, now: datetime
) -> Sitting | None:
    """The test of the type that the worker is taking, while there is time."""
    return kind.sittings.filter(
        worker=worker, ended_at__isnull=True, deadline__gt=now
    ).first()


@transaction.atomic
def hand_in(
    worker: Worker, kind: QualificationType, posted: Posted, now: datetime
) -> QualificationRequest:
    """Take a worker's answers to the test that the worker is taking.

    With an answer key they are scored and the qualification is granted with the score,
    whatever it is: HITs ask for a value (AWS API reference, AnswerKey). Without one the
    requester decides. Raises WorkerRefusalError: `none` when no test is being taken,
    `expired`, and FaultyAnswersError for answers that the test does not take.
    """
    kind = _alone(worker, kind)
    sitting = kind.sittings.filter(worker=worker, ended_at__isnull=True).first()
    if sitting is None:
        raise WorkerRefusalError("none", "You are not taking this test.")
    if sitting.deadline <= now:
        raise WorkerRefusalError(
            "expired", "The time for this test ran out: your answers were not taken."
        )
    test = read_question_form(parse(sitting.test, parameter="Test"))
    answers = read_answers(test, posted)
    sitting.ended_at = now
    sitting.save(update_fields=["ended_at"])
    asked = QualificationRequest(
        type=kind,
        worker=worker,
        test=sitting.test,
        answer=to_document(answers),
        status=Status.SUBMITTED,
        asked_at=sitting.began_at,
        submitted_at=now,
    )
    if sitting.answer_key:
        asked.value = score(read_answer_key(sitting.answer_key), answers)
        asked.status, asked.decided_at = Status.GRANTED, now
        qualifications.give(kind, worker, asked.value, now)
    asked.save()
    return asked


def ran_out(worker: Worker, kind: QualificationType, now: datetime) -> list[Sitting]:
    """The worker's tests of the type that were not handed in in time, latest first."""
    late = Q(ended_at__isnull=True) | Q(ended_at__gte=F("deadline"))
    found = kind.sittings.filter(late, worker=worker, deadline__lte=now)
    return list(found.order_by("-pk"))


@transaction.atomic
def accept_request(asked: QualificationRequest, value: int, now: datetime) -> None:
    """Grant what a worker asked for, who is told.

    Raises RequestError InvalidQualificationRequestState when it is not pending.
    """
    _decide(asked, now, status=Status.GRANTED, value=value)
    qualifications.give(asked.type, asked.worker, value, now)
    qualifications.tell_granted(asked.type, asked.worker, now)


@transaction.atomic
def reject_request(asked: QualificationRequest, reason: str, now: datetime) -> None:
    """Refuse what a worker asked for, who can read why.

    Raises RequestError InvalidQualificationRequestState when it is not pending.
    """
    _decide(asked, now, status=Status.REJECTED, reason=reason)
    letter = messages.Letter(
        f"Your request for the qualification {asked.type.name} was rejected", reason
    )
    messages.write_to(asked.type.requester, asked.worker, letter, now)


@transaction.atomic
def reject_all(kind: QualificationType, reason: str, now: datetime) -> None:
    """Refuse all that is pending for a type, and end the tests that are being taken."""
    pending = kind.requests.filter(status=Status.SUBMITTED)
    for asked in pending.select_related("type__requester", "worker"):
        reject_request(asked, reason, now)
    kind.sittings.filter(ended_at__isnull=True).update(ended_at=now)


def _alone(worker: Worker, kind: QualificationType) -> QualificationType:
    """The type, fresh, while the worker's other requests wait."""
    Worker.objects.select_for_update().get(pk=worker.pk)
    types = QualificationType.objects.select_for_update(of=("self",))
    return types.select_related("requester").get(pk=kind.pk)


def _begin(worker: Worker, kind: QualificationType, now: datetime) -> Sitting:
    # what is still open here ran out of time
    kind.sittings.filter(worker=worker, ended_at__isnull=True).update(ended_at=now)
    return Sitting.objects.create(
        type=kind,
        worker=worker,
        test=kind.test,
        answer_key=kind.answer_key,
        began_at=now,
        deadline=now + timedelta(seconds=kind.test_seconds or 0),
    )


def _decide(asked: QualificationRequest, now: datetime, **outcome: object) -> None:
    pending = QualificationRequest.objects.filter(pk=asked.pk, status=Status.SUBMITTED)
    if not pending.update(decided_at=now, **outcome):
        raise qualification_request_state()


def _spoken(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
