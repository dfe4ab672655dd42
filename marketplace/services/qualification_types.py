"""Qualification types: made, changed, deleted by the requester who owns them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.errors import RequestError
from marketplace.models import QualificationType, Requester
from marketplace.services import qualification_requests


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


@transaction.atomic
def delete_qualification_type(kind: QualificationType, now: datetime) -> None:
    """End a type: no new HIT may ask for it; published HITs go on asking.

    Pending requests are rejected (AWS API reference, DeleteQualificationType).
    """
    kind.deleted_at = now
    kind.save(update_fields=["deleted_at"])
    qualification_requests.reject_all(
        kind, "The requester has deleted the qualification.", now
    )
