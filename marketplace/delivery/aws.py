"""Transports SQS and SNS: the one place where the marketplace calls Amazon.

Requesters name the queue or topic, and the marketplace's own keys open it; so those
keys should be allowed to do nothing but sqs:SendMessage and sns:Publish, best in an
account that holds nothing else. Without such keys in the settings both are refused.
"""

import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from marketplace import conf
from marketplace.delivery.base import DeliveryError, Outgoing

_QUEUE = re.compile(
    r"https://sqs\.(?P<region>[a-z]{2}[a-z0-9-]{3,30})\.amazonaws\.com"
    r"/\d{12}/[A-Za-z0-9_-]{1,80}"
)
_TOPIC = re.compile(
    r"arn:aws:sns:(?P<region>[a-z]{2}[a-z0-9-]{3,30}):\d{12}:[A-Za-z0-9_-]{1,256}"
)
_ELSEWHERE = re.compile(r"/\d{12}/[A-Za-z0-9_-]{1,80}")
_CONFIG = Config(
    connect_timeout=3,
    read_timeout=5,
    retries={"total_max_attempts": 1, "mode": "standard"},
)


def check_queue(url: str) -> None:
    """Raise DeliveryError for what is no queue's URL, or without keys for it."""
    _queue_region(url)
    _keys()


def check_topic(arn: str) -> None:
    """Raise DeliveryError for what is no topic's ARN, or without keys for it."""
    _topic_region(arn)
    _keys()


def send_to_queue(message: Outgoing) -> None:
    """Put the document into the queue; raises DeliveryError."""
    client = _client("sqs", _queue_region(message.destination))
    _do(client.send_message, QueueUrl=message.destination, MessageBody=message.text)


def publish(message: Outgoing) -> None:
    """Publish the document to the topic; raises DeliveryError."""
    client = _client("sns", _topic_region(message.destination))
    _do(client.publish, TopicArn=message.destination, Message=message.text)


def _do(call: Any, **parameters: str) -> None:
    try:
        call(**parameters)
    except (ClientError, BotoCoreError) as error:
        raise DeliveryError(str(error)) from error


def _queue_region(url: str) -> str:
    found = _QUEUE.fullmatch(url)
    if found is not None:
        return found["region"]
    keys = conf.notify_aws()
    # another server of the same protocol names its queues by its own address
    if keys is not None and keys.endpoint_url:
        path = url.removeprefix(keys.endpoint_url)
        if path != url and _ELSEWHERE.fullmatch(path):
            return "us-east-1"
    message = (
        f"{url[:200]!r} is not the URL of a queue, such as"
        " https://sqs.us-east-1.amazonaws.com/123456789012/name (FIFO queues can't be"
        " used)"
    )
    raise DeliveryError(message, permanent=True)


def _topic_region(arn: str) -> str:
    found = _TOPIC.fullmatch(arn)
    if found is None:
        message = (
            f"{arn[:200]!r} is neither the ARN of a topic, such as"
            " arn:aws:sns:us-east-1:123456789012:name, nor a webhook's https:// address"
        )
        raise DeliveryError(message, permanent=True)
    return found["region"]


def _keys() -> conf.NotifyAws:
    keys = conf.notify_aws()
    if keys is None:
        message = (
            "this marketplace has no AWS keys to reach queues and topics with; name a"
            " webhook's https:// address with Transport SNS instead"
        )
        raise DeliveryError(message, permanent=True)
    return keys


def _client(service: str, region: str) -> Any:
    keys = _keys()
    # a client for each document: they are rare, and keys may change with the settings
    return boto3.client(
        service,  # type: ignore[call-overload] # sqs or sns
        region_name=region,
        endpoint_url=keys.endpoint_url or None,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        config=_CONFIG,
    )
