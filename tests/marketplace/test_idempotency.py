"""A request made twice is done once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from marketplace.models import HIT
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def failure(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    reply: Any = caught.value.response
    return reply["TurkErrorCode"], reply["Message"]


def test_a_token_used_twice_makes_one_hit_and_names_it(client: "MTurkClient") -> None:
    request = {**shop.HIT_REQUEST, "UniqueRequestToken": "study-1/posting-17"}
    hit_id = client.create_hit(**request)["HIT"]["HITId"]
    code, message = failure(client.create_hit, **request)
    assert code == "AWS.MechanicalTurk.HitAlreadyExists"
    assert re.findall(r"\b3[A-Z0-9]{29}\b", message) == [hit_id]
    code, _ = failure(
        client.create_hit_with_hit_type,
        HITTypeId=client.create_hit_type(**shop.TYPE)["HITTypeId"],
        LifetimeInSeconds=600,
        Question=shop.QUESTION,
        UniqueRequestToken="study-1/posting-17",
    )
    assert code == "AWS.MechanicalTurk.HitAlreadyExists"
    assert HIT.objects.count() == 1


def test_a_failed_request_leaves_its_token_unused(client: "MTurkClient") -> None:
    request = {**shop.HIT_REQUEST, "UniqueRequestToken": "t"}
    dear = {**request, "Reward": "1000"}
    assert failure(client.create_hit, **dear)[0].endswith("InsufficientFunds")
    client.create_hit(**request)


def test_a_token_is_forgotten_after_24_hours(
    client: "MTurkClient", advance: Advance
) -> None:
    request = {**shop.HIT_REQUEST, "UniqueRequestToken": "t"}
    client.create_hit(**request)
    advance(timedelta(hours=23, minutes=59))
    failure(client.create_hit, **request)
    advance(timedelta(minutes=2))
    client.create_hit(**request)
    assert HIT.objects.count() == 2


def test_tokens_of_two_requesters_are_apart(client: "MTurkClient", api: str) -> None:
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    for caller in (client, other):
        caller.create_hit(**shop.HIT_REQUEST, UniqueRequestToken="t")
    assert HIT.objects.count() == 2


def test_an_extension_is_not_made_twice(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    request: dict[str, Any] = {
        "HITId": hit_id,
        "NumberOfAdditionalAssignments": 2,
        "UniqueRequestToken": "t",
    }
    client.create_additional_assignments_for_hit(**request)
    _, message = failure(client.create_additional_assignments_for_hit, **request)
    assert 'The idempotency token "t" has already been processed.' in message
    assert client.get_hit(HITId=hit_id)["HIT"]["MaxAssignments"] == 5


def test_the_same_expiration_is_refused_the_second_time(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=shop.EPOCH)
    _, message = failure(
        client.update_expiration_for_hit, HITId=hit_id, ExpireAt=shop.EPOCH
    )
    assert f'The idempotency token "{hit_id}' in message
    assert "has already been processed." in message
