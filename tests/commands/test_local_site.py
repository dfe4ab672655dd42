"""Commands serve the site themselves where nobody does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studies.errors import StudyError
from studies.management.local_site import local_ports, local_site
from studies.services.identity import is_loopback
from tests.commands.ports import free_port, use_port


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.mark.django_db(transaction=True)
def test_the_site_answers_while_the_block_runs(
    settings: Settings, told: list[str]
) -> None:
    port = free_port()
    use_port(settings, port)
    with local_site("mturk", tell=told.append):
        for host in ("127.0.0.1", "localhost"):
            reply = httpx.get(f"http://{host}:{port}/marketplace/", trust_env=False)
            assert reply.status_code == 200
    assert len(told) == 1
    assert f"http://127.0.0.1:{port}" in told[0]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)


@pytest.mark.django_db(transaction=True)
def test_a_site_that_runs_already_is_used(
    live_server: LiveServer, settings: Settings, told: list[str]
) -> None:
    use_port(settings, int(live_server.url.rpartition(":")[2]))
    with local_site("mturk", tell=told.append):
        pass
    assert told == []


class Stranger(BaseHTTPRequestHandler):
    """Some other program."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"site": "another"}')

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.django_db
def test_a_stranger_on_the_port_is_an_error_that_says_what_to_do(
    stranger: int, settings: Settings, told: list[str]
) -> None:
    use_port(settings, stranger)
    with (
        pytest.raises(StudyError, match=f"port {stranger} is taken"),
        local_site("mturk", tell=told.append),
    ):
        pytest.fail("a stranger was taken for this site")


def test_nothing_is_served_for_a_marketplace_elsewhere(settings: Settings) -> None:
    settings.MARKETPLACE_URL = "https://crowd.example/marketplace"
    assert local_ports() == []
    settings.MARKETPLACE_URL = "http://127.0.0.1:8000/marketplace"
    settings.MTURK_ENDPOINT_URL = "http://127.0.0.1:9000/"
    assert local_ports() == []


def test_nothing_is_served_for_a_recruiter_without_marketplace(
    settings: Settings, told: list[str]
) -> None:
    use_port(settings, free_port())
    with local_site("link", tell=told.append):
        assert told == []


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8000", True),
        ("http://127.0.0.9/", True),
        ("http://[::1]:8000", True),
        ("http://192.168.0.4", False),
        ("https://localhost.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("nonsense", False),
    ],
)
def test_loopback_addresses_are_told_from_others(url: str, here: bool) -> None:
    assert is_loopback(url) is here
