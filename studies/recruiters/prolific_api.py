"""How Prolific's API is spoken: one client, its retries and its errors.

Sources: docs.prolific.com, API reference (v1): the token in `Authorization`, errors
as {"error": {status, error_code, title, detail}}, lists as pages with
`_links.next.href`, null on the last one; a page beyond it is a 404. Limits of the
rate are not published: 429 says when they are met.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from studies.errors import RecruiterError

Row = Mapping[str, Any]
Wait = Callable[[float], object]
pause: Wait = threading.Event().wait
"""Let seconds pass."""

TRIES = 4
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 20.0
"""Who asks for a longer pause is asked again by the next advance instead."""
PAGE_SIZE = 100
_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom Prolific is spoken to; `project` and `workspace` are ids."""

    token: str = field(repr=False)
    api_url: str
    app_url: str
    project: str = ""
    workspace: str = ""


@lru_cache(maxsize=8)
def _client(api_url: str, token: str) -> httpx.Client:
    loopback = urlsplit(api_url).hostname in ("127.0.0.1", "localhost", "::1")
    return httpx.Client(
        base_url=api_url,
        headers={"Authorization": f"Token {token}"},
        timeout=httpx.Timeout(30, connect=5),
        # a connection that died while idle would leave it unknown whether a call
        # that must not be repeated has arrived
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=not loopback,
    )


class ProlificApi:
    """JSON in and out; RecruiterError for everything that is not a success.

    A call is sent again after 429 (it was refused unseen), and after a 5xx or a broken
    connection only where a second one changes nothing. `wait` takes seconds.
    """

    def __init__(self, account: Account, *, wait: Wait = pause) -> None:
        self._account = account
        self._wait = wait

    def get(self, path: str, **params: str | int) -> Any:
        """Read."""
        return self._call("GET", path, params=params, repeat=True)

    def post(self, path: str, body: Row, *, repeat: bool = False) -> Any:
        """Act; `repeat` says that doing it twice is the same as once."""
        return self._call("POST", path, body=body, repeat=repeat)

    def patch(self, path: str, body: Row) -> Any:
        """Set fields to values."""
        return self._call("PATCH", path, body=body, repeat=True)

    def delete(self, path: str) -> None:
        """Remove; what is gone already is no error."""
        try:
            self._call("DELETE", path, repeat=True)
        except RecruiterError as error:
            if error.code != "404":
                raise

    def pages(self, path: str, **params: str | int) -> Iterator[Row]:
        """Every row of a list, all pages."""
        page = 1
        while True:
            try:
                reply = self.get(path, **params, page=page, page_size=PAGE_SIZE)
            except RecruiterError as error:
                # the list shrank meanwhile
                if page > 1 and error.code == "404":
                    return
                raise
            rows = reply["results"]
            yield from rows
            if not _more(reply, len(rows)):
                return
            page += 1

    def _call(
        self,
        method: str,
        path: str,
        *,
        body: Row | None = None,
        params: Mapping[str, str | int] | None = None,
        repeat: bool,
    ) -> Any:
        what = f"Prolific, {method} {path}"
        if not self._account.token:
            raise _no_token()
        for left in reversed(range(TRIES)):
            seconds = FIRST_WAIT_SECONDS * 2 ** (TRIES - 1 - left)
            try:
                reply = _client(self._account.api_url, self._account.token).request(
                    method, path.lstrip("/"), json=body, params=params
                )
            except httpx.TransportError as error:
                failure = _unanswered(what, error)
                again = repeat or not failure.uncertain
            else:
                if reply.is_success:
                    return _body(what, reply, repeat=repeat)
                failure = _refusal(what, reply)
                throttled = reply.status_code == httpx.codes.TOO_MANY_REQUESTS
                again = throttled or (repeat and reply.is_server_error)
                seconds = max(seconds, _asked_pause(reply))
            if not (left and again and seconds <= LONGEST_WAIT_SECONDS):
                raise failure
            self._wait(seconds)
        raise AssertionError("the last try returns or raises")


def _no_token() -> RecruiterError:
    """Say what to set; not for good, or every payment would wait for a person."""
    return RecruiterError(
        "recruiting on Prolific needs an API token (app.prolific.com, Settings): "
        "set PROLIFIC_TOKEN, and PROLIFIC_PROJECT to the id of your project there",
        permanent=False,
    )


def _more(reply: Row, rows: int) -> bool:
    """Whether a list goes on; without links a short page is the last one."""
    links = reply.get("_links") or {}
    if "next" not in links:
        return rows >= PAGE_SIZE
    following = links["next"]
    return bool(following.get("href") if isinstance(following, dict) else following)


def _body(what: str, reply: httpx.Response, *, repeat: bool) -> Any:
    if not reply.content:
        return {}
    try:
        return reply.json()
    except ValueError:
        raise RecruiterError(
            f"{what}: the answer is no JSON: {reply.text[:100]!r}",
            permanent=False,
            uncertain=not repeat,
        ) from None


def _unanswered(what: str, error: httpx.TransportError) -> RecruiterError:
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
    return RecruiterError(
        f"{what}: {error or type(error).__name__}",
        permanent=False,
        uncertain=not never_sent,
        code="unreachable" if never_sent else "",
    )


def _refusal(what: str, reply: httpx.Response) -> RecruiterError:
    """Map a status once: who may retry, what is uncertain."""
    status = reply.status_code
    text = f"{what}: {_words(reply)} [{status}]"
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        text += "; check PROLIFIC_TOKEN and what it may do"
    elif reply.is_redirect:
        text += "; check PROLIFIC_API_URL"
    # a token that was revoked is replaced, and what was refused goes on by itself
    mends = status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.UNAUTHORIZED)
    return RecruiterError(
        text,
        permanent=not (reply.is_server_error or mends),
        uncertain=reply.is_server_error,
        code=str(status),
    )


def _words(reply: httpx.Response) -> str:
    """Prolific's own title and detail; the start of whatever else was answered."""
    try:
        sent = reply.json()
    except ValueError:
        return reply.text[:_LONGEST_TEXT] or reply.reason_phrase
    # some calls leave the wrapper out
    error = sent.get("error", sent) if isinstance(sent, dict) else sent
    if not isinstance(error, dict):
        return str(error)[:_LONGEST_TEXT]
    detail = error.get("detail", "")
    said = detail if isinstance(detail, str) else json.dumps(detail)
    parts = [str(error.get("title") or ""), said]
    return ": ".join(part for part in parts if part)[:_LONGEST_TEXT] or str(sent)


def _asked_pause(reply: httpx.Response) -> float:
    """Seconds that Retry-After asks for: a number or a date (RFC 9110); 0 if none."""
    asked = reply.headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    try:
        at = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
