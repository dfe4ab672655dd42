"""The operations on workers' qualifications."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.errors import qualification_unknown
from marketplace.models import Qualification, Worker
from marketplace.operations.paging import page
from marketplace.operations.records import named_worker
from marketplace.operations.registry import Call, operation
from marketplace.operations.requirements import own_qualification_type


@operation("AssociateQualificationWithWorker", writes=True)
def associate(call: Call) -> Mapping[str, Any]:
    services.grant(
        own_qualification_type(call),
        named_worker(call),
        call.parameters.get("IntegerValue", 1),
        call.now,
        tell=call.parameters.get("SendNotification", True),
    )
    return {}


@operation("DisassociateQualificationFromWorker", writes=True)
def disassociate(call: Call) -> Mapping[str, Any]:
    services.revoke(
        own_qualification_type(call),
        _worker(call),
        call.parameters.get("Reason", ""),
        call.now,
    )
    return {}


@operation("GetQualificationScore", writes=False)
def get_qualification_score(call: Call) -> Mapping[str, Any]:
    held = services.held_by(own_qualification_type(call), _worker(call))
    return {"Qualification": _record(held)}


@operation("ListWorkersWithQualificationType", writes=False)
def list_workers(call: Call) -> Mapping[str, Any]:
    found = own_qualification_type(call).qualifications.filter(
        status=call.parameters.get("Status", Qualification.Status.GRANTED)
    )
    return page(
        call,
        found.select_related("type", "worker"),
        name="Qualifications",
        write=_record,
    )


def _worker(call: Call) -> Worker:
    """The worker the call names, who has no qualification when there is none such."""
    worker_id = call.parameters["WorkerId"]
    found = Worker.objects.filter(worker_id=worker_id).first()
    if found is None:
        raise qualification_unknown(call.parameters["QualificationTypeId"], worker_id)
    return found


def _record(held: Qualification) -> dict[str, Any]:
    return {
        "QualificationTypeId": held.type.type_id,
        "WorkerId": held.worker.worker_id,
        "GrantTime": held.granted_at,
        "IntegerValue": held.value,
        "Status": held.status,
    }
