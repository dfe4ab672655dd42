"""NotifyWorkers."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.operations.registry import Call, operation


@operation("NotifyWorkers", writes=True)
def notify_workers(call: Call) -> Mapping[str, Any]:
    given = call.parameters
    failures = services.notify(
        call.requester,
        given["WorkerIds"],
        services.Letter(given["Subject"], given["MessageText"]),
        call.now,
    )
    return {
        "NotifyWorkersFailureStatuses": [
            {
                # trying again changes nothing
                "NotifyWorkersFailureCode": "HardFailure",
                "NotifyWorkersFailureMessage": failure.sentence,
                "WorkerId": failure.worker_id,
            }
            for failure in failures
        ]
    }
