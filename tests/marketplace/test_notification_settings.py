"""UpdateNotificationSettings: one place for the events of a HIT type, on or off."""

from typing import TYPE_CHECKING, Any

import pytest

from marketplace.models import Subscription
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

HOOK: Any = {
    "Destination": "https://lab.example/hook",
    "Transport": "SNS",
    "Version": "2014-08-15",
    "EventTypes": ["AssignmentSubmitted", "HITReviewable"],
}


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def kind(client: "MTurkClient") -> str:
    return client.create_hit_type(**shop.TYPE)["HITTypeId"]


def failure(client: "MTurkClient", kind: str, **parameters: Any) -> tuple[str, str]:
    return shop.failure(
        client.update_notification_settings, HITTypeId=kind, **parameters
    )


def test_a_new_specification_is_active(client: "MTurkClient", kind: str) -> None:
    reply = client.update_notification_settings(HITTypeId=kind, Notification=HOOK)
    assert list(reply) == ["ResponseMetadata"]
    kept = Subscription.objects.get()
    assert (kept.destination, kept.transport) == (HOOK["Destination"], "SNS")
    assert kept.event_types == HOOK["EventTypes"]
    assert kept.active


def test_a_second_specification_replaces_the_first(
    client: "MTurkClient", kind: str
) -> None:
    client.update_notification_settings(HITTypeId=kind, Notification=HOOK, Active=False)
    mail: Any = {
        "Destination": "lab@example.org",
        "Transport": "Email",
        "Version": "2006-05-05",
        "EventTypes": ["HITExpired", "HITExpired"],
    }
    client.update_notification_settings(HITTypeId=kind, Notification=mail)
    kept = Subscription.objects.get()
    assert (kept.destination, kept.version) == ("lab@example.org", "2006-05-05")
    assert kept.event_types == ["HITExpired"]
    # who replaces the address has not said that it is to be used again
    assert not kept.active


def test_active_alone_switches(client: "MTurkClient", kind: str) -> None:
    client.update_notification_settings(HITTypeId=kind, Notification=HOOK)
    client.update_notification_settings(HITTypeId=kind, Active=False)
    assert not Subscription.objects.get().active
    client.update_notification_settings(HITTypeId=kind, Active=True)
    kept = Subscription.objects.get()
    assert (kept.active, kept.destination) == (True, HOOK["Destination"])


def test_what_is_not_there_can_not_be_switched(
    client: "MTurkClient", kind: str
) -> None:
    code, message = failure(client, kind, Active=True)
    assert (code, "no Notification yet" in message) == ("InvalidParameterValue", True)
    code, message = failure(client, kind)
    assert (code, "Notification, Active" in message) == ("InvalidParameterValue", True)


def test_another_requesters_hit_type_does_not_exist(
    client: "MTurkClient", api: str, kind: str
) -> None:
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    assert failure(other, kind, Notification=HOOK)[0] == "HITTypeDoesNotExist"
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"Version": "2017-01-17"}, "InvalidParameterValue", "2014-08-15, 2006-05-05"),
        ({"EventTypes": []}, "InvalidParameterValue", "at least one event"),
        ({"EventTypes": ["Ping"]}, "InvalidParameterValue", "Ping is only for"),
        ({"EventTypes": ["HITBought"]}, "InvalidParameterValue", "HITBought"),
        ({"Transport": "Pigeon"}, "InvalidParameterValue", "Pigeon"),
        ({"Destination": ""}, "InvalidTransportEndpoint", "1 to 1024"),
        ({"Destination": "https://x.example/\u00e9"}, "InvalidTransportEndpoint", ""),
        ({"Destination": "arn:aws:s3:::b"}, "InvalidTransportEndpoint", "ARN"),
        ({"Destination": "ftp://x.example/"}, "InvalidTransportEndpoint", "https"),
        ({"Destination": "http://x.example/"}, "InvalidTransportEndpoint", "https"),
        ({"Destination": "https://u@x.example"}, "InvalidTransportEndpoint", ""),
        ({"Destination": "https://x.example:0"}, "InvalidTransportEndpoint", ""),
        ({"Destination": "https://x.example:x"}, "InvalidTransportEndpoint", ""),
        (
            {"Transport": "Email", "Destination": "nobody"},
            "InvalidTransportEndpoint",
            "e-mail",
        ),
        (
            {"Transport": "SQS", "Destination": "https://sqs.example/q"},
            "InvalidTransportEndpoint",
            "URL of a queue",
        ),
    ],
)
def test_what_can_not_work_is_refused(
    client: "MTurkClient", kind: str, change: dict[str, Any], code: str, words: str
) -> None:
    got, message = failure(client, kind, Notification={**HOOK, **change})
    assert got == code
    assert words in message
    assert not Subscription.objects.exists()


def test_queues_and_topics_need_keys_of_the_marketplaces(
    client: "MTurkClient", kind: str
) -> None:
    for transport, destination in (
        ("SQS", "https://sqs.us-east-1.amazonaws.com/123456789012/events"),
        ("SNS", "arn:aws:sns:us-east-1:123456789012:events"),
    ):
        place = {"Transport": transport, "Destination": destination}
        code, message = failure(client, kind, Notification={**HOOK, **place})
        assert code == "InvalidTransportEndpoint"
        assert "no AWS keys" in message
