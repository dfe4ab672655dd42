"""Sending what was noted: at least once, in order for each destination.

Events are put into documents, whose ids stay; each destination gets its documents one
after the other. A document is claimed before it is sent, by moving its next try on:
who dies in between has sent it perhaps, and it is sent again when that time has come.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from marketplace.delivery import DeliveryError, send
from marketplace.models import Notice, NoticeDocument
from marketplace.sealing import SealBrokenError
from marketplace.services.documents import Document, outgoing
from marketplace.services.settle import settle

EVENTS_AT_MOST = 50
"""Events in one document: far below the 256 KiB that Amazon's queues take."""
MAX_TRIES = 12
GIVEN_UP_AFTER = timedelta(days=3)
"""Age from which a document that fails is not tried again."""
KEPT_FOR = timedelta(days=30)
"""How long the documents that were sent can be looked up."""
FIRST_PAUSE = timedelta(seconds=30)
"""Longer than any sending takes, so nobody else takes up what is just being sent."""
LONGEST_PAUSE = timedelta(hours=1)
RUN_SECONDS = 15.0
"""A run that takes longer leaves the rest to the next one."""

_AT_ONCE = 1000
State = NoticeDocument.State
Line = tuple[int, str, str]


def deliver_due(now: datetime) -> int:
    """Settle, then send what is waiting at `now`; the number of documents sent.

    Any number of processes may do it at once. No error of a destination is raised:
    it is written on the document, which is tried again later, and in the end given up.
    """
    settle(now)
    while _write_documents(now):
        pass
    over_at = time.monotonic() + RUN_SECONDS
    sent = 0
    for line in _lines(now):
        sent += _deliver(line, now, over_at)
    NoticeDocument.objects.filter(
        state=State.SENT, ended_at__lte=now - KEPT_FOR
    ).delete()
    return sent


def try_again(documents: QuerySet[NoticeDocument], now: datetime) -> int:
    """Let documents that were given up wait for delivery again; how many they are."""
    return documents.filter(state=State.DEAD).update(
        state=State.WAITING, tries=0, made_at=now, next_try_at=now, ended_at=None
    )


def _write_documents(now: datetime) -> int:
    loose = Notice.objects.filter(document__isnull=True).order_by("pk")
    if not loose.exists():
        return 0
    with transaction.atomic():
        notices = list(loose.select_for_update()[:_AT_ONCE])
        groups: dict[tuple[int, str, str, str], list[Notice]] = {}
        for each in notices:
            key = (each.requester_id, each.transport, each.destination, each.version)
            groups.setdefault(key, []).append(each)
        for group in groups.values():
            for start in range(0, len(group), EVENTS_AT_MOST):
                _write_document(group[start : start + EVENTS_AT_MOST], now)
    return len(notices)


def _write_document(notices: list[Notice], now: datetime) -> None:
    first = notices[0]
    document = NoticeDocument.objects.create(
        requester_id=first.requester_id,
        transport=first.transport,
        destination=first.destination,
        version=first.version,
        made_at=now,
        next_try_at=now,
    )
    pks = [each.pk for each in notices]
    Notice.objects.filter(pk__in=pks).update(document=document)


def _lines(now: datetime) -> Iterable[Line]:
    """The destinations with something due, as (requester, transport, destination)."""
    due = NoticeDocument.objects.filter(state=State.WAITING, next_try_at__lte=now)
    found = due.order_by("next_try_at", "pk").values_list(
        "requester", "transport", "destination"
    )
    return dict.fromkeys(found)


def _deliver(line: Line, now: datetime, over_at: float) -> int:
    requester, transport, destination = line
    waiting = NoticeDocument.objects.filter(
        state=State.WAITING,
        requester=requester,
        transport=transport,
        destination=destination,
    ).order_by("pk")
    sent = 0
    while time.monotonic() < over_at:
        head = waiting.select_related("requester").first()
        if head is None or head.next_try_at > now or not _claim(head, now):
            break
        fault = _send(head, now)
        if fault is None:
            _end(head, State.SENT, now, "")
            sent += 1
        elif not _hopeless(head, fault, now):
            NoticeDocument.objects.filter(pk=head.pk).update(fault=str(fault))
            break
        else:
            _end(head, State.DEAD, now, str(fault))
    return sent


def _claim(document: NoticeDocument, now: datetime) -> bool:
    pause = min(FIRST_PAUSE * 2**document.tries, LONGEST_PAUSE)
    won = NoticeDocument.objects.filter(
        pk=document.pk, state=State.WAITING, tries=document.tries
    ).update(tries=F("tries") + 1, next_try_at=now + pause)
    document.tries += 1
    return won == 1


def _send(document: NoticeDocument, now: datetime) -> DeliveryError | None:
    """Try once; the fault when it did not arrive."""
    head = Document(
        document.document_id,
        document.requester,
        document.transport,
        document.destination,
        document.version,
    )
    try:
        send(outgoing(head, document.notices.order_by("pk"), now))
    except DeliveryError as error:
        return error
    except SealBrokenError as error:
        return DeliveryError(str(error))
    return None


def _hopeless(document: NoticeDocument, fault: DeliveryError, now: datetime) -> bool:
    old = now - document.made_at >= GIVEN_UP_AFTER
    return fault.permanent or old or document.tries >= MAX_TRIES


def _end(document: NoticeDocument, state: str, now: datetime, fault: str) -> None:
    NoticeDocument.objects.filter(pk=document.pk, state=State.WAITING).update(
        state=state, ended_at=now, fault=fault
    )
