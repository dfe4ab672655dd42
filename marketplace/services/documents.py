"""Notification documents: several events in one JSON text, as MTurk writes it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from marketplace.delivery import Outgoing
from marketplace.delivery.webhook import signing_key
from marketplace.models import Notice, Requester
from marketplace.services.requesters import secret_of


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is, beside its events: its id, whose, and where it goes."""

    document_id: UUID
    requester: Requester
    transport: str
    destination: str
    version: str


def outgoing(document: Document, notices: Iterable[Notice], now: datetime) -> Outgoing:
    """The document ready to send; raises SealBrokenError (see `secret_of`)."""
    owner = document.requester
    return Outgoing(
        transport=document.transport,
        destination=document.destination,
        document_id=document.document_id,
        text=_text(document, notices),
        account=account_of(owner),
        signing_key=signing_key(secret_of(owner)),
        at=now,
    )


def account_of(requester: Requester) -> str:
    """Twelve digits that stand for the requester, as an AWS account's do."""
    return f"{requester.pk:012d}"


def _text(document: Document, notices: Iterable[Notice]) -> str:
    return json.dumps(
        {
            "Events": [_event(each) for each in notices],
            "EventDocId": document.document_id.hex,
            "SourceAccount": account_of(document.requester),
            "CustomerId": f"A{document.requester.pk:013d}",
            "EventDocVersion": document.version,
        }
    )


def _event(notice: Notice) -> dict[str, str]:
    at = notice.happened_at.astimezone(UTC)
    event = {
        "EventType": notice.event_type,
        # the reference says EventTime; on the wire it has always been this
        "EventTimestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "HITId": notice.hit_id,
        "HITTypeId": notice.hit_type_id,
    }
    if notice.assignment_id:
        event["AssignmentId"] = notice.assignment_id
    return event
