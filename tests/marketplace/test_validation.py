"""Values that a call can't have. Clients check few of them."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Title", "x" * 129),
        ("Description", "x" * 2_001),
        ("Keywords", "x" * 1_001),
        ("RequesterAnnotation", "x" * 256),
        ("Title", "a\x00b"),
        ("LifetimeInSeconds", 29),
        ("LifetimeInSeconds", 31_536_001),
        ("AssignmentDurationInSeconds", 29),
        ("AutoApprovalDelayInSeconds", 2_592_001),
        ("AutoApprovalDelayInSeconds", -1),
        ("MaxAssignments", 0),
        ("Reward", ".05"),
        ("Reward", "0.055"),
        ("Reward", "-1"),
        ("Reward", "1e3"),
        ("Reward", "0.05\n"),
        ("Reward", "9" * 40),
        ("UniqueRequestToken", "x" * 65),
        ("Question", "x" * 65_536),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(
    client: "MTurkClient", member: str, value: Any
) -> None:
    with pytest.raises(ClientError) as caught:
        client.create_hit(**{**shop.HIT_REQUEST, member: value})
    reply: Any = caught.value.response
    assert reply["TurkErrorCode"] == "AWS.MechanicalTurk.InvalidParameterValue"
    assert member in reply["Message"]


def test_the_bounds_themselves_are_taken(client: "MTurkClient") -> None:
    made = client.create_hit(
        **{
            **shop.HIT_REQUEST,
            "Title": "x" * 128,
            "Description": "x" * 2_000,
            "Keywords": "x" * 1_000,
            "RequesterAnnotation": "x" * 255,
            "LifetimeInSeconds": 30,
            "AssignmentDurationInSeconds": 31_536_000,
            "AutoApprovalDelayInSeconds": 0,
            "Reward": "5",
        }
    )["HIT"]
    assert (made["Reward"], len(made["Title"])) == ("5.00", 128)


@pytest.mark.parametrize(
    ("call", "parameters", "fault"),
    [
        ("get_hit", {"HITId": "lower!!"}, "does not match"),
        ("get_hit", {"HITId": "3" * 65}, "at most 64"),
        ("list_hits", {"MaxResults": 101}, "more than 100"),
        ("list_hits", {"NextToken": "p1:made-up"}, "NextToken"),
        ("list_reviewable_hits", {"Status": "Assignable"}, "none of"),
        (
            "list_assignments_for_hit",
            {"HITId": "3A", "AssignmentStatuses": ["Accepted"]},
            "none of",
        ),
    ],
)
def test_what_botocore_lets_through_is_caught(
    client: "MTurkClient", call: str, parameters: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(client, call)(**parameters)
    reply: Any = caught.value.response
    assert reply["TurkErrorCode"] == "AWS.MechanicalTurk.InvalidParameterValue"
    assert fault in reply["Message"]


@pytest.mark.parametrize(
    "extra",
    [
        {"HITLayoutId": "3LAYOUT"},
        {"HITReviewPolicy": {"PolicyName": "SimplePlurality/2011-09-01"}},
    ],
)
def test_what_is_not_on_offer_is_refused_not_ignored(
    client: "MTurkClient", extra: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as caught:
        client.create_hit(**{**shop.HIT_REQUEST, **extra})
    reply: Any = caught.value.response
    assert reply["TurkErrorCode"] == "AWS.MechanicalTurk.NotOffered"
    assert next(iter(extra)) in reply["Message"]


def test_a_hit_grows_no_further_than_it_could_begin(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST | {"MaxAssignments": 10})["HIT"][
        "HITId"
    ]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=shop.EPOCH)
    # nothing is held for the places of an expired HIT
    more: dict[str, Any] = {"HITId": hit_id}
    grow = client.create_additional_assignments_for_hit
    grow(**more, NumberOfAdditionalAssignments=999_999_990)
    code, message = shop.failure(grow, **more, NumberOfAdditionalAssignments=1)
    assert code == "InvalidParameterValue"
    assert "would have 1000000001 assignments" in message


def test_a_query_is_of_50_words_at_most(client: "MTurkClient") -> None:
    ask = client.list_qualification_types
    words = " ".join(str(number) for number in range(51))
    wanted: dict[str, Any] = {"MustBeRequestable": True}
    for query in (words, "a " * 501):
        code, message = shop.failure(ask, **wanted, Query=query)
        assert (code, "Query" in message) == ("InvalidParameterValue", True)
    # a word said again asks for nothing more
    assert ask(**wanted, Query="a " * 500)["NumResults"] == 0
