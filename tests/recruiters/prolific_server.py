"""Prolific's API over HTTP, with faults on demand, and its page of the end."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from studies.recruiters.prolific_api import Account
from tests.recruiters.prolific_routes import route
from tests.recruiters.prolific_world import Json, ProlificWorld, Refused

ROOT = "/api/v1"


@dataclass
class Fault:
    """What goes wrong with the next `times` calls whose "METHOD path" matches.

    before: refused with 502 unseen; after: done, then 502; cut: done, no answer; 429:
    refused, with `retry_after`; garbled: done, the answer is no JSON.
    """

    call: str
    kind: str
    times: int = 1
    retry_after: str = ""


@dataclass
class Prolific:
    """The world, where it is served, what was called and what goes wrong."""

    world: ProlificWorld
    home: str = ""
    faults: list[Fault] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    on_call: dict[str, Callable[[], object]] = field(default_factory=dict)
    at_screen: str = ""
    """The submission of whoever opens pages in a browser."""

    def account(self, **changes: str) -> Account:
        given = {
            "token": self.world.token,
            "api_url": f"{self.home}{ROOT}",
            "app_url": self.home,
            "project": self.world.project,
            "workspace": self.world.workspace,
        }
        return Account(**(given | changes))

    def fail(self, call: str, kind: str, times: int = 1, retry_after: str = "") -> None:
        self.faults.append(Fault(call, kind, times, retry_after))

    def fault_of(self, call: str) -> Fault | None:
        for fault in self.faults:
            if fault.times and re.search(fault.call, call):
                fault.times -= 1
                return fault
        return None

    # --- participants --------------------------------------------------------
    def join(self, study_id: str, participant: str) -> dict[str, str]:
        """A participant opens the study; return the query of our page's address."""
        query = parse_qs(urlsplit(self.link(study_id, participant)).query)
        return {name: values[0] for name, values in query.items()}

    def link(self, study_id: str, participant: str) -> str:
        """A participant opens the study; return our page's address."""
        world = self.world
        with world.lock:
            study = world.study(study_id)
            assert study["status"] == "ACTIVE", study["status"]
            assert world.places_left(study) > 0, "the study is full"
            new = world.new_id()
            world.submissions[new] = {
                "id": new,
                "study_id": study_id,
                "participant": participant,
                "participant_id": participant,
                "status": "ACTIVE",
                "started_at": world.now(),
                "completed_at": None,
                "entered_code": None,
                "study_code": None,
                "has_siblings": False,
                "bonus_payments": [],
            }
        url = study["external_study_url"]
        for name, value in (
            ("PROLIFIC_PID", participant),
            ("STUDY_ID", study_id),
            ("SESSION_ID", new),
        ):
            url = url.replace("{{%" + name + "%}}", value)
        return str(url)

    def complete(self, submission_id: str, code: str) -> None:
        """A participant comes back with a completion code."""
        world = self.world
        with world.lock:
            row = world.submission(submission_id)
            study = world.study(row["study_id"])
            assert code in {each["code"] for each in study["completion_codes"]}, code
            assert row["status"] == "ACTIVE", row["status"]
            row |= {
                "status": "AWAITING REVIEW",
                "completed_at": world.now(),
                "entered_code": code,
                "study_code": code,
            }

    def leave(self, submission_id: str, status: str = "RETURNED") -> None:
        """A participant returns the submission, or time runs out."""
        with self.world.lock:
            self.world.submission(submission_id)["status"] = status


@contextmanager
def served(world: ProlificWorld | None = None) -> Iterator[Prolific]:
    """Serve Prolific on a free port while the block runs."""
    prolific = Prolific(world or ProlificWorld())
    handler = type("Handler", (_Handler,), {"prolific": prolific})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    prolific.home = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield prolific
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    prolific: Prolific

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/submissions/complete":
            code = parse_qs(parts.query).get("cc", [""])[0]
            self.prolific.complete(self.prolific.at_screen, code)
            self._send(200, "<h1>Submission complete</h1>", "text/html")
            return
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        prolific = self.prolific
        path = urlsplit(self.path).path.removeprefix(ROOT)
        call = f"{self.command} {path}"
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        prolific.calls[call] += 1
        if (hook := prolific.on_call.pop(call, None)) is not None:
            hook()
        fault = prolific.fault_of(call)
        if fault and fault.kind == "before":
            return self._send(502, "Bad gateway", "text/html")
        if fault and fault.kind == "429":
            body = {
                "error": {"status": 429, "title": "Too many requests", "detail": ""}
            }
            return self._send(429, json.dumps(body), retry_after=fault.retry_after)
        status, answer = self._done(path, json.loads(sent) if sent else {})
        if fault and fault.kind == "cut":
            self.connection.close()
            return None
        if fault:
            return self._send(502 if fault.kind == "after" else status, "<garbled>")
        text = "" if answer is None else json.dumps(answer)
        return self._send(status, text)

    def _done(self, path: str, body: Json) -> tuple[int, Any]:
        world = self.prolific.world
        call, query = f"{self.command} {path}", urlsplit(self.path).query
        if self.headers["Authorization"] != f"Token {world.token}":
            return 401, {"error": {"status": 401, "title": "Invalid token"}}
        try:
            with world.lock:
                return route(world, call, query, body, self._page)
        except Refused as error:
            wrong = {
                "status": error.status,
                "error_code": 140_000 + error.status,
                "title": error.title,
                "detail": error.detail,
            }
            return error.status, {"error": wrong}

    def _page(self, rows: list[Json]) -> Json:
        query = parse_qs(urlsplit(self.path).query)
        page = int(query.get("page", ["1"])[0])
        size = int(query.get("page_size", ["20"])[0])
        if page > 1 and (page - 1) * size >= len(rows):
            raise Refused(404, "Not found", "Invalid page")
        more = page * size < len(rows)
        return {
            "results": rows[(page - 1) * size : page * size],
            "_links": {"next": {"href": f"?page={page + 1}" if more else None}},
            "meta": {"count": len(rows)},
        }

    def _send(
        self,
        status: int,
        text: str,
        kind: str = "application/json",
        retry_after: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Connection", "close")
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(text.encode())
