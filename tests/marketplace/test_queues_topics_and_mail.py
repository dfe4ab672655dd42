"""Transports SQS and SNS against a server of Amazon's protocols, and e-mail."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core import mail
from moto.server import ThreadedMotoServer

from marketplace import clock, conf, services
from marketplace.models import HIT, NoticeDocument
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

KEYS = {"aws_access_key_id": "AKIDTEST", "aws_secret_access_key": "secret"}
EVENTS = ["HITCreated", "AssignmentAccepted", "AssignmentSubmitted"]


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    """The address of a server that plays SQS and SNS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def sqs(amazon: str, settings: Any) -> Any:
    settings.MARKETPLACE_NOTIFY_ENDPOINT_URL = amazon
    settings.MARKETPLACE_NOTIFY_ACCESS_KEY_ID = KEYS["aws_access_key_id"]
    settings.MARKETPLACE_NOTIFY_SECRET_ACCESS_KEY = KEYS["aws_secret_access_key"]
    return boto3.client("sqs", region_name="us-east-1", endpoint_url=amazon, **KEYS)  # type: ignore[call-overload] # keys


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def work(client: "MTurkClient", transport: str, destination: str) -> str:
    """Ask to be told, publish a HIT, and let a worker do it; the HIT's id."""
    kind = client.create_hit_type(**shop.TYPE)["HITTypeId"]
    client.update_notification_settings(
        HITTypeId=kind,
        Notification={
            "Destination": destination,
            "Transport": transport,  # type: ignore[typeddict-item] # one of them
            "Version": "2006-05-05",
            "EventTypes": EVENTS,  # type: ignore[typeddict-item] # some of them
        },
        Active=True,
    )
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    shop.submitted(HIT.objects.get(hit_id=hit_id), shop.worker())
    return str(hit_id)


def received(sqs: Any, url: str) -> list[dict[str, Any]]:
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in found.get("Messages", [])]


@pytest.mark.parametrize("spelling", ["own", "amazon"])
def test_a_queue_gets_the_document_itself(
    client: "MTurkClient", sqs: Any, spelling: str
) -> None:
    url = sqs.create_queue(QueueName=f"events-{spelling}")["QueueUrl"]
    path = url.partition("//")[2].partition("/")[2]
    place = {
        "own": f"{sqs.meta.endpoint_url}/{path}",
        "amazon": f"https://sqs.us-east-1.amazonaws.com/{path}",
    }[spelling]
    hit_id = work(client, "SQS", place)
    assert services.deliver_due(clock.now()) == 1
    [document] = received(sqs, url)
    assert [each["EventType"] for each in document["Events"]] == EVENTS
    assert {each["HITId"] for each in document["Events"]} == {hit_id}
    assert document["EventDocVersion"] == "2006-05-05"


def test_a_topic_hands_the_document_on_in_its_envelope(
    client: "MTurkClient", sqs: Any, amazon: str
) -> None:
    sns: Any = boto3.client(  # type: ignore[call-overload] # keys
        "sns", region_name="us-east-1", endpoint_url=amazon, **KEYS
    )
    topic = sns.create_topic(Name="events")["TopicArn"]
    url = sqs.create_queue(QueueName="behind-a-topic")["QueueUrl"]
    wanted = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**wanted)["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    work(client, "SNS", topic)
    assert services.deliver_due(clock.now()) == 1
    [envelope] = received(sqs, url)
    assert (envelope["Type"], envelope["TopicArn"]) == ("Notification", topic)
    document = json.loads(envelope["Message"])
    assert [each["EventType"] for each in document["Events"]] == EVENTS


def test_a_queue_that_is_not_there_is_a_fault_on_the_document(
    client: "MTurkClient", sqs: Any
) -> None:
    work(client, "SQS", "https://sqs.us-east-1.amazonaws.com/123456789012/none")
    assert services.deliver_due(clock.now()) == 0
    waiting = NoticeDocument.objects.get()
    assert (waiting.state, waiting.tries) == ("waiting", 1)
    assert "does not exist" in waiting.fault


def test_keys_that_were_taken_away_end_it_with_a_reason(
    client: "MTurkClient", sqs: Any, settings: Any
) -> None:
    work(client, "SQS", "https://sqs.us-east-1.amazonaws.com/123456789012/events")
    settings.MARKETPLACE_NOTIFY_ACCESS_KEY_ID = ""
    assert services.deliver_due(clock.now()) == 0
    dead = NoticeDocument.objects.get()
    assert (dead.state, "no AWS keys" in dead.fault) == ("dead", True)


def test_a_document_is_one_mail(client: "MTurkClient") -> None:
    work(client, "Email", "lab@example.org")
    assert services.deliver_due(clock.now()) == 1
    [letter] = mail.outbox
    assert letter.to == ["lab@example.org"]
    document = json.loads(str(letter.body))
    assert [each["EventType"] for each in document["Events"]] == EVENTS


def test_a_mail_server_that_is_away_is_a_fault_on_the_document(
    client: "MTurkClient", settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    work(client, "Email", "lab@example.org")
    assert services.deliver_due(clock.now()) == 0
    assert "mail server" in NoticeDocument.objects.get().fault


def test_a_marketplace_without_mail_refuses_the_transport(
    client: "MTurkClient", settings: Any
) -> None:
    settings.EMAIL_BACKEND = conf.NO_MAIL
    with pytest.raises(ClientError, match="this marketplace sends no mail"):
        work(client, "Email", "lab@example.org")
