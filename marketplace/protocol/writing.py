"""Writing answers: only members the model knows, times as epoch seconds."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from botocore.model import ListShape, Shape, StructureShape
from django.http import HttpResponse

CONTENT_TYPE = "application/x-amz-json-1.1"


def write_output(output: Mapping[str, Any], shape: Shape | None) -> HttpResponse:
    """The answer of a call that was done."""
    body = {} if shape is None else _plain(output, shape)
    return _response(body, status=200)


def write_turk_error(message: str, code: str, *, now: datetime) -> HttpResponse:
    """A RequestError, its message ending in the time as MTurk's do."""
    return _response(
        {
            "__type": "RequestError",
            "Message": f"{message} ({_epoch_ms(now)})",
            "TurkErrorCode": code,
        },
        status=400,
    )


def write_service_fault(message: str, *, now: datetime) -> HttpResponse:
    """A ServiceFault: the server's fault, which clients try again."""
    return _response(
        {
            "__type": "ServiceFault",
            "Message": f"{message} ({_epoch_ms(now)} s)",
            "TurkErrorCode": "AWS.ServiceUnavailable",
        },
        status=500,
    )


def write_generic_error(kind: str, message: str, *, status: int = 400) -> HttpResponse:
    """An error of the protocol itself, which no operation has seen."""
    return _response({"__type": kind, "message": message}, status=status)


def _plain(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return {
            name: _plain(value[name], member)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [_plain(item, shape.member) for item in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value


def _epoch_ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _response(body: Mapping[str, Any], *, status: int) -> HttpResponse:
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False).encode(),
        content_type=CONTENT_TYPE,
        status=status,
    )
    response["x-amzn-RequestId"] = str(uuid4())
    response["Cache-Control"] = "no-store"
    return response
