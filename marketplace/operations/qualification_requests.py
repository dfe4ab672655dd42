"""The operations on workers' requests for qualifications."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.errors import qualification_request_unknown
from marketplace.models import QualificationRequest
from marketplace.operations.paging import page
from marketplace.operations.registry import Call, operation
from marketplace.operations.requirements import own_qualification_type


@operation("ListQualificationRequests", writes=False)
def list_qualification_requests(call: Call) -> Mapping[str, Any]:
    """Those pending, of one type or of all of the requester's, as they came in."""
    pending = QualificationRequest.objects.filter(
        type__requester=call.requester, status=QualificationRequest.Status.SUBMITTED
    )
    if "QualificationTypeId" in call.parameters:
        pending = pending.filter(type=own_qualification_type(call))
    return page(
        call,
        pending.select_related("type", "worker"),
        name="QualificationRequests",
        write=_record,
    )


@operation("AcceptQualificationRequest", writes=True)
def accept_qualification_request(call: Call) -> Mapping[str, Any]:
    value = call.parameters.get("IntegerValue", 1)
    services.accept_request(_own_request(call), value, call.now)
    return {}


@operation("RejectQualificationRequest", writes=True)
def reject_qualification_request(call: Call) -> Mapping[str, Any]:
    reason = call.parameters.get("Reason", "")
    services.reject_request(_own_request(call), reason, call.now)
    return {}


def _own_request(call: Call) -> QualificationRequest:
    """The request the call names; one of another requester's type does not exist."""
    request_id = call.parameters["QualificationRequestId"]
    found = (
        QualificationRequest.objects.filter(
            request_id=request_id, type__requester=call.requester
        )
        .select_related("type__requester", "worker")
        .first()
    )
    if found is None:
        raise qualification_request_unknown(request_id[:64])
    return found


def _record(asked: QualificationRequest) -> dict[str, Any]:
    return {
        "QualificationRequestId": asked.request_id,
        "QualificationTypeId": asked.type.type_id,
        "WorkerId": asked.worker.worker_id,
        "Test": asked.test or None,
        "Answer": asked.answer or None,
        "SubmitTime": asked.submitted_at,
    }
