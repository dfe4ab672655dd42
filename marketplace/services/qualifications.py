"""Qualification types, and who holds their qualifications."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.errors import (
    RequestError,
    WorkerRefusalError,
    qualification_state,
    qualification_unknown,
)
from marketplace.models import Qualification, QualificationType, Requester, Worker
from marketplace.services import messages

Status = Qualification.Status


def create_qualification_type(
    requester: Requester, values: Mapping[str, Any], now: datetime
) -> QualificationType:
    """Make a type; `values` are fields of the table.

    Raises RequestError QualificationTypeAlreadyExists when the name is in use.
    """
    try:
        with transaction.atomic():
            return QualificationType.objects.create(
                requester=requester, created_at=now, **values
            )
    except IntegrityError as error:
        raise RequestError(
            "QualificationTypeAlreadyExists",
            "You have already created a QualificationType with this name.",
        ) from error


def update_qualification_type(
    kind: QualificationType, values: Mapping[str, Any]
) -> QualificationType:
    """Change fields of a type; what workers hold stays as it is."""
    for name, value in values.items():
        setattr(kind, name, value)
    if values:
        kind.save(update_fields=list(values))
    return kind


def delete_qualification_type(kind: QualificationType, now: datetime) -> None:
    """End a type: no new HIT may ask for it; published HITs go on asking."""
    kind.deleted_at = now
    kind.save(update_fields=["deleted_at"])


@transaction.atomic
def grant(
    kind: QualificationType, worker: Worker, value: int, now: datetime, *, tell: bool
) -> None:
    """Give a worker the qualification with a value, also one given before.

    `tell` sends the worker a message. Raises RequestError
    InvalidQualificationTypeState when the type is not active.
    """
    if kind.status != QualificationType.Status.ACTIVE:
        raise RequestError(
            "InvalidQualificationTypeState",
            "This operation can be called with a status of: Active",
        )
    _give(kind, worker, value, now)
    if tell:
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


def requestable_by(
    worker: Worker, kind: QualificationType, now: datetime
) -> str | None:
    """Why the worker can't get an automatic qualification now; None when it can."""
    active = kind.status == QualificationType.Status.ACTIVE
    if not (active and kind.auto_granted and kind.deleted_at is None):
        return "It is given by the requester alone."
    had = kind.qualifications.filter(worker=worker).first()
    if had is None:
        return None
    if had.status == Status.GRANTED:
        return "You have it already."
    if kind.retry_seconds is None:
        return "It was revoked, and can't be requested again."
    if had.granted_at + timedelta(seconds=kind.retry_seconds) > now:
        return "It was revoked, and can't be requested again yet."
    return None


@transaction.atomic
def request_qualification(
    worker: Worker, kind: QualificationType, now: datetime
) -> None:
    """Give a worker who asks for it an automatically granted qualification.

    Raises WorkerRefusalError unqualified with the reason.
    """
    why_not = requestable_by(worker, kind, now)
    if why_not is not None:
        raise WorkerRefusalError("unqualified", why_not)
    _give(kind, worker, kind.auto_granted_value, now)


def _give(kind: QualificationType, worker: Worker, value: int, now: datetime) -> None:
    Qualification.objects.update_or_create(
        type=kind,
        worker=worker,
        defaults={"value": value, "status": Status.GRANTED, "granted_at": now},
    )
