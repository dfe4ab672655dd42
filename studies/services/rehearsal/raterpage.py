"""The rater's page as a browser without cookies uses it (see studies.rating.views)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from studies.errors import RefusedError
from studies.services.rehearsal.http import Http
from studies.services.rehearsal.raters import SimulatedRater, Truth, answer
from studies.services.rehearsal.tones import count_tones

SOUND_ATTEMPTS = 5
CLIENT = {"simulated": True, "browser": "rehearsal"}


@dataclass(frozen=True, slots=True)
class Worked:
    """How far a session came: votes given, and the form to submit (None: left)."""

    votes: int
    form: dict[str, Any] | None


class RaterPage:
    """One rater at one address of the page, which the recruiter's frame shows.

    `truths` names what each stimulus is by its file name. Only the simulation knows
    it; nothing the page sends tells it.
    """

    def __init__(
        self, http: Http, url: str, rater: SimulatedRater, truths: Mapping[str, Truth]
    ) -> None:
        self._http = http
        self._url = url
        self._rater = rater
        self._truths = truths
        self._token = ""

    def preview(self) -> None:
        """Look at the page before accepting."""
        self._http.get(self._url, kind="page")

    def work(self) -> Worked:
        """Go through all steps; RefusedError with the page's code when turned away."""
        self._http.get(self._url, kind="page")
        parts = urlsplit(self._url)
        begun = self._post(
            "begin",
            {
                "study": parts.path.strip("/").rpartition("/")[2],
                "query": dict(parse_qsl(parts.query)),
                "consent": True,
                "client": CLIENT,
            },
        )
        self._token = begun["token"]
        self._check_sound(begun["state"])
        if not begun["state"]["instructed"]:
            self._post("step", {"step": "instructions"})
        return self._judge_all()

    def _check_sound(self, state: dict[str, Any]) -> None:
        if state["sound_ok"]:
            return
        for _ in range(SOUND_ATTEMPTS):
            reply = self._http.get(self._api("tones"), headers=self._headers())
            heard = count_tones(reply.content)
            if self._post("sound", {"count": heard})["ok"]:
                return
        message = f"the sound check did not accept {heard} tones"
        raise RefusedError("sound_check", message)

    def _judge_all(self) -> Worked:
        votes = 0
        while True:
            reply = self._http.get(self._api("trial"), headers=self._headers())
            sent = self._json(reply)
            trial = sent["trial"]
            if trial is None:
                finish = self._http.get(self._api("finish"), headers=self._headers())
                return Worked(votes, self._json(finish))
            if self._leaves_now(sent["state"]):
                return Worked(votes, None)
            self._judge(trial)
            votes += 1

    def _leaves_now(self, state: dict[str, Any]) -> bool:
        halfway = 2 * state["answered"] >= state["total"]
        return halfway and self._rater.leaving != "stays"

    def _judge(self, trial: dict[str, Any]) -> None:
        media = [urljoin(self._url, address) for address in trial["media"]]
        replies = [self._http.get(address, kind="media") for address in media]
        truth = self._truths[urlsplit(media[0]).path.rpartition("/")[2]]
        choices = {
            question["key"]: answer(
                self._rater, truth, [each["value"] for each in question["choices"]]
            )
            for question in trial["questions"]
        }
        drawn = self._rater.draw("trial", trial["key"])
        self._post(
            "answer",
            {
                "trial": trial["key"],
                "uuid": str(uuid.UUID(int=drawn.getrandbits(128), version=4)),
                "choices": choices,
                "telemetry": self._telemetry(
                    truth,
                    trial["seconds"],
                    sum(len(reply.content) for reply in replies),
                ),
            },
            kind="save",
        )

    def _telemetry(self, truth: Truth, seconds: float, size: int) -> dict[str, Any]:
        """Say what a patient rater's page would: seen to the end, then answered."""
        rng = self._rater.draw("thinking", truth.clip, truth.system)
        thinking = min(20.0, rng.lognormvariate(0.3, 0.5))
        return {
            "simulated": True,
            "bytes": size,
            "started": True,
            "ended": True,
            "plays": 1,
            "played_seconds": seconds,
            "replays": 0,
            "stalls": 0,
            "tab_hidden_ms": 0,
            "volume": 1.0,
            "muted": False,
            "rt_ms": round(1000 * (seconds + thinking)),
        }

    def _api(self, action: str) -> str:
        return urljoin(self._url, f"/rate/api/{action}/")

    def _headers(self) -> dict[str, str]:
        return {"X-Session-Token": self._token} if self._token else {}

    def _post(
        self, action: str, sent: dict[str, Any], *, kind: str = "step"
    ) -> dict[str, Any]:
        reply = self._http.post_json(
            self._api(action), sent, headers=self._headers(), kind=kind
        )
        return self._json(reply)

    @staticmethod
    def _json(reply: Any) -> dict[str, Any]:
        sent: dict[str, Any] = reply.json()
        if "error" in sent:
            raise RefusedError(sent["error"]["code"], sent["error"]["message"])
        return sent
