"""Words from requesters to workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.models import Assignment, Message, Requester, Worker

Status = Assignment.Status


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A WorkerId that a message did not reach, and why."""

    worker_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message says."""

    subject: str
    text: str


def notify(
    requester: Requester, worker_ids: Sequence[str], letter: Letter, now: datetime
) -> list[Undelivered]:
    """Send one message to several workers, once each; returns whom it did not reach.

    A requester may write to workers whose work it has approved or rejected, and answer
    those who wrote to it.
    """
    wanted = list(dict.fromkeys(worker_ids))
    known = {
        worker.worker_id: worker
        for worker in Worker.objects.filter(worker_id__in=wanted, is_active=True)
    }
    reached = set(
        Assignment.objects.filter(
            hit__requester=requester,
            worker__in=known.values(),
            status__in=(Status.APPROVED, Status.REJECTED),
        ).values_list("worker__worker_id", flat=True)
    )
    wrote = requester.letters.filter(worker__in=known.values())
    reached |= set(wrote.values_list("worker__worker_id", flat=True))
    Message.objects.bulk_create(
        _message(requester, known[worker_id], letter, now)
        for worker_id in wanted
        if worker_id in reached
    )
    return [
        Undelivered(
            worker_id,
            "You have not approved or rejected work of this worker."
            if worker_id in known
            else "There is no such worker.",
        )
        for worker_id in wanted
        if worker_id not in reached
    ]


def write_to(
    requester: Requester, worker: Worker, letter: Letter, now: datetime
) -> None:
    """Send one worker a message about what the requester has done."""
    _message(requester, worker, letter, now).save()


def unread(worker: Worker) -> int:
    """How many messages the worker has not seen yet."""
    return worker.messages.filter(read_at__isnull=True).count()


def read_all(worker: Worker, now: datetime) -> None:
    """Note that the worker has seen all messages."""
    worker.messages.filter(read_at__isnull=True).update(read_at=now)


def _message(
    requester: Requester, worker: Worker, letter: Letter, now: datetime
) -> Message:
    return Message(
        requester=requester,
        worker=worker,
        subject=letter.subject,
        text=letter.text,
        sent_at=now,
    )
