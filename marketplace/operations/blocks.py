"""CreateWorkerBlock, DeleteWorkerBlock, ListWorkerBlocks."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.models import WorkerBlock
from marketplace.operations.paging import page
from marketplace.operations.records import named_worker
from marketplace.operations.registry import Call, operation


@operation("CreateWorkerBlock", writes=True)
def create_worker_block(call: Call) -> Mapping[str, Any]:
    services.block(
        call.requester, named_worker(call), call.parameters["Reason"], call.now
    )
    return {}


@operation("DeleteWorkerBlock", writes=True)
def delete_worker_block(call: Call) -> Mapping[str, Any]:
    services.unblock(call.requester, named_worker(call))
    return {}


@operation("ListWorkerBlocks", writes=False)
def list_worker_blocks(call: Call) -> Mapping[str, Any]:
    return page(
        call,
        WorkerBlock.objects.filter(requester=call.requester).select_related("worker"),
        name="WorkerBlocks",
        write=lambda block: {
            "WorkerId": block.worker.worker_id,
            "Reason": block.reason,
        },
    )
