"""Whatever a client sends as JSON, the rater's calls refuse it or take it."""

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tests.rating.booth import Booth, open_booth
from tests.rating.caller import WATCHED, Caller

HALF = "\ud800"
"""Half of a surrogate pair: JSON can name it, no database stores it."""


@pytest.fixture
def booth(db: None) -> Booth:
    return open_booth()


def send(call: str, body: bytes, headers: dict[str, str] | None = None) -> Any:
    path = f"/rate/api/{call}/"
    kind = "application/json"
    return Client().generic("POST", path, body, content_type=kind, headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 9_000,
        b"\xff\xfe\x00",
        b'{"study":"\\ud800"}',
        b'{"\\ud800":1}',
        b'{"study":"\\u0000"}',
        '{"study":"\\u0000"}'.encode("utf-16"),
        b'{"study":' + b"9" * 5_000 + b"}",
        b'{"study":"no-such-study","query":{}}',
        b"{}",
        b"null",
    ],
)
@pytest.mark.parametrize("call", ["begin", "sound", "step", "answer"])
def test_a_body_that_is_no_call_is_refused_in_words(
    booth: Booth, call: str, body: bytes
) -> None:
    rater = Caller(booth)
    rater.begin()
    reply = send(call, body, {"X-Session-Token": rater.token})
    assert reply.status_code in (400, 404)
    assert reply.json()["error"]["code"] in ("bad_request", "unknown_posting")


@pytest.mark.parametrize("key", [HALF, "a\tb", "\x7f", "", "'", "\u0660"])
def test_no_posting_has_an_odd_key(booth: Booth, key: str) -> None:
    query = dict(parse_qsl(booth.query())) | {"p": key}
    body = {"study": booth.study.slug, "query": query, "consent": True}
    reply = send("begin", json.dumps(body).encode())
    assert reply.status_code in (400, 404)


def test_facts_that_are_no_measurement_are_left_out(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin(client={"huge": 10**400, "minus": -(10**400), "width": 800})
    assert rater.assignment().client == {"width": 800}
    trial = rater.get("trial")["trial"]
    rater.answer(trial, telemetry=WATCHED | {"stalls": 10**400, "nested": {"a": [1]}})
    assert rater.status == 200


def test_a_number_that_is_no_count_of_tones_is_only_wrong(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin()
    assert rater.post("sound", {"count": 10**400})["ok"] is False
    assert rater.post("sound", {"count": -1})["ok"] is False
