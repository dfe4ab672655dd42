"""GetAssignment, ApproveAssignment, RejectAssignment."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.errors import assignment_state
from marketplace.models import Assignment
from marketplace.operations.records import (
    assignment_record,
    hit_record,
    own_assignment,
)
from marketplace.operations.registry import Call, operation


@operation("GetAssignment", writes=False)
def get_assignment(call: Call) -> Mapping[str, Any]:
    found = own_assignment(call)
    if found.status not in Assignment.FINISHED:
        raise assignment_state("Reviewable,Approved,Rejected")
    return {
        "Assignment": assignment_record(found),
        "HIT": hit_record(call, found.hit),
    }


@operation("ApproveAssignment", writes=True)
def approve_assignment(call: Call) -> Mapping[str, Any]:
    services.approve(
        own_assignment(call),
        call.now,
        feedback=call.parameters.get("RequesterFeedback"),
        override=call.parameters.get("OverrideRejection", False),
    )
    return {}


@operation("RejectAssignment", writes=True)
def reject_assignment(call: Call) -> Mapping[str, Any]:
    services.reject(
        own_assignment(call), call.now, feedback=call.parameters["RequesterFeedback"]
    )
    return {}
