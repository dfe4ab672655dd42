"""Sentences of MTurk's that public clients look for: each row of the protocol notes."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from marketplace import clock, faults, services
from marketplace.models import HIT
from tests.marketplace import shop
from tests.marketplace.conformance.wire import call, send
from tests.marketplace.conformance.world import World

Scene = Callable[[World], tuple[str, dict[str, Any]]]


def accepted(world: World) -> str:
    hit = HIT.objects.get(hit_id=world.hit())
    return services.accept(world.alice, hit, clock.now()).assignment_id


def approved_twice(world: World) -> tuple[str, dict[str, Any]]:
    members = {"AssignmentId": world.submitted()}
    call("ApproveAssignment", **members)
    return "ApproveAssignment", members


def rejected_after(world: World) -> tuple[str, dict[str, Any]]:
    _, members = approved_twice(world)
    return "RejectAssignment", {**members, "RequesterFeedback": ""}


def deleted_unreviewed(world: World) -> tuple[str, dict[str, Any]]:
    mine = world.submitted()
    hit_id = call("GetAssignment", AssignmentId=mine)["HIT"]["HITId"]
    call("UpdateExpirationForHIT", HITId=hit_id, ExpireAt=0)
    return "DeleteHIT", {"HITId": hit_id}


def deleted_twice(world: World) -> tuple[str, dict[str, Any]]:
    members = {"HITId": world.reviewable()}
    call("DeleteHIT", **members)
    return "DeleteHIT", members


def named_twice(world: World) -> tuple[str, dict[str, Any]]:
    members = {"Name": "Twice", "Description": "x", "QualificationTypeStatus": "Active"}
    call("CreateQualificationType", **members)
    return "CreateQualificationType", members


def scored(world: World, kind: str) -> tuple[str, dict[str, Any]]:
    members = {"QualificationTypeId": kind, "WorkerId": world.alice.worker_id}
    return "GetQualificationScore", members


def revoked(world: World) -> tuple[str, dict[str, Any]]:
    operation, members = scored(world, world.held())
    call("DisassociateQualificationFromWorker", **members)
    return operation, members


def expired_twice(world: World) -> tuple[str, dict[str, Any]]:
    members = {"HITId": world.hit(), "ExpireAt": 1_900_000_000}
    call("UpdateExpirationForHIT", **members)
    return "UpdateExpirationForHIT", members


CAN_BE = "This operation can be called with a status of: "
STATE = "This HIT is currently in the state '{}'.  "
REVIEW = CAN_BE + "Reviewing, Reviewable"
ROWS: list[tuple[Scene, str, str]] = [
    (approved_twice, "InvalidAssignmentState", f"{CAN_BE}Submitted"),
    (rejected_after, "InvalidAssignmentState", f"{CAN_BE}Submitted"),
    (
        lambda world: ("ApproveAssignment", {"AssignmentId": accepted(world)}),
        "InvalidAssignmentState",
        f"{CAN_BE}null",
    ),
    (
        lambda world: ("GetAssignment", {"AssignmentId": accepted(world)}),
        "InvalidAssignmentState",
        f"{CAN_BE}Reviewable,Approved,Rejected",
    ),
    (deleted_unreviewed, "InvalidHITState", STATE.format("Reviewable") + REVIEW),
    (
        lambda world: ("DeleteHIT", {"HITId": world.hit()}),
        "InvalidHITState",
        STATE.format("Assignable") + REVIEW,
    ),
    (deleted_twice, "InvalidHITState", STATE.format("Disposed") + REVIEW),
    (
        named_twice,
        "QualificationTypeAlreadyExists",
        "You have already created a QualificationType with this name.",
    ),
    (
        lambda world: scored(world, world.kind()),
        "QualificationDoesNotExist",
        r"~.* does not exist\.",
    ),
    (revoked, "InvalidQualificationState", f"{CAN_BE}Granted"),
    (
        expired_twice,
        "RequestAlreadyProcessed",
        r'~The idempotency token "3[0-9A-Z]{29}.*" has already been processed\.',
    ),
    (
        lambda world: ("GetHIT", {"HITId": "3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G"}),
        "HITDoesNotExist",
        "Hit 3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G does not exist.",
    ),
]


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.mark.parametrize(
    ("scene", "code", "said"), ROWS, ids=[f"{n}-{row[1]}" for n, row in enumerate(ROWS)]
)
def test_the_sentence_is_mturks(
    world: World, scene: Scene, code: str, said: str
) -> None:
    operation, members = scene(world)
    reply = send(operation, json.dumps(members).encode())
    assert reply.status == 400
    assert list(reply.body) == ["__type", "Message", "TurkErrorCode"]
    assert reply.body["__type"] == "RequestError"
    assert reply.body["TurkErrorCode"] == f"AWS.MechanicalTurk.{code}"
    # a leading ~ marks a pattern
    pattern = said[1:] if said.startswith("~") else re.escape(said)
    assert re.fullmatch(rf"{pattern} \(\d{{13}}\)", reply.body["Message"])
    assert re.fullmatch("[0-9a-f-]{36}", reply.headers["x-amzn-RequestId"])
    assert reply.headers["Content-Type"] == "application/x-amz-json-1.1"


def test_a_service_fault_is_a_500_in_the_models_shape(world: World) -> None:
    with faults.injected(faults.read_plan("fail_before=1")):
        reply = send("GetAccountBalance", b"{}")
    assert reply.status == 500
    assert list(reply.body) == ["__type", "Message", "TurkErrorCode"]
    assert reply.body["__type"] == "ServiceFault"
    assert reply.body["TurkErrorCode"] == "AWS.ServiceUnavailable"
    assert re.search(r" \(\d{13} s\)$", reply.body["Message"])
    assert re.fullmatch("[0-9a-f-]{36}", reply.headers["x-amzn-RequestId"])


def test_a_throttled_call_has_no_turk_code(world: World) -> None:
    with faults.injected(faults.read_plan("throttle=1")):
        reply = send("GetAccountBalance", b"{}")
    assert (reply.status, reply.body) == (
        400,
        {"__type": "ThrottlingException", "message": "Rate exceeded"},
    )


def test_a_hit_made_twice_under_one_token_is_named(world: World) -> None:
    once = {**shop.HIT_REQUEST, "UniqueRequestToken": "once"}
    hit_id = call("CreateHIT", **once)["HIT"]["HITId"]
    body = send("CreateHIT", json.dumps(once).encode()).body
    assert body["TurkErrorCode"] == "AWS.MechanicalTurk.HitAlreadyExists"
    # clients find the id in the sentence
    assert re.findall(r"\b3[A-Z0-9]{29}\b", body["Message"]) == [hit_id]
