"""A recruiter that answers nonsense raises RecruiterError: nothing else, ever."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from studies.errors import RecruiterError
from studies.recruiters.base import BonusSpec, CompensationSpec, Recruiter
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.recruiters.prolific import Account, ProlificRecruiter
from tests.recruiters.desks import spec

BONUS = BonusSpec("t", "x", "w", Decimal("0.10"), "r (ref.)", "(ref.)", "p")
OWED = CompensationSpec("t", "x", "p", "w", Decimal("0.10"), "t", "d", "u", 60)
CALLS: dict[str, Callable[[Recruiter], Any]] = {
    "open": lambda at: at.open(spec()),
    "find": lambda at: at.find(["token"]),
    "status": lambda at: at.status("x"),
    "extend": lambda at: at.extend("x", 3),
    "expire": lambda at: at.expire("x"),
    "submissions": lambda at: list(at.submissions("x")),
    "approve": lambda at: at.approve("x"),
    "reject": lambda at: at.reject("x", "r" * 100),
    "bonus": lambda at: at.bonus(BONUS),
    "bonus_paid": lambda at: at.bonus_paid(BONUS),
    "compensate": lambda at: at.compensate(OWED),
    "balance": lambda at: at.balance(),
    "cost": lambda at: at.cost(1, Decimal("0.50"), 1),
}
NONSENSE = [
    (200, b"<html>"),
    (200, b"null"),
    (200, b"[]"),
    (200, b'"x"'),
    (200, b"\xff\xfe"),
    (200, b'{"results": [1], "HITs": [1], "HIT": 5, "Assignments": [{}], "status": 3}'),
    (200, b'{"results": [{}], "HIT": {}, "HITTypeId": "1", "total_cost": "NaN"}'),
    (200, b'{"AvailableBalance": "x", "available_balance": [], "total_cost": null}'),
    (400, b"[]"),
    (400, b'{"__type": 5, "message": []}'),
    (404, b"<html>"),
]


class _Handler(BaseHTTPRequestHandler):
    reply: tuple[int, bytes] = (200, b"")

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, body = type(self).reply
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - http.server's

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def home() -> Iterator[str]:
    """A server that answers everything with what `_Handler.reply` says."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("reply", NONSENSE, ids=str)
@pytest.mark.parametrize("name", ["mturk", "prolific"])
def test_whatever_is_answered_is_told_as_a_recruiters_error(
    home: str, name: str, reply: tuple[int, bytes]
) -> None:
    recruiter: Recruiter
    if name == "mturk":
        recruiter = MTurkRecruiter(Endpoint(home, home, "AKIA", "s" * 40, False))
    else:
        account = Account("token", home, home)
        recruiter = ProlificRecruiter(account, secret=b"x", wait=lambda _s: None)
    _Handler.reply = reply
    unread = []
    for call in CALLS.values():
        try:
            call(recruiter)
        except RecruiterError as error:
            unread.append(error)
    # a call that asks for nothing back may well have been done
    assert len(unread) >= len(CALLS) // 2
    assert all(str(error) for error in unread)
    if reply[0] == 200:
        assert not any(error.permanent for error in unread)
