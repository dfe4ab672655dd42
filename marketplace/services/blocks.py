"""Blocks: workers a requester does not want to work with."""

from datetime import datetime

from django.db import transaction

from marketplace.errors import RequestError
from marketplace.models import Requester, Worker, WorkerBlock

MAX_BLOCKS = 100_000


@transaction.atomic
def block(requester: Requester, worker: Worker, reason: str, now: datetime) -> None:
    """Keep a worker from the requester's HITs; HITs the worker holds stay the worker's.

    Blocking again changes the reason. Raises RequestError InvalidParameterValue when
    the requester has as many blocks as the marketplace keeps.
    """
    mine = WorkerBlock.objects.filter(requester=requester)
    known = mine.filter(worker=worker).exists()
    if not known and mine.count() >= MAX_BLOCKS:
        raise RequestError(
            "InvalidParameterValue",
            f"You have blocked {MAX_BLOCKS} workers, which is the most there can be.",
        )
    WorkerBlock.objects.update_or_create(
        requester=requester,
        worker=worker,
        defaults={"reason": reason},
        create_defaults={"reason": reason, "created_at": now},
    )


def unblock(requester: Requester, worker: Worker) -> None:
    """Let a worker do the requester's HITs again; nothing happens without a block."""
    WorkerBlock.objects.filter(requester=requester, worker=worker).delete()
