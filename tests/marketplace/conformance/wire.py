"""Calls to the endpoint in this process: signed as over the wire, with no socket."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from django.test import Client

from marketplace.shapes import service
from tests.marketplace import shop

PATH = "/marketplace/api/"
# a failure inside is an answer of 500, as over the wire
_CLIENT = Client(raise_request_exception=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the kind of an error, else empty, and the body as JSON."""

    status: int
    kind: str
    body: dict[str, Any]
    raw: bytes
    headers: dict[str, str]


def send(operation: str, body: bytes) -> Reply:
    """Send a body as it is, signed."""
    request = AWSRequest(
        "POST",
        f"http://testserver{PATH}",
        data=body,
        headers={
            "X-Amz-Target": f"{service().metadata['targetPrefix']}.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        },
    )
    credentials = Credentials(shop.KEY, shop.SECRET)
    SigV4Auth(credentials, "mturk-requester", "us-east-1").add_auth(request)
    reply = _CLIENT.post(
        PATH,
        body,
        content_type="application/x-amz-json-1.1",
        headers={"Host": "testserver", **dict(request.headers.items())},
    )
    answer = json.loads(reply.content) if reply.content.startswith(b"{") else {}
    return Reply(
        reply.status_code,
        answer.get("__type", ""),
        answer,
        reply.content,
        dict(reply.items()),
    )


def call(operation: str, **members: Any) -> dict[str, Any]:
    """Send a call that must be done; its answer."""
    reply = send(operation, json.dumps(plain(members)).encode())
    assert reply.status == 200, (operation, members, reply.raw)
    return reply.body


def parsed(operation: str, reply: Reply) -> Any:
    """What botocore's own parser makes of an answer, as JSON again."""
    found = create_parser("json").parse(
        {"body": reply.raw, "headers": reply.headers, "status_code": reply.status},
        # an operation without an output has no shape: the parser takes that
        model(operation).output_shape,  # type: ignore[arg-type]
    )
    found.pop("ResponseMetadata")
    return plain(found)


def plain(value: Any) -> Any:
    """The value as JSON carries it."""
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def model(operation: str) -> OperationModel:
    """What botocore knows of the operation."""
    return service().operation_model(operation)


def members(operation: str) -> dict[str, Shape]:
    """The members of the operation's input."""
    shape = model(operation).input_shape
    return dict(shape.members) if shape is not None else {}


def unmodelled(value: Any, shape: Shape | None, path: str = "") -> Iterator[str]:
    """Paths of what an answer holds and the model does not know."""
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            if name not in shape.members:
                yield f"{path}.{name}"
            else:
                yield from unmodelled(member, shape.members[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        for item in value:
            yield from unmodelled(item, shape.member, path)
    elif shape is None and value:
        yield path or "."
