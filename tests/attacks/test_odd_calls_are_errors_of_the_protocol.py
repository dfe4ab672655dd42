"""What no client sends to the marketplace is refused, never a server error."""

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.models import HIT, HITType
from tests.marketplace import shop

HALF = "\ud800"


def height(text: str) -> str:
    return shop.QUESTION.replace("<FrameHeight>0", f"<FrameHeight>{text}")


def at(host: str) -> str:
    return shop.QUESTION.replace("rate.example", host)


@pytest.fixture
def call(db: None, settings: Any) -> Any:
    settings.MARKETPLACE_ALLOW_UNSIGNED = True
    shop.requester()

    def send(operation: str, body: dict[str, Any], key: str = shop.KEY) -> Any:
        return Client().post(
            "/marketplace/api/",
            json.dumps(body),
            content_type="application/x-amz-json-1.1",
            headers={
                "X-Amz-Target": f"MTurkRequesterServiceV20170117.{operation}",
                "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/s, "
                "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0",
            },
        )

    return send


@pytest.mark.parametrize(
    "change",
    [
        {"Title": HALF},
        {"Description": HALF},
        {"RequesterAnnotation": HALF},
        {"UniqueRequestToken": HALF},
        {"Question": shop.QUESTION.replace("vegas", HALF)},
        {HALF: 1},
        {"Title": "\x00"},
        {"Reward": "9" * 1_000_040},
        {"Reward": "9" * 5_000 + ".99"},
        {"MaxAssignments": 2**63},
        {"LifetimeInSeconds": -(2**63)},
        {"Question": height("0" * 50_000 + "9")},
        {"Question": height("9" * 5_000)},
        {"Question": height("\u0663")},
        {"Question": at("*")},
        {"Question": at("\u0435\u0445.example")},
        {"Question": at("a.example:99999")},
    ],
)
def test_a_hit_of_odd_values_is_refused(call: Any, change: dict[str, Any]) -> None:
    reply = call("CreateHIT", shop.HIT_REQUEST | change)
    assert reply.status_code == 400
    assert json.loads(reply.content)["__type"] in (
        "RequestError",
        "SerializationException",
    )
    assert len(reply.content) < 5_000
    assert not HITType.objects.exists()
    assert not HIT.objects.exists()


@pytest.mark.parametrize("key", ["\x00", "\x7f", "\u00e9"])
def test_nobody_has_an_odd_key(call: Any, key: str) -> None:
    assert call("GetAccountBalance", {}, key=key).status_code == 400


@pytest.mark.parametrize("name", ["\x00", "", " ", "\u0660", "A" * 5_000])
def test_no_assignment_has_an_odd_id(db: None, name: str) -> None:
    path = "/marketplace/mturk/externalSubmit"
    assert Client().post(path, {"assignmentId": name, "a": "1"}).status_code == 404


@pytest.mark.parametrize("path", ["api/", "mturk/externalSubmit"])
def test_a_length_that_is_no_number_is_refused(db: None, path: str) -> None:
    # one of the digits that are none: "\u00b2".isdigit() holds, int() of it fails
    reply = Client().generic(
        "POST", f"/marketplace/{path}", b"x", CONTENT_LENGTH="\u00b2"
    )
    assert reply.status_code == 413
