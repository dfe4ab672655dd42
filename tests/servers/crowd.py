"""Raters who come through the marketplace as people do: slowly, and not all faithful.

Unlike `tests.servers.raters`, who meet the rating page alone and never try twice, these
accept HITs at the worker site, send again what was not answered, reload, walk away and
return what they took, and hand the recruiter's form in.
"""

import contextlib
import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from studies.services.rehearsal.html import Page, read_page
from studies.services.rehearsal.tones import count_tones
from tests.servers.raters import Ledger, Refused
from tests.servers.site import Site

TRIES = 12
COOKIE = "marketplace_worker"


@dataclass(frozen=True)
class Habits:
    """What raters do beside answering; shares are of all sessions or answers."""

    pause: float
    """Seconds that a clip and the choice take, give or take half."""
    returns: float = 0.03
    walks_away: float = 0.02
    reloads: float = 0.03
    sends_twice: float = 0.1
    hangs_up: float = 0.02
    """Share of answers whose acknowledgement the rater does not wait for."""


class Visitor:
    """One person at the marketplace, signed in by `cookie`; seeded."""

    def __init__(
        self,
        site: Site,
        number: int,
        cookie: str,
        habits: Habits,
        ledger: Ledger,
        over: threading.Event,
    ) -> None:
        self.home = f"http://127.0.0.1:{site.port}/marketplace"
        self.ledger, self.habits, self.over = ledger, habits, over
        self.rng = random.Random(f"visitor:{number}")
        self.market = httpx.Client(timeout=60, trust_env=False, follow_redirects=True)
        self.market.cookies.set(COOKIE, cookie, domain="127.0.0.1")
        self.frame = httpx.Client(timeout=60, trust_env=False, follow_redirects=True)
        self.token, self.page, self.uuids = "", "", set[str]()

    def stay(self, groups: list[str]) -> None:
        """Do one session after the other until it is over."""
        # people come within the first pauses, not all in one moment
        self.over.wait(2 * self.habits.pause * self.rng.random())
        try:
            while not self.over.is_set():
                task = self._accept(self.rng.choice(groups))
                if task is None:
                    self.over.wait(self.habits.pause)
                    continue
                self._session(task)
        finally:
            self.market.close()
            self.frame.close()

    def _session(self, task: Page) -> None:
        leaves = self.rng.random()
        try:
            self._come_in(task.frame)
            gone = self._judge_all(
                leave=leaves < self.habits.returns + self.habits.walks_away
            )
        except Refused as refusal:
            with self.ledger.lock:
                self.ledger.refusals[str(refusal)] += 1
            return self._give_back(task)
        if gone:
            # who walks away simply never comes back to it
            if leaves < self.habits.returns:
                self._give_back(task)
            return None
        form = self._get("finish")
        self._ask(lambda: self.frame.post(form["action"], data=form["fields"]))
        with self.ledger.lock:
            self.ledger.finished += 1
        return None

    def _accept(self, group: str) -> Page | None:
        preview = self._read(f"{self.home}/projects/{group}/tasks")
        form = preview.form_to("/accept")
        if form is None:
            return None
        reply = self._ask(lambda: self.market.post(form.action, data=form.fields))
        page = read_page(str(reply.url), reply.text)
        return page if reply.status_code == 200 and page.frame else None

    def _give_back(self, task: Page) -> None:
        form = self._read(task.url).form_to("/return")
        if form is not None:
            self._ask(lambda: self.market.post(form.action, data=form.fields))

    def _read(self, address: str) -> Page:
        reply = self._ask(lambda: self.market.get(address))
        return read_page(str(reply.url), reply.text)

    def _come_in(self, address: str) -> None:
        self.page, self.token = address, ""
        self._ask(lambda: self.frame.get(address))
        parts = urlsplit(address)
        sent = {
            "study": parts.path.strip("/").rpartition("/")[2],
            "query": dict(parse_qsl(parts.query)),
            "consent": True,
        }
        begun = self._post("begin", sent)
        self.token = begun["token"]
        if not begun["state"]["sound_ok"]:
            tones = self._ask(
                lambda: self.frame.get(self._api("tones"), headers=self._headers())
            )
            self._post("sound", {"count": count_tones(tones.content)})
        self._post("step", {"step": "instructions"})

    def _judge_all(self, *, leave: bool) -> bool:
        """Answer clip by clip; return whether the rater left in the middle."""
        while (trial := self._get("trial")["trial"]) is not None:
            if leave and 2 * trial["index"] > trial["total"]:
                return True
            if self.rng.random() < self.habits.reloads:
                self._come_in(self.page)
            for address in trial["media"]:
                url = urljoin(self.page, address)
                self._ask(lambda url=url: self.frame.get(url))  # type: ignore[misc]
            # its end is not waited for: everybody finishes the session begun
            time.sleep(self.habits.pause * self.rng.uniform(0.5, 1.5))
            self._answer(trial)
        return False

    def _answer(self, trial: dict[str, Any]) -> None:
        choice = self.rng.choice(["real", "fake"])
        sent = {
            "trial": trial["key"],
            "uuid": str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
            "choices": {"real": choice},
            "telemetry": {"started": True, "ended": True},
        }
        if self.rng.random() < self.habits.hangs_up:
            self._hang_up(sent)
        self._post("answer", sent)
        with self.ledger.lock:
            self.ledger.acked[trial["key"]] = choice
        if self.rng.random() < self.habits.sends_twice:
            assert self._post("answer", sent)["duplicate"]

    def _hang_up(self, sent: dict[str, Any]) -> None:
        """Send, and be gone before the reply: it will be sent again."""
        url = urlsplit(self._api("answer"))
        with (
            httpx.Client(trust_env=False, timeout=0.005) as hasty,
            contextlib.suppress(httpx.HTTPError),
        ):
            hasty.post(url.geturl(), json=sent, headers=self._headers())

    def _api(self, call: str) -> str:
        return urljoin(self.page, f"/rate/api/{call}/")

    def _headers(self) -> dict[str, str]:
        return {"X-Session-Token": self.token} if self.token else {}

    def _get(self, call: str) -> Any:
        return self._json(
            lambda: self.frame.get(self._api(call), headers=self._headers())
        )

    def _post(self, call: str, sent: dict[str, Any]) -> Any:
        return self._json(
            lambda: self.frame.post(self._api(call), json=sent, headers=self._headers())
        )

    def _json(self, ask: Callable[[], httpx.Response]) -> Any:
        said = self._ask(ask).json()
        if "error" in said:
            raise Refused(said["error"]["code"])
        return said

    def _ask(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Ask until there is an answer: servers are killed while people work."""
        for attempt in range(TRIES):
            try:
                reply = ask()
            except httpx.TransportError:
                with self.ledger.lock:
                    self.ledger.statuses[0] += 1
            else:
                self.ledger.note(reply)
                if reply.status_code < 500:
                    return reply
            time.sleep(0.5 * (attempt + 1) * self.rng.uniform(0.5, 1.5))
        raise AssertionError(f"no answer after {TRIES} tries")
