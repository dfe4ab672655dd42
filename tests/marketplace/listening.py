"""A requester that asked to be told: a web server for webhooks, and what is written."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from marketplace import services
from marketplace.models import HITType, Notice
from marketplace.services.notices import Event

EVERYTHING = tuple(event.value for event in Event if event is not Event.PING)
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/events"


@dataclass
class Receiver:
    """Takes what is posted to `url`; answers `answers` first, then 200."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(json.loads(body)["Message"]) for body in self.bodies]

    @property
    def events(self) -> list[str]:
        return [e["EventType"] for doc in self.documents for e in doc["Events"]]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A real web server on 127.0.0.1."""
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            made.headers.append(dict(self.headers.items()))
            made.paths.append(self.path)
            status, location = made.answers.pop(0) if made.answers else (200, "")
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - http.server's name

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(
            target=server.serve_forever, args=(0.01,), daemon=True
        )
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def tell(
    kind: HITType,
    destination: str = "https://lab.example/hook",
    events: tuple[str, ...] = EVERYTHING,
) -> None:
    """Let a HIT type's events go to a webhook."""
    services.subscribe(
        kind,
        services.NotificationDraft("SNS", destination, "2014-08-15", events),
        active=True,
    )


def noted() -> list[str]:
    """The events that were written down, in order."""
    return list(Notice.objects.order_by("pk").values_list("event_type", flat=True))
