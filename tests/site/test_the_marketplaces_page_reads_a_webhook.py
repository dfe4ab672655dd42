"""What the page gives to copy, for who receives notifications, reads what is sent."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from marketplace.delivery.webhook import SIGNATURE, signature, signing_key
from tests.site.test_the_marketplaces_page_is_true import section

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
EVENT = {"EventType": "AssignmentSubmitted"}
BODY = json.dumps({"Message": json.dumps({"Events": [EVENT]})}).encode()


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, bytes], list[Any]]:
    """The function, as the page has it, of a requester with that secret."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    code = section("Notifications").partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(compile(code, "docs/marketplace.md", "exec"), names)
    function: Callable[[Any, bytes], list[Any]] = names["events"]
    return function


def signed(body: bytes, *, secret: str = SECRET, age: int = 0) -> dict[str, str]:
    """The header that the marketplace sends with a body."""
    at = int(time.time()) - age
    return {SIGNATURE: signature(body, signing_key(secret), at)}


def test_what_is_sent_is_read(events: Callable[[Any, bytes], list[Any]]) -> None:
    assert events(signed(BODY), BODY) == [EVENT]


def test_what_is_altered_or_of_another_key_is_refused(
    events: Callable[[Any, bytes], list[Any]],
) -> None:
    earlier, now = signed(BODY, age=60)[SIGNATURE], signed(BODY)[SIGNATURE]
    moved = {SIGNATURE: now.partition(",")[0] + "," + earlier.partition(",")[2]}
    for headers in (signed(BODY + b" "), signed(BODY, secret="another"), moved):
        with pytest.raises(ValueError, match="somebody else"):
            events(headers, BODY)


def test_what_is_unsigned_is_refused(
    events: Callable[[Any, bytes], list[Any]],
) -> None:
    for headers in ({}, {SIGNATURE: ""}, {SIGNATURE: "t=1,v1=x"}):
        with pytest.raises(ValueError, match="unsigned"):
            events(headers, BODY)


def test_what_is_old_is_refused(events: Callable[[Any, bytes], list[Any]]) -> None:
    with pytest.raises(ValueError, match="old"):
        events(signed(BODY, age=301), BODY)
