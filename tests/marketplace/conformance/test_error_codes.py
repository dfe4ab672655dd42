"""The codes that clients know: each is met here, or there is a reason why it is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from marketplace import clock, faults, services
from marketplace.models import HIT
from tests.marketplace import shop
from tests.marketplace.conformance.wire import call, send
from tests.marketplace.conformance.world import World

Scene = tuple[str, dict[str, Any]]
NONE = "3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G"
NEVER = {
    "AssignmentAlreadyExists": "of accepting, which no operation of 2017 does",
    "ExceedsMaxAssignmentsPerWorker": "of accepting, which no operation of 2017 does",
    "DoesNotMeetRequirements": "of accepting, which no operation of 2017 does",
    "HITAlreadyPassedReview": "review policies are not on offer",
    "HITTooOldForExtension": "of HITs created before 2015-07-22",
    "QualificationAlreadyExists": "granting again changes the value since 2017",
    "PermissionDeniedException": "what is another requester's does not exist",
    "AWS.NotAuthorized": "a signature that fails has AWS's own errors since 2017",
    "AWS.BadCredentialSupplied": "a signature that fails has AWS's own errors",
    "AWS.BadClaimsSupplied": "a signature that fails has AWS's own errors",
}


def again(operation: str, **members: Any) -> Scene:
    call(operation, **members)
    return operation, members


def not_offered_type(world: World) -> Scene:
    kind = world.kind()
    asked = [{"QualificationTypeId": kind, "Comparator": "Exists"}]
    call("CreateHIT", **shop.HIT_REQUEST, QualificationRequirements=asked)
    call("DeleteQualificationType", QualificationTypeId=kind)
    made = HIT.objects.latest("pk").hit_type.hit_type_id
    members = {"LifetimeInSeconds": 60, "Question": shop.QUESTION}
    return "CreateHITWithHITType", {"HITTypeId": made, **members}


def xhtml(world: World) -> Scene:
    form = (
        '<QuestionForm xmlns="http://mechanicalturk.amazonaws.com/'
        'AWSMechanicalTurkDataSchemas/2017-11-06/QuestionForm.xsd"><Overview>'
        "<FormattedContent><![CDATA[<script>x</script>]]></FormattedContent></Overview>"
        "<Question><QuestionIdentifier>q</QuestionIdentifier><QuestionContent><Text>t"
        "</Text></QuestionContent><AnswerSpecification><FreeTextAnswer/>"
        "</AnswerSpecification></Question></QuestionForm>"
    )
    return "CreateHIT", {**shop.HIT_REQUEST, "Question": form}


def accepted(world: World) -> str:
    hit = HIT.objects.get(hit_id=world.hit())
    return services.accept(world.alice, hit, clock.now()).assignment_id


SCENES: dict[str, Callable[[World], Scene]] = {
    "HITDoesNotExist": lambda _: ("GetHIT", {"HITId": NONE}),
    "HITTypeDoesNotExist": lambda _: ("ListReviewableHITs", {"HITTypeId": NONE}),
    "AssignmentDoesNotExist": lambda _: ("GetAssignment", {"AssignmentId": NONE}),
    "QualificationTypeDoesNotExist": lambda _: (
        "GetQualificationType",
        {"QualificationTypeId": NONE},
    ),
    "QualificationDoesNotExist": lambda world: (
        "GetQualificationScore",
        {"QualificationTypeId": world.kind(), "WorkerId": world.alice.worker_id},
    ),
    "QualificationRequestDoesNotExist": lambda _: (
        "AcceptQualificationRequest",
        {"QualificationRequestId": NONE},
    ),
    "InvalidQualificationRequestState": lambda world: again(
        "AcceptQualificationRequest", QualificationRequestId=world.requested()
    ),
    "InvalidQualificationState": lambda world: again(
        "DisassociateQualificationFromWorker",
        QualificationTypeId=world.held(),
        WorkerId=world.alice.worker_id,
    ),
    "InvalidQualificationTypeState": not_offered_type,
    "InvalidHITState": lambda world: ("DeleteHIT", {"HITId": world.hit()}),
    "InvalidAssignmentState": lambda world: (
        "ApproveAssignment",
        {"AssignmentId": accepted(world)},
    ),
    "QualificationTypeAlreadyExists": lambda _: again(
        "CreateQualificationType",
        Name="Twice",
        Description="x",
        QualificationTypeStatus="Active",
    ),
    "HitAlreadyExists": lambda _: again(
        "CreateHIT", **shop.HIT_REQUEST, UniqueRequestToken="once"
    ),
    "RequestAlreadyProcessed": lambda world: again(
        "CreateAdditionalAssignmentsForHIT",
        HITId=world.hit(),
        NumberOfAdditionalAssignments=1,
        UniqueRequestToken="once",
    ),
    "InvalidMaximumAssignmentsIncrease": lambda world: (
        "CreateAdditionalAssignmentsForHIT",
        {"HITId": world.hit(), "NumberOfAdditionalAssignments": 7},
    ),
    "InsufficientFunds": lambda _: (
        "CreateHIT",
        {**shop.HIT_REQUEST, "Reward": "9999999.00"},
    ),
    "InvalidParameterValue": lambda _: ("GetHIT", {"HITId": "lower!!"}),
    "XMLParseError": lambda _: ("CreateHIT", {**shop.HIT_REQUEST, "Question": "<a>"}),
    "XHTMLParseError": xhtml,
    "InvalidTransportEndpoint": lambda world: (
        "SendTestEventNotification",
        {
            "TestEventType": "Ping",
            "Notification": {
                "Destination": "not an address",
                "Transport": "SQS",
                "Version": "2014-08-15",
                "EventTypes": ["Ping"],
            },
        },
    ),
    "NotOffered": lambda _: ("ListReviewPolicyResultsForHIT", {"HITId": NONE}),
}
# the legacy SDKs' list (tc/java-aws-mturk, ErrorProcessingFilter) and the model's own;
# the last three: what this marketplace adds
KNOWN = [
    "HITDoesNotExist",
    "AssignmentDoesNotExist",
    "QualificationDoesNotExist",
    "QualificationTypeDoesNotExist",
    "QualificationRequestDoesNotExist",
    "InvalidHITState",
    "InvalidAssignmentState",
    "InvalidQualificationState",
    "InvalidQualificationTypeState",
    "InvalidQualificationRequestState",
    "HITAlreadyPassedReview",
    "AssignmentAlreadyExists",
    "QualificationTypeAlreadyExists",
    "QualificationAlreadyExists",
    "PermissionDeniedException",
    "DoesNotMeetRequirements",
    "XMLParseError",
    "XHTMLParseError",
    "InvalidTransportEndpoint",
    "InvalidParameterValue",
    "ExceedsMaxAssignmentsPerWorker",
    "InsufficientFunds",
    "AWS.NotAuthorized",
    "AWS.BadCredentialSupplied",
    "AWS.BadClaimsSupplied",
    "AWS.ServiceUnavailable",
    "HitAlreadyExists",
    "InvalidMaximumAssignmentsIncrease",
    "HITTooOldForExtension",
    "HITTypeDoesNotExist",
    "RequestAlreadyProcessed",
    "NotOffered",
]


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_no_code_is_forgotten() -> None:
    assert sorted(KNOWN) == sorted({*SCENES, *NEVER, "AWS.ServiceUnavailable"})
    assert not SCENES.keys() & NEVER.keys()


@pytest.mark.parametrize("code", sorted(SCENES))
def test_the_code_is_met(world: World, code: str) -> None:
    operation, members = SCENES[code](world)
    reply = send(operation, json.dumps(members).encode())
    assert (reply.status, reply.kind) == (400, "RequestError"), reply.raw
    assert reply.body["TurkErrorCode"] == f"AWS.MechanicalTurk.{code}", reply.raw


def test_a_fault_of_the_service_has_its_code(world: World) -> None:
    with faults.injected(faults.read_plan("fail_before=1")):
        reply = send("GetHIT", b'{"HITId": "3A"}')
    assert (reply.status, reply.kind) == (500, "ServiceFault")
    assert reply.body["TurkErrorCode"] == "AWS.ServiceUnavailable"
