"""Raters as plain HTTP: every answer's status and every acknowledgement is kept."""

import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import httpx

from studies.services.rehearsal.tones import count_tones
from tests.servers.site import Site

TIMEOUT_SECONDS = 60.0


@dataclass
class Ledger:
    """What all raters were told, gathered over threads."""

    acked: dict[str, str] = field(default_factory=dict)
    """Choice by trial key, as acknowledged first."""
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """What requests took, by the last part of their path."""
    finished: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, reply: httpx.Response) -> None:
        with self.lock:
            self.statuses[reply.status_code] += 1
            kind = reply.request.url.path.rstrip("/").rpartition("/")[2]
            self.seconds[kind].append(reply.elapsed.total_seconds())


class Refused(Exception):  # noqa: N818 - no error: the page says so to people
    """The server turned the rater away; the text is the code."""


class Rater:
    """One rater of a study; seeded, no retries: what the server says counts."""

    def __init__(
        self, site: Site, slug: str, posting: str, number: int, ledger: Ledger
    ):
        self.site, self.slug, self.ledger = site, slug, ledger
        self.rng = random.Random(f"{slug}:{number}")
        self.query = {
            "p": posting,
            "assignmentId": f"3ASSIGNMENT{number:019d}",
            "hitId": "3HIT",
            "workerId": f"AWORKER{number:04d}",
            "turkSubmitTo": f"http://127.0.0.1:{site.port}/marketplace",
        }
        self.client = httpx.Client(
            base_url=site.url, timeout=TIMEOUT_SECONDS, trust_env=False
        )
        self.token = ""

    def work(self, *, leave_after: int | None = None, pause: float = 0.0) -> None:
        """Judge to the end, or leave after so many answers.

        `pause` is how many seconds a clip and the choice take, give or take half;
        with one, raters come within five times as long.
        """
        time.sleep(5 * pause * self.rng.random())
        try:
            self._come_in()
            self._judge_all(leave_after, pause)
        except Refused as refusal:
            with self.ledger.lock:
                self.ledger.refusals[str(refusal)] += 1
        finally:
            self.client.close()

    def _come_in(self) -> None:
        page = self.client.get(f"/rate/{self.slug}/", params=self.query)
        self.ledger.note(page)
        sent = {"study": self.slug, "query": self.query, "consent": True}
        self.token = self._post("begin", sent)["token"]
        tones = self.client.get("/rate/api/tones/", headers=self._headers())
        self.ledger.note(tones)
        self._post("sound", {"count": count_tones(tones.content)})
        self._post("step", {"step": "instructions"})

    def _judge_all(self, leave_after: int | None, pause: float) -> None:
        given = 0
        while (trial := self._get("trial")["trial"]) is not None:
            if given == leave_after:
                return
            time.sleep(pause * self.rng.uniform(0.5, 1.5))
            choice = self.rng.choice(["real", "fake"])
            sent = {
                "trial": trial["key"],
                "uuid": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
                "choices": {"real": choice},
                "telemetry": {"started": True, "ended": True},
            }
            ack = self._post("answer", sent)
            with self.ledger.lock:
                assert not ack["duplicate"]
                assert trial["key"] not in self.ledger.acked
                self.ledger.acked[trial["key"]] = choice
            if self.rng.random() < 0.2:
                # an acknowledgement that got lost: the page sends the same once more
                assert self._post("answer", sent)["duplicate"]
            given += 1
        self._get("finish")
        with self.ledger.lock:
            self.ledger.finished += 1

    def _get(self, call: str) -> Any:
        return self._read(
            self.client.get(f"/rate/api/{call}/", headers=self._headers())
        )

    def _post(self, call: str, sent: dict[str, Any]) -> Any:
        return self._read(
            self.client.post(f"/rate/api/{call}/", json=sent, headers=self._headers())
        )

    def _read(self, reply: httpx.Response) -> Any:
        self.ledger.note(reply)
        assert reply.headers["content-type"] == "application/json", reply.text[:500]
        said = reply.json()
        if "error" in said:
            raise Refused(said["error"]["code"])
        return said

    def _headers(self) -> dict[str, str]:
        return {"X-Session-Token": self.token} if self.token else {}
