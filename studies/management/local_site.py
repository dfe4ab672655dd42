"""The site served by a command for its own duration.

The marketplace that studies recruit on by default is part of this site. A command
that needs it works without `script/serve` as well: it serves the site itself until
it is done, on the loopback interface only.
"""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)
from django.urls import reverse

from studies.errors import StudyError
from studies.services.identity import is_loopback, site_identity

logger = logging.getLogger(__name__)

LOCAL_RECRUITERS = frozenset({"mturk"})


class _Server(ThreadedWSGIServer):
    daemon_threads = True
    # many raters may knock at the same moment
    request_queue_size = 128


class _QuietHandler(WSGIRequestHandler):
    # headers and body leave in two packets: the second must not wait for the receipt
    # of the first, which costs 40 ms per request
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)


def local_ports() -> list[int]:
    """Ports on which this site must answer for its own marketplace to work."""
    if settings.MTURK_ENDPOINT_URL or not is_loopback(settings.MARKETPLACE_URL):
        return []
    urls = [settings.MARKETPLACE_URL, settings.SITE_URL]
    parts = [urlsplit(url) for url in urls if is_loopback(url)]
    return sorted({part.port or 80 for part in parts if part.scheme == "http"})


@contextmanager
def local_site(*recruiters: str, tell: Callable[[str], object]) -> Iterator[None]:
    """Serve the site while the block runs, where a recruiter needs it and none does.

    `tell` is told when that is done. Raises StudyError when something else listens
    on the port.
    """
    with ExitStack() as stack:
        if LOCAL_RECRUITERS.intersection(recruiters):
            for port in local_ports():
                if _listens(port):
                    _check_identity(port)
                    continue
                stack.enter_context(_served(port))
                tell(
                    f"Nothing listens on port {port}: serving the site at "
                    f"http://127.0.0.1:{port} until this command is done."
                )
        yield


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _check_identity(port: int) -> None:
    url = f"http://127.0.0.1:{port}{reverse('api:identity')}"
    try:
        reply = httpx.get(url, timeout=10, trust_env=False)
        found = reply.json().get("site") if reply.status_code == 200 else None
    except (httpx.HTTPError, ValueError, AttributeError):
        found = None
    if found != site_identity():
        raise StudyError(
            f"port {port} is taken by something that is not this site on this "
            "database with this SECRET_KEY: stop it, or set SITE_URL and "
            "MARKETPLACE_URL to a free port"
        )


@contextmanager
def _served(port: int) -> Iterator[None]:
    try:
        server = _Server(("127.0.0.1", port), _QuietHandler)
    except OSError as error:
        message = f"port {port} cannot be served: {error.strerror or error}"
        raise StudyError(message) from error
    # WhiteNoise warns of a folder that a site without collected files lacks
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    server.set_app(get_internal_wsgi_application())
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    # refusing is everyday work of a marketplace, no news on a terminal
    requests = logging.getLogger("django.request")
    level = requests.level
    requests.setLevel(logging.ERROR)
    thread.start()
    try:
        yield
    finally:
        requests.setLevel(level)
        server.shutdown()
        server.server_close()
        thread.join()
