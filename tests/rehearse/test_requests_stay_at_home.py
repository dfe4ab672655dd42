"""Simulated raters' requests: to their own hosts, without foreign cookies, again."""

import threading
from collections.abc import Iterator
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from studies.errors import StudyError
from studies.services.rehearsal import http
from studies.services.rehearsal.http import Http, Stopped, Stopwatch, place_of


class Moody(BaseHTTPRequestHandler):
    """Sets a cookie, tells which one came, fails as often as it is told to."""

    fail = 0

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/elsewhere")
            self.end_headers()
            return
        failing = Moody.fail > 0
        Moody.fail -= 1
        body = self.headers.get("Cookie", "no cookie").encode()
        self.send_response(503 if failing else 200)
        self.send_header("Set-Cookie", "who=me")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(http, "FIRST_PAUSE_SECONDS", 0.001)
    Moody.fail = 0
    with HTTPServer(("127.0.0.1", 0), Moody) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def client(site: str, jar: CookieJar | None = None) -> Http:
    hosts = frozenset({place_of(site)})
    return Http(hosts, Stopwatch(), threading.Event(), jar=jar)


def test_in_a_third_partys_frame_no_cookie_is_kept(site: str) -> None:
    with client(site) as browser:
        assert browser.get(site).text == "no cookie"
        assert browser.get(site).text == "no cookie"


def test_the_marketplace_recognises_its_own_cookie(site: str) -> None:
    jar = CookieJar()
    with client(site, jar) as browser:
        browser.get(site)
    with client(site, jar) as browser:
        assert browser.get(site).text == "who=me"


def test_no_other_host_is_ever_asked(site: str) -> None:
    with client(site) as browser:
        with pytest.raises(StudyError, match=r"192\.0\.2\.1:80"):
            browser.get("http://192.0.2.1/")
        with pytest.raises(StudyError, match=r"192\.0\.2\.1:80"):
            browser.get(f"{site}/away")


def test_a_server_in_trouble_is_asked_again(site: str) -> None:
    watch = Stopwatch()
    with Http(frozenset({place_of(site)}), watch, threading.Event()) as browser:
        Moody.fail = 2
        assert browser.get(site, kind="page").status_code == 200
    assert watch.retries == {"page": 2}


def test_a_server_that_stays_in_trouble_is_named(site: str) -> None:
    with client(site) as browser:
        Moody.fail = 99
        with pytest.raises(StudyError, match="answered 503"):
            browser.get(site)


def test_after_an_order_to_stop_nothing_is_sent(site: str) -> None:
    stop = threading.Event()
    stop.set()
    with (
        Http(frozenset({place_of(site)}), Stopwatch(), stop) as browser,
        pytest.raises(Stopped),
    ):
        browser.get(site)


def test_percentiles_are_in_milliseconds_and_none_without_requests() -> None:
    watch = Stopwatch()
    for seconds in (0.1, 0.2, 0.3):
        watch.add("save", seconds)
    assert watch.percentile_ms("save", 50) == pytest.approx(200.0)
    assert watch.percentile_ms("page", 50) is None
