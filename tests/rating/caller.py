"""The rater's JSON calls as a client without a browser makes them."""

import uuid
from typing import Any
from urllib.parse import parse_qsl

from django.test import Client

from studies.models import Assignment
from studies.services.sound_check import attempts, tone_count
from tests.rating.booth import Booth

WATCHED = {"started": True, "ended": True, "plays": 1, "wall_ratio": 1.01}


class Caller:
    """One rater who speaks to the server; `status` is that of her last call."""

    def __init__(self, booth: Booth, worker: str = "AWORKER1", asg: str = "ASG1"):
        self.client = Client(enforce_csrf_checks=True)
        self.booth, self.worker, self.asg = booth, worker, asg
        self.token, self.status = "", 0

    def get(self, call: str) -> Any:
        reply = self.client.get(f"/rate/api/{call}/", headers=self._headers())
        self.status = reply.status_code
        return reply.json()

    def post(self, call: str, body: dict[str, Any]) -> Any:
        reply = self.client.post(
            f"/rate/api/{call}/",
            body,
            content_type="application/json",
            headers=self._headers(),
        )
        self.status = reply.status_code
        return reply.json()

    def begin(self, *, consent: bool = True, **more: Any) -> Any:
        query = dict(parse_qsl(self.booth.query(self.worker, self.asg)))
        body = {"study": self.booth.study.slug, "query": query, "consent": consent}
        reply = self.post("begin", body | more)
        self.token = reply.get("token") or ""
        return reply

    def assignment(self) -> Assignment:
        return Assignment.objects.get(external_id=self.asg)

    def true_count(self) -> int:
        mine = self.assignment()
        return tone_count(str(mine.key), attempts(mine))

    def get_ready(self) -> None:
        self.begin()
        self.post("sound", {"count": self.true_count()})
        self.post("step", {"step": "instructions"})

    def answer(self, trial: dict[str, Any], choice: str = "real", **more: Any) -> Any:
        body = {
            "trial": trial["key"],
            "uuid": str(uuid.uuid4()),
            "choices": {"real": choice},
            "telemetry": WATCHED,
        }
        return self.post("answer", body | more)

    def answer_all(self) -> int:
        count = 0
        while trial := self.get("trial")["trial"]:
            self.answer(trial)
            count += 1
        return count

    def _headers(self) -> dict[str, str]:
        return {"X-Session-Token": self.token} if self.token else {}
