"""Asking to be told: where a HIT type's events go, and whether they get there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from marketplace.delivery import DeliveryError, check_destination, send
from marketplace.errors import RequestError, invalid
from marketplace.models import HITType, Notice, Requester, Subscription
from marketplace.services.documents import Document, outgoing
from marketplace.services.notices import Event

VERSIONS = ("2014-08-15", "2006-05-05")
"""The API reference names the first, the service's model the second."""

_TEST_ID = "3" + "0" * 29


@dataclass(frozen=True, slots=True)
class NotificationDraft:
    """A notification specification, as the protocol has it."""

    transport: str
    destination: str
    version: str
    event_types: tuple[str, ...]


@transaction.atomic
def subscribe(
    hit_type: HITType, draft: NotificationDraft | None, *, active: bool | None
) -> Subscription:
    """Set where a HIT type's events go, whether they do, or both; there is one place.

    Events that are waiting go where they were to go when they happened. Raises
    RequestError: InvalidTransportEndpoint, and InvalidParameterValue for other
    values, or when a HIT type without a specification is switched.
    """
    if draft is None and active is None:
        raise invalid("Give Notification, Active, or both.")
    found = Subscription.objects.filter(hit_type=hit_type).first()
    if draft is not None:
        check(draft)
        if Event.PING in draft.event_types:
            raise invalid(
                "Parameter Notification.EventTypes: Ping is only for"
                " SendTestEventNotification."
            )
        found = found or Subscription(hit_type=hit_type)
        found.transport = draft.transport
        found.destination = draft.destination
        found.version = draft.version
        found.event_types = sorted(set(draft.event_types))
    if found is None:
        raise invalid(
            f"HITType {hit_type.hit_type_id} has no Notification yet: give one."
        )
    if active is not None:
        found.active = active
    found.save()
    return found


def send_test(
    requester: Requester, draft: NotificationDraft, event: str, now: datetime
) -> None:
    """Send one made-up event at once, once; nothing of it is kept.

    Call it outside of transactions: it waits for the other side. Raises RequestError:
    InvalidParameterValue, InvalidTransportEndpoint (also when it was not delivered).
    """
    check(draft)
    about_hit = event.startswith("HIT")
    notice = Notice(
        event_type=event,
        happened_at=now,
        hit_type_id=_TEST_ID,
        hit_id=_TEST_ID,
        assignment_id="" if about_hit or event == Event.PING else _TEST_ID,
    )
    document = Document(
        uuid4(), requester, draft.transport, draft.destination, draft.version
    )
    try:
        send(outgoing(document, [notice], now))
    except DeliveryError as error:
        raise _unreachable(f"the test was not delivered: {error}.") from error


def check(draft: NotificationDraft) -> None:
    """Raise RequestError for a specification that can't work."""
    if draft.version not in VERSIONS:
        raise invalid(
            f"Parameter Notification.Version: {draft.version[:40]!r} is none of"
            f" {', '.join(VERSIONS)}."
        )
    if not draft.event_types:
        raise invalid("Parameter Notification.EventTypes: name at least one event.")
    try:
        check_destination(draft.transport, draft.destination)
    except DeliveryError as error:
        raise _unreachable(f"{error}.") from error


def _unreachable(why: str) -> RequestError:
    return RequestError(
        "InvalidTransportEndpoint", f"Parameter Notification.Destination: {why}"
    )
