"""Qualification types: made, changed, deleted by the requester who owns them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.errors import RequestError, invalid
from marketplace.models import QualificationType, Requester
from marketplace.services import qualification_requests


def create_qualification_type(
    requester: Requester, values: Mapping[str, Any], now: datetime
) -> QualificationType:
    """Make a type; `values` are fields of the table, a test among them checked.

    Raises RequestError: QualificationTypeAlreadyExists when the name is in use,
    InvalidParameterValue when it has a test and is granted automatically.
    """
    kind = QualificationType(requester=requester, created_at=now, **values)
    _check_ways(kind)
    try:
        with transaction.atomic():
            kind.save()
    except IntegrityError as error:
        raise RequestError(
            "QualificationTypeAlreadyExists",
            "You have already created a QualificationType with this name.",
        ) from error
    return kind


def update_qualification_type(
    kind: QualificationType, values: Mapping[str, Any]
) -> QualificationType:
    """Change fields of a type; what workers hold stays as it is.

    A test that is being taken goes on as it was. Raises RequestError
    InvalidParameterValue when the type would have a test and be granted automatically.
    """
    for name, value in values.items():
        setattr(kind, name, value)
    _check_ways(kind)
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


def _check_ways(kind: QualificationType) -> None:
    if kind.auto_granted and kind.test:
        raise invalid(
            "AutoGranted can't be true for a QualificationType with a Test: it is"
            " granted at once or by a test."
        )
