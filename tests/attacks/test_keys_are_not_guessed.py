"""Secrets of access keys tried by the hundred, and keys that do not exist."""

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.services import limits
from tests.marketplace import shop
from tests.marketplace.test_signatures import signed

pytestmark = pytest.mark.django_db
EVE, ADA = "203.0.113.7", "198.51.100.1"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    few = limits.Limit("key", 5, limits.KEYS.window, limits.KEYS.what)
    monkeypatch.setattr(limits, "KEYS", few)


def call(secret: str, *, at: str = EVE) -> Any:
    request = signed(secret=secret, url="http://testserver")
    headers = dict(request.headers)
    return Client(REMOTE_ADDR=at).post(
        "/marketplace/api/",
        data=request.body,
        content_type=headers.pop("content-type"),
        headers=headers,
    )


def kind(reply: Any) -> str:
    """The name of the error, or of what came instead."""
    return str(json.loads(reply.content).get("__type", "no error"))


def test_guessing_is_stopped_and_then_tells_nothing() -> None:
    shop.requester()
    for number in range(5):
        refused = call(f"guess {number}")
        assert refused.status_code == 400
        assert kind(refused) == "InvalidSignatureException"
    for secret in ("one more guess", shop.SECRET):
        stopped = call(secret)
        assert kind(stopped) == "ThrottlingException"


def test_the_keys_holder_elsewhere_is_not_locked_out() -> None:
    shop.requester()
    for number in range(8):
        call(f"guess {number}")
    assert call(shop.SECRET, at=ADA).status_code == 200
    assert call(shop.SECRET, at="127.0.0.1").status_code == 200


def test_right_signatures_are_never_counted() -> None:
    shop.requester()
    for _ in range(8):
        assert call(shop.SECRET).status_code == 200


def test_a_key_that_does_not_exist_is_stopped_as_well() -> None:
    kinds = [kind(call("guess")) for _ in range(7)]
    assert kinds == ["UnrecognizedClientException"] * 5 + ["ThrottlingException"] * 2
