"""Requests in, JSON out: what all calls of the rater's page have in common."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from studies.errors import RefusedError
from studies.models import Assignment
from studies.services import sessions
from studies.services.votes import TrialView

TOKEN_HEADER = "X-Session-Token"  # noqa: S105 - the name of a header
_MOST_BYTES = 64 * 1024
_MOST_FACTS = 60
_LARGEST = 1e15
"""Numbers beyond it are no measurement; not even a float takes all whole numbers."""
_STATUS = {
    "bad_request": 400,
    "bad_answer": 400,
    "bad_token": 401,
    "unknown_posting": 404,
    "unfinished": 409,
}

Handler = Callable[[HttpRequest], dict[str, Any] | HttpResponse]


def call(method: str) -> Callable[[Handler], Callable[[HttpRequest], HttpResponse]]:
    """Make a view of a function that returns what to send as JSON.

    No CSRF cookie can exist in a third-party frame; what protects these calls is
    the token in a header that no other site's form or script can send for her.
    """

    def decorate(handler: Handler) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @wraps(handler)
        def view(request: HttpRequest) -> HttpResponse:
            if request.method != method:
                response = _refusal("bad_request", f"{method} is wanted here", 405)
                response["Allow"] = method
                return response
            try:
                result = handler(request)
            except RefusedError as error:
                status = _STATUS.get(error.code, 403)
                result = _refusal(error.code, str(error), status)
            if isinstance(result, dict):
                result = JsonResponse(result)
            result["Cache-Control"] = "no-store"
            return result

        return view

    return decorate


def _refusal(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def body(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that was sent; RefusedError("bad_request") if none."""
    if request.content_type != "application/json":
        raise RefusedError("bad_request", "send JSON as application/json")
    if len(request.body) > _MOST_BYTES:
        raise RefusedError("bad_request", f"send at most {_MOST_BYTES} bytes")
    if b"\\u0000" in request.body:
        raise RefusedError("bad_request", "the character of code 0 is not text")
    try:
        # UTF-8 alone: json guesses UTF-16 too, where the check above sees nothing
        sent = json.loads(request.body.decode())
        # half a surrogate pair is JSON, but no text that a database takes
        json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise RefusedError("bad_request", f"this is no JSON: {error}") from error
    if not isinstance(sent, dict):
        raise RefusedError("bad_request", "send a JSON object")
    return sent


def text(sent: Mapping[str, Any], name: str) -> str:
    """Return one text field."""
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        raise RefusedError("bad_request", f"the text field {name!r} is missing")
    return value


def words(sent: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return one field that maps texts to texts."""
    value = sent.get(name)
    if not isinstance(value, dict) or not all(
        isinstance(word, str) for word in value.values()
    ):
        raise RefusedError("bad_request", f"{name!r} is not an object of texts")
    return value


def facts(sent: Mapping[str, Any], name: str) -> dict[str, str | float]:
    """Return the flat facts of one field: short texts, flags and numbers.

    A browser may send anything here, so what does not fit is left out, not refused.
    """
    value = sent.get(name)
    if not isinstance(value, dict):
        return {}
    return {
        key[:40]: fact[:200] if isinstance(fact, str) else fact
        for key, fact in list(value.items())[:_MOST_FACTS]
        if isinstance(fact, str)
        or (isinstance(fact, bool | int | float) and abs(fact) < _LARGEST)
    }


def session(request: HttpRequest) -> Assignment:
    """Return the session that the token names."""
    token = request.headers.get(TOKEN_HEADER, "")
    if not token:
        raise RefusedError("bad_token", f"the header {TOKEN_HEADER} is missing")
    return sessions.open_session(token, timezone.now())


def state_json(assignment: Assignment) -> dict[str, Any]:
    """Return how far a session is."""
    state = sessions.state(assignment)
    return {
        "consented": state.consented,
        "sound_ok": state.sound_ok,
        "instructed": state.instructed,
        "completed": state.completed,
        "answered": state.answered,
        "total": state.total,
        "practice_left": state.practice_left,
    }


def trial_json(trial: TrialView) -> dict[str, Any]:
    """Return a trial as the page gets it: nothing of the truth, the kind or whose."""
    return asdict(trial)
