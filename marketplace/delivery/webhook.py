"""Transport SNS to a web server: the message that Amazon SNS posts, signed by HMAC.

Amazon's topics hand their messages on to https addresses; here such an address is
named directly. The body is SNS's envelope, with the document as a string in Message
(AWS, "HTTP/HTTPS notification JSON format"). In place of SNS's certificate there is

    X-Marketplace-Signature: t=<epoch seconds>,v1=<hex>

where <hex> is HMAC-SHA256 over "<epoch seconds>." and the body, and its key the
HMAC-SHA256 of "marketplace.notifications" under the requester's secret access key. A
receiver computes it again, compares in constant time, and refuses an old t.
"""

import json
import socket
import ssl
import time
from datetime import UTC
from hmac import new as hmac
from urllib.parse import SplitResult, urlsplit

from marketplace import conf
from marketplace.delivery import addresses
from marketplace.delivery.base import DeliveryError, Outgoing

SECONDS = 5.0
"""For everything after the look-up of the name: connect, TLS, send, and the answer."""
SIGNATURE = "X-Marketplace-Signature"
_MAX_STATUS_LINE = 4096
_TRIED = 2


def check(url: str) -> None:
    """Raise DeliveryError for an address that no webhook may have."""
    _read(url)


def send(message: Outgoing) -> None:
    """Post the document; raises DeliveryError unless the answer is a 2xx.

    A redirect is no answer: it could lead inside. Of the answer only the first line is
    read.
    """
    parts = _read(message.destination)
    host, port = str(parts.hostname), _port(parts)
    request = _request(parts, message)
    deadline = time.monotonic() + SECONDS
    fault = "no address was tried"
    for address in addresses.addresses_of(host, port)[:_TRIED]:
        try:
            status = _exchange((address, port), parts, request, deadline)
        except (OSError, ValueError) as error:
            fault = f"{type(error).__name__}: {error}"
            continue
        if 200 <= status < 300:
            return
        moved = " (redirects are not followed)" if 300 <= status < 400 else ""
        raise DeliveryError(f"{host} answered {status}{moved}")
    raise DeliveryError(f"{host} did not answer: {fault}")


def signing_key(secret_access_key: str) -> bytes:
    """The key that signs a requester's webhooks; it opens nothing else."""
    return hmac(
        secret_access_key.encode(), b"marketplace.notifications", "sha256"
    ).digest()


def signature(body: bytes, key: bytes, epoch: int) -> str:
    """The value of the signature's header."""
    signed = hmac(key, str(epoch).encode() + b"." + body, "sha256").hexdigest()
    return f"t={epoch},v1={signed}"


def _read(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError:
        raise _not_one(url) from None
    host = parts.hostname or ""
    odd = not url.isascii() or any(c.isspace() for c in url)
    odd = odd or any(c in parts.netloc for c in "\\%@")
    if not host or odd or port == 0 or parts.fragment:
        raise _not_one(url)
    addresses.check_literal(host)
    local = conf.is_loopback(host) and conf.allow_loopback_webhooks()
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise _not_one(url)
    return parts


def _port(parts: SplitResult) -> int:
    default = 443 if parts.scheme == "https" else 80
    return default if parts.port is None else parts.port


def _not_one(url: str) -> DeliveryError:
    message = f"{url[:200]!r} is not a webhook's address: https://, a host, a path"
    return DeliveryError(message, permanent=True)


def _request(parts: SplitResult, message: Outgoing) -> bytes:
    topic = f"arn:aws:sns:us-east-1:{message.account}:marketplace"
    body = json.dumps(
        {
            "Type": "Notification",
            "MessageId": str(message.document_id),
            "TopicArn": topic,
            "Message": message.text,
            "Timestamp": f"{message.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        }
    ).encode()
    signed = signature(body, message.signing_key, int(message.at.timestamp()))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "User-Agent: marketplace-notifications",
        # SNS's own choice, which its receivers expect
        "Content-Type: text/plain; charset=UTF-8",
        f"Content-Length: {len(body)}",
        "x-amz-sns-message-type: Notification",
        f"x-amz-sns-message-id: {message.document_id}",
        f"x-amz-sns-topic-arn: {topic}",
        f"{SIGNATURE}: {signed}",
        "Connection: close",
    ]
    return "\r\n".join([*head, "", ""]).encode("ascii") + body


def _exchange(
    at: tuple[str, int], parts: SplitResult, request: bytes, deadline: float
) -> int:
    """Send the request to that very address; the status of the answer."""
    with socket.create_connection(at, timeout=_left(deadline)) as bare:
        if parts.scheme == "http":
            return _ask(bare, request, deadline)
        context = ssl.create_default_context()
        bare.settimeout(_left(deadline))
        with context.wrap_socket(bare, server_hostname=parts.hostname) as safe:
            return _ask(safe, request, deadline)


def _ask(connection: socket.socket, request: bytes, deadline: float) -> int:
    connection.settimeout(_left(deadline))
    connection.sendall(request)
    line = b""
    while b"\n" not in line:
        # each part in what is left: a trickle must not hold up everybody's messages
        connection.settimeout(_left(deadline))
        part = connection.recv(_MAX_STATUS_LINE)
        line += part
        if not part or len(line) > _MAX_STATUS_LINE:
            break
    version, _, rest = line.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
        raise ValueError("the answer is not one of a web server")
    return int(rest[:3])


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"no answer within {SECONDS:.0f} seconds")
    return left
