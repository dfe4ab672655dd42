"""Which way a notification goes: by its transport and the look of its destination."""

from collections.abc import Callable

from marketplace.delivery import aws, mail, webhook
from marketplace.delivery.base import DeliveryError, Outgoing

MAX_LENGTH = 1024


def check_destination(transport: str, destination: str) -> None:
    """Raise DeliveryError when the transport could never reach the destination."""
    plain = destination.isascii() and destination.isprintable()
    if not plain or not 0 < len(destination) <= MAX_LENGTH:
        raise DeliveryError(
            f"a Destination is 1 to {MAX_LENGTH} printable ASCII characters",
            permanent=True,
        )
    _route(transport, destination)[0](destination)


def send(message: Outgoing) -> None:
    """Send a document once; raises DeliveryError when it was not taken."""
    check_destination(message.transport, message.destination)
    _route(message.transport, message.destination)[1](message)


def _route(
    transport: str, destination: str
) -> tuple[Callable[[str], None], Callable[[Outgoing], None]]:
    if transport == "Email":
        return mail.check, mail.send
    if transport == "SQS":
        return aws.check_queue, aws.send_to_queue
    # a topic hands its messages to web servers; here one can be named directly
    if destination.startswith(("https:", "http:")):
        return webhook.check, webhook.send
    return aws.check_topic, aws.publish
