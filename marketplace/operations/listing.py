"""ListHITs, ListReviewableHITs, ListAssignmentsForHIT."""

from collections.abc import Mapping
from typing import Any

from marketplace.models import HIT, Assignment
from marketplace.operations.paging import page
from marketplace.operations.records import (
    assignment_record,
    hit_record,
    own_hit,
    own_hit_type,
)
from marketplace.operations.registry import Call, operation


@operation("ListHITs", writes=False)
def list_hits(call: Call) -> Mapping[str, Any]:
    hits = HIT.objects.listed().filter(requester=call.requester)
    return page(
        call,
        hits.select_related("hit_type").prefetch_related("hit_type__requirements"),
        name="HITs",
        write=lambda hit: hit_record(call, hit),
    )


@operation("ListReviewableHITs", writes=False)
def list_reviewable_hits(call: Call) -> Mapping[str, Any]:
    status = call.parameters.get("Status", "Reviewable")
    if status == "Reviewing":
        hits = HIT.objects.listed().filter(reviewing=True)
    else:
        hits = HIT.objects.reviewable(call.now)
    hits = hits.filter(requester=call.requester)
    if "HITTypeId" in call.parameters:
        hits = hits.filter(hit_type=own_hit_type(call))
    return page(
        call,
        hits.select_related("hit_type").prefetch_related("hit_type__requirements"),
        name="HITs",
        write=lambda hit: hit_record(call, hit),
    )


@operation("ListAssignmentsForHIT", writes=False)
def list_assignments(call: Call) -> Mapping[str, Any]:
    wanted = call.parameters.get("AssignmentStatuses") or Assignment.FINISHED
    found = Assignment.objects.filter(hit=own_hit(call), status__in=wanted)
    return page(
        call,
        found.select_related("hit", "worker"),
        name="Assignments",
        write=assignment_record,
    )
