"""What a requester reads of one HIT, and changes in it."""

from collections.abc import Mapping
from typing import Any

from marketplace import services
from marketplace.errors import already_processed
from marketplace.operations.records import hit_record, own_hit, own_hit_type
from marketplace.operations.registry import Call, operation
from marketplace.services.tokens import claim


@operation("GetHIT", writes=False)
def get_hit(call: Call) -> Mapping[str, Any]:
    return {"HIT": hit_record(call, own_hit(call))}


@operation("CreateAdditionalAssignmentsForHIT", writes=True)
def create_additional_assignments(call: Call) -> Mapping[str, Any]:
    hit = own_hit(call)
    _claim(call, call.parameters.get("UniqueRequestToken"), hit.hit_id)
    services.extend_hit(hit, call.parameters["NumberOfAdditionalAssignments"], call.now)
    return {}


@operation("UpdateExpirationForHIT", writes=True)
def update_expiration(call: Call) -> Mapping[str, Any]:
    hit = own_hit(call)
    expire_at = call.parameters["ExpireAt"]
    # MTurk refuses the same expiration twice, as if it were a token
    _claim(call, f"{hit.hit_id}{expire_at:%Y-%m-%dT%H:%M:%SZ}", hit.hit_id)
    services.set_expiration(hit, expire_at, call.now)
    return {}


@operation("UpdateHITReviewStatus", writes=True)
def update_review_status(call: Call) -> Mapping[str, Any]:
    revert = call.parameters.get("Revert", False)
    services.set_reviewing(own_hit(call), call.now, reviewing=not revert)
    return {}


@operation("UpdateHITTypeOfHIT", writes=True)
def update_hit_type(call: Call) -> Mapping[str, Any]:
    services.change_type(own_hit(call), own_hit_type(call), call.now)
    return {}


@operation("DeleteHIT", writes=True)
def delete_hit(call: Call) -> Mapping[str, Any]:
    services.delete_hit(own_hit(call), call.now)
    return {}


def _claim(call: Call, token: str | None, hit_id: str) -> None:
    purpose = "change of a HIT"
    earlier = claim(call.requester, purpose, token, result_id=hit_id, now=call.now)
    if earlier is not None:
        raise already_processed(str(token))
