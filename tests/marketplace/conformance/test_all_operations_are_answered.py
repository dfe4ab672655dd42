"""All of the model's operations are done, or refused in the service's own words."""

import json
from typing import Any

import pytest

from marketplace.operations import offered
from marketplace.shapes import service
from tests.marketplace import shop
from tests.marketplace.conformance.wire import send
from tests.marketplace.conformance.world import World

REFUSED = {"ListReviewPolicyResultsForHIT"}
POLICY = {"PolicyName": "SimplePlurality/2011-09-01"}
NOT_OFFERED = "RequestError", "AWS.MechanicalTurk.NotOffered"


@pytest.fixture(autouse=True)
def _lab(db: None) -> None:
    shop.requester()


def answer(operation: str, **members: Any) -> tuple[tuple[str, str], str]:
    """Kind and code of the error, and what it says without its time."""
    body = send(operation, json.dumps(members).encode()).body
    said = body["Message"].rpartition(" (")[0]
    return (body["__type"], body["TurkErrorCode"]), said


def test_every_operation_of_the_model_is_on_offer_but_the_review_policies() -> None:
    assert set(service().operation_names) - offered() == REFUSED
    assert len(service().operation_names) == len(offered() | REFUSED)


@pytest.mark.parametrize("operation", sorted(REFUSED))
def test_an_operation_that_is_not_on_offer_says_so(operation: str) -> None:
    assert answer(operation, HITId="3A") == (
        NOT_OFFERED,
        f"The operation {operation} is not offered by this marketplace.",
    )


@pytest.mark.parametrize("operation", ["CreateHIT", "CreateHITWithHITType"])
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("HITReviewPolicy", POLICY),
        ("AssignmentReviewPolicy", POLICY),
        ("HITLayoutId", "3LAYOUT"),
        ("HITLayoutParameters", [{"Name": "a", "Value": "b"}]),
    ],
)
def test_a_parameter_that_is_not_on_offer_says_so(
    operation: str, member: str, value: object
) -> None:
    request = {**shop.HIT_REQUEST, member: value}
    if operation == "CreateHITWithHITType":
        body = json.dumps(shop.TYPE).encode()
        request["HITTypeId"] = send("CreateHITType", body).body["HITTypeId"]
    assert answer(operation, **request) == (
        NOT_OFFERED,
        f"The parameter {member} is not offered by this marketplace.",
    )


def test_no_answer_holds_a_file() -> None:
    world = World()
    mine = world.submitted()
    found, said = answer("GetFileUploadURL", AssignmentId=mine, QuestionIdentifier="q")
    assert found == ("RequestError", "AWS.MechanicalTurk.InvalidParameterValue")
    assert f"assignment {mine} has no file for 'q'" in said
    found, _ = answer("GetFileUploadURL", AssignmentId="3A", QuestionIdentifier="q")
    assert found == ("RequestError", "AWS.MechanicalTurk.AssignmentDoesNotExist")
