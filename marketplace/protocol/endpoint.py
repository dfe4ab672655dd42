"""The endpoint: one address, the operation is in a header."""

from collections.abc import Mapping
from typing import Any

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from marketplace import clock, faults, shapes
from marketplace.errors import (
    RequestError,
    ServiceFaultError,
    SignatureError,
    ThrottledError,
)
from marketplace.models import Requester
from marketplace.operations import Call, Operation, find
from marketplace.protocol import reading, writing
from marketplace.protocol.access import authenticate
from marketplace.sealing import SealBrokenError
from marketplace.services import settle

MAX_BODY_BYTES = 1_048_576


@csrf_exempt
def endpoint(request: HttpRequest) -> HttpResponse:
    """Answer one call of the requester protocol (AWS JSON 1.1)."""
    if request.method != "POST":
        response = writing.write_generic_error(
            "UnknownOperationException", "Calls are made by POST.", status=405
        )
        response["Allow"] = "POST"
        return response
    body = _body(request)
    if body is None:
        return writing.write_generic_error(
            "RequestEntityTooLargeException",
            f"The body is longer than {MAX_BODY_BYTES} bytes.",
            status=413,
        )
    try:
        return _respond(request, body)
    except (OperationalError, SealBrokenError, ServiceFaultError) as error:
        return writing.write_service_fault(
            f"The marketplace can't answer now: {error}", now=timezone.now()
        )


def _respond(request: HttpRequest, body: bytes) -> HttpResponse:
    try:
        requester = authenticate(request, body)
        return _answer(requester, request.headers.get("X-Amz-Target", ""), body)
    except SignatureError as error:
        return writing.write_generic_error(error.kind, error.message)
    except reading.MalformedBodyError as error:
        return writing.write_generic_error("SerializationException", str(error))
    except RequestError as error:
        return writing.write_turk_error(error.message, error.code, now=timezone.now())
    except ThrottledError:
        return writing.write_generic_error("ThrottlingException", "Rate exceeded")


def _body(request: HttpRequest) -> bytes | None:
    """The body, or None when it is too long; no more than the limit is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
        return None
    body = request.read(MAX_BODY_BYTES + 1)
    return body if len(body) <= MAX_BODY_BYTES else None


def _answer(requester: Requester, target: str, body: bytes) -> HttpResponse:
    model = shapes.find_operation(target)
    if model is None:
        return writing.write_generic_error(
            "UnknownOperationException", f"There is no operation {target[:100]!r}."
        )
    operation = find(model.name)
    call = Call(
        name=model.name,
        requester=requester,
        parameters=reading.read_parameters(body, model),
        now=clock.now(),
    )
    with faults.disturbed(model.name):
        settle(call.now, requester=requester)
        output = _run(operation, call)
    return writing.write_output(output, model.output_shape)


def _run(operation: Operation, call: Call) -> Mapping[str, Any]:
    if operation.writes:
        with transaction.atomic():
            return operation.run(call)
    with faults.reading():
        return operation.run(call)
