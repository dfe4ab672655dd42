"""Errors on the wire, as recorded from MTurk."""

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT, Requester
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

UNKNOWN = "3PR3LXCWSFNV4OJWZBHIMQOIJVSX9G"


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def hit(client: "MTurkClient") -> HIT:
    made = client.create_hit(**{**shop.HIT_REQUEST, "MaxAssignments": 1})["HIT"]
    return HIT.objects.get(hit_id=made["HITId"])


def failure(call: Any, **parameters: Any) -> tuple[str, str]:
    """TurkErrorCode and message of a call that fails; the message without its time."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    reply: Any = caught.value.response
    assert reply["Error"]["Code"] == "RequestError"
    message, time = re.fullmatch(r"(.*) \((\d{13})\)", reply["Message"]).groups()  # type: ignore[union-attr] # fails as it should
    assert int(time) > 1_700_000_000_000
    return reply["TurkErrorCode"], message


def unsigned(settings: Any, target: str, body: str) -> Any:
    settings.MARKETPLACE_ALLOW_UNSIGNED = True
    return Client().post(
        "/marketplace/api/",
        body,
        content_type="application/x-amz-json-1.1",
        headers={
            "X-Amz-Target": f"MTurkRequesterServiceV20170117.{target}",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={shop.KEY}/s, "
            "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
        },
    )


def test_the_body_is_the_recorded_one(lab: Requester, settings: Any) -> None:
    # recorded 2021: {"__type":"RequestError","Message":"Hit 3PR3… does not exist.
    # (1624047673969)","TurkErrorCode":"AWS.MechanicalTurk.HITDoesNotExist"}, HTTP 400
    reply = unsigned(settings, "GetHIT", json.dumps({"HITId": UNKNOWN}))
    assert reply.status_code == 400
    assert reply["Content-Type"] == "application/x-amz-json-1.1"
    assert re.fullmatch(r"[0-9a-f-]{36}", reply["x-amzn-RequestId"])
    body = json.loads(reply.content)
    assert list(body) == ["__type", "Message", "TurkErrorCode"]
    assert body["__type"] == "RequestError"
    assert body["TurkErrorCode"] == "AWS.MechanicalTurk.HITDoesNotExist"
    assert body["Message"].startswith(f"Hit {UNKNOWN} does not exist. (")


def test_an_answer_without_output_is_an_empty_object(
    lab: Requester, settings: Any
) -> None:
    hit = shop.publish(lab)
    body = json.dumps({"HITId": hit.hit_id, "ExpireAt": 0})
    reply = unsigned(settings, "UpdateExpirationForHIT", body)
    assert (reply.status_code, reply.content) == (200, b"{}")


@pytest.mark.parametrize(
    ("target", "body", "status", "kind"),
    [
        ("DoEverything", "{}", 400, "UnknownOperationException"),
        ("GetHIT", "{", 400, "SerializationException"),
        ("GetHIT", "[]", 400, "SerializationException"),
        ("GetHIT", '{"HITId": NaN}', 400, "SerializationException"),
        ("GetHIT", "[" * 100_000, 400, "SerializationException"),
        ("GetHIT", " " * 1_048_577, 413, "RequestEntityTooLargeException"),
    ],
)
def test_what_is_no_call_has_an_error_of_the_protocol(
    lab: Requester, settings: Any, target: str, body: str, status: int, kind: str
) -> None:
    reply = unsigned(settings, target, body)
    assert (reply.status_code, json.loads(reply.content)["__type"]) == (status, kind)


def test_another_method_than_post_is_refused(lab: Requester) -> None:
    assert Client().get("/marketplace/api/").status_code == 405


def test_an_operation_not_on_offer_says_so(client: "MTurkClient") -> None:
    code, message = failure(client.list_review_policy_results_for_hit, HITId="3A")
    assert code == "AWS.MechanicalTurk.NotOffered"
    assert message == (
        "The operation ListReviewPolicyResultsForHIT is not offered by this"
        " marketplace."
    )


def test_approving_twice(client: "MTurkClient", hit: HIT) -> None:
    mine = services.accept(shop.worker(), hit, clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    client.approve_assignment(AssignmentId=mine.assignment_id)
    for call, more in (
        (client.approve_assignment, {}),
        (client.reject_assignment, {"RequesterFeedback": ""}),
    ):
        assert failure(call, AssignmentId=mine.assignment_id, **more) == (
            "AWS.MechanicalTurk.InvalidAssignmentState",
            "This operation can be called with a status of: Submitted",
        )


def test_what_was_never_submitted(client: "MTurkClient", hit: HIT) -> None:
    mine = services.accept(shop.worker(), hit, clock.now())
    assert failure(client.approve_assignment, AssignmentId=mine.assignment_id) == (
        "AWS.MechanicalTurk.InvalidAssignmentState",
        "This operation can be called with a status of: null",
    )
    assert failure(client.get_assignment, AssignmentId=mine.assignment_id) == (
        "AWS.MechanicalTurk.InvalidAssignmentState",
        "This operation can be called with a status of: Reviewable,Approved,Rejected",
    )


def test_deleting_in_a_wrong_state(client: "MTurkClient", hit: HIT) -> None:
    def message(state: str) -> str:
        return (
            f"This HIT is currently in the state '{state}'.  This operation can be"
            " called with a status of: Reviewing, Reviewable"
        )

    code = "AWS.MechanicalTurk.InvalidHITState"
    hit_id = hit.hit_id
    assert failure(client.delete_hit, HITId=hit_id) == (code, message("Assignable"))
    mine = services.accept(shop.worker(), hit, clock.now())
    assert failure(client.delete_hit, HITId=hit_id) == (code, message("Unassignable"))
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    assert failure(client.delete_hit, HITId=hit_id) == (code, message("Reviewable"))
    client.approve_assignment(AssignmentId=mine.assignment_id)
    client.delete_hit(HITId=hit_id)
    assert failure(client.delete_hit, HITId=hit_id) == (code, message("Disposed"))


def test_a_small_hit_does_not_grow_to_ten_places(
    client: "MTurkClient", hit: HIT
) -> None:
    extend = client.create_additional_assignments_for_hit
    extend(HITId=hit.hit_id, NumberOfAdditionalAssignments=8)
    code, _ = failure(extend, HITId=hit.hit_id, NumberOfAdditionalAssignments=1)
    assert code == "AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease"
    large = client.create_hit(**{**shop.HIT_REQUEST, "MaxAssignments": 10})["HIT"]
    extend(HITId=large["HITId"], NumberOfAdditionalAssignments=20)


def test_another_requesters_things_do_not_exist(
    client: "MTurkClient", hit: HIT, api: str
) -> None:
    mine = services.accept(shop.worker(), hit, clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    assert failure(other.get_hit, HITId=hit.hit_id)[0].endswith("HITDoesNotExist")
    assert failure(other.delete_hit, HITId=hit.hit_id)[0].endswith("HITDoesNotExist")
    code, _ = failure(other.approve_assignment, AssignmentId=mine.assignment_id)
    assert code == "AWS.MechanicalTurk.AssignmentDoesNotExist"
    code, _ = failure(
        other.create_hit_with_hit_type,
        HITTypeId=hit.hit_type.hit_type_id,
        LifetimeInSeconds=60,
        Question=shop.QUESTION,
    )
    assert code == "AWS.MechanicalTurk.HITTypeDoesNotExist"
    assert other.list_hits()["NumResults"] == 0
