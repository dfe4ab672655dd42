"""SendTestEventNotification: one made-up event, at once, and the truth about it."""

from typing import TYPE_CHECKING, Any

import pytest

from marketplace.models import Notice, NoticeDocument
from tests.marketplace import listening, shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def specification(url: str) -> dict[str, Any]:
    return {
        "Destination": url,
        "Transport": "SNS",
        "Version": "2014-08-15",
        "EventTypes": ["Ping"],
    }


@pytest.mark.parametrize(
    ("event", "about"),
    [("Ping", False), ("HITReviewable", False), ("AssignmentSubmitted", True)],
)
def test_it_arrives_before_the_call_returns(
    client: "MTurkClient", settings: Any, event: Any, about: bool
) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    with listening.receiver() as hook:
        reply = client.send_test_event_notification(
            Notification=specification(hook.url),  # type: ignore[arg-type] # by name
            TestEventType=event,
        )
    assert list(reply) == ["ResponseMetadata"]
    [document] = hook.documents
    [told] = document["Events"]
    assert (told["EventType"], "AssignmentId" in told) == (event, about)
    assert not Notice.objects.exists()
    assert not NoticeDocument.objects.exists()


def test_who_is_not_there_is_told_of(client: "MTurkClient", settings: Any) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    code, message = shop.failure(
        client.send_test_event_notification,
        Notification=specification("http://127.0.0.1:1/"),
        TestEventType="Ping",
    )
    assert code == "InvalidTransportEndpoint"
    assert "the test was not delivered: 127.0.0.1 did not answer" in message
    assert not NoticeDocument.objects.exists()
