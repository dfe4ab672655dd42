"""Who holds which qualifications."""

from datetime import datetime

from django.db import transaction

from marketplace.errors import (
    RequestError,
    qualification_state,
    qualification_unknown,
)
from marketplace.models import Qualification, QualificationType, Worker
from marketplace.services import messages

Status = Qualification.Status


@transaction.atomic
def grant(
    kind: QualificationType, worker: Worker, value: int, now: datetime, *, tell: bool
) -> None:
    """Give a worker the qualification with a value, also one given before.

    A pending request of the worker's stays pending (AWS API reference,
    AssociateQualificationWithWorker).

    `tell` sends the worker a message. Raises RequestError
    InvalidQualificationTypeState when the type is not active.
    """
    if kind.status != QualificationType.Status.ACTIVE:
        raise RequestError(
            "InvalidQualificationTypeState",
            "This operation can be called with a status of: Active",
        )
    give(kind, worker, value, now)
    if tell:
        tell_granted(kind, worker, now)


def tell_granted(kind: QualificationType, worker: Worker, now: datetime) -> None:
    """Write to the worker that the qualification is there."""
    letter = messages.Letter(f"You have the qualification {kind.name}", "")
    messages.write_to(kind.requester, worker, letter, now)


@transaction.atomic
def revoke(kind: QualificationType, worker: Worker, reason: str, now: datetime) -> None:
    """Take a qualification from a worker, who can read why.

    Raises RequestError: QualificationDoesNotExist, InvalidQualificationState.
    """
    held = held_by(kind, worker)
    held.status = Status.REVOKED
    held.save(update_fields=["status"])
    letter = messages.Letter(f"The qualification {kind.name} was revoked", reason)
    messages.write_to(kind.requester, worker, letter, now)


def held_by(kind: QualificationType, worker: Worker) -> Qualification:
    """The worker's qualification of the type.

    Raises RequestError: QualificationDoesNotExist, and InvalidQualificationState when
    it was revoked.
    """
    found = kind.qualifications.filter(worker=worker).first()
    if found is None:
        raise qualification_unknown(kind.type_id, worker.worker_id)
    if found.status != Status.GRANTED:
        raise qualification_state()
    return found


def give(kind: QualificationType, worker: Worker, value: int, now: datetime) -> None:
    """Write that a worker holds the qualification; the latest value counts."""
    Qualification.objects.update_or_create(
        type=kind,
        worker=worker,
        defaults={"value": value, "status": Status.GRANTED, "granted_at": now},
    )
