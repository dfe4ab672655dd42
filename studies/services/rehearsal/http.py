"""HTTP as simulated raters speak it: to the study's hosts only, timed, with retries."""

import ssl
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import numpy as np

from studies.errors import StudyError

TIMEOUT_SECONDS = 60.0
TRIES = 4
FIRST_PAUSE_SECONDS = 0.1


class Stopwatch:
    """Seconds that requests took, by kind (page, save, ...); safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.retries: Counter[str] = Counter()

    def add(self, kind: str, seconds: float) -> None:
        """Note one request."""
        with self._lock:
            self._seconds[kind].append(seconds)

    def retried(self, kind: str) -> None:
        """Note that a request had to be sent again."""
        with self._lock:
            self.retries[kind] += 1

    def percentile_ms(self, kind: str, share: float) -> float | None:
        """Return a percentile in milliseconds, None when there was no such request."""
        seconds = self._seconds.get(kind)
        return 1000 * float(np.percentile(seconds, share)) if seconds else None


class Http:
    """A client that goes to `hosts` (host:port) only.

    It keeps cookies in `jar` as a browser does on a site of its own; without one it
    takes none, as in a third party's frame. A broken connection, or an answer that
    says the server is in trouble, is tried again a few times.
    """

    def __init__(
        self,
        hosts: frozenset[str],
        watch: Stopwatch,
        stop: threading.Event,
        *,
        jar: CookieJar | None = None,
    ) -> None:
        self._hosts, self._watch, self._stop = hosts, watch, stop
        self._client = httpx.Client(
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[]))
            if jar is None
            else jar,
            verify=_trust(),
            timeout=TIMEOUT_SECONDS,
            follow_redirects=True,
            trust_env=False,
            event_hooks={"request": [self._check_host]},
        )

    def __enter__(self) -> Self:
        """Open for one session."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        self._client.close()

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, kind: str = "step"
    ) -> httpx.Response:
        """Get a page or file, whole."""
        return self._send(lambda: self._client.get(url, headers=headers), kind)

    def post_form(
        self, url: str, fields: Mapping[str, str], *, kind: str = "market"
    ) -> httpx.Response:
        """Post a form as a browser does."""
        # what a browser sends, and what Django asks of a form over https
        headers = {"Referer": url}
        return self._send(
            lambda: self._client.post(url, data=dict(fields), headers=headers), kind
        )

    def post_json(
        self,
        url: str,
        sent: Mapping[str, Any],
        *,
        headers: Mapping[str, str],
        kind: str,
    ) -> httpx.Response:
        """Post JSON; refusals come back as they are."""
        return self._send(
            lambda: self._client.post(url, json=dict(sent), headers=headers), kind
        )

    def _send(self, call: Callable[[], httpx.Response], kind: str) -> httpx.Response:
        trouble = ""
        for attempt in range(TRIES):
            if self._stop.is_set():
                raise Stopped
            if attempt:
                self._watch.retried(kind)
                self._stop.wait(FIRST_PAUSE_SECONDS * 2**attempt)
            start = perf_counter()
            try:
                reply = call()
            except httpx.TransportError as error:
                trouble = f"{error.request.url}: {error or type(error).__name__}"
                continue
            self._watch.add(kind, perf_counter() - start)
            if reply.status_code < 500:
                return reply
            trouble = f"{reply.request.url} answered {reply.status_code}"
        raise StudyError(f"{trouble} ({TRIES} times): is the site in order?")

    def _check_host(self, request: httpx.Request) -> None:
        place = place_of(str(request.url))
        if place not in self._hosts:
            raise StudyError(
                f"a page led a simulated rater to {place}, which is none of this "
                f"site's own addresses ({', '.join(sorted(self._hosts))})"
            )


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    # reading the certificates takes longer than a session's first page
    return ssl.create_default_context()


class Stopped(Exception):  # noqa: N818 - an order to stop, no error
    """The rehearsal is being stopped: the rater drops everything."""


def place_of(url: str) -> str:
    """Return host:port of an address."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.hostname}:{port}"
