"""A recruiter that lives in memory and can fail on demand."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from studies.errors import RecruiterError
from studies.recruiters.base import (
    BonusSpec,
    CompensationSpec,
    Cost,
    Entry,
    Finish,
    PostingHandle,
    PostingSpec,
    PostingStatus,
    Submission,
)
from studies.recruiters.mturk_rules import fee
from tests.worlds import NOW


@dataclass
class FakeRecruiter:
    """Implements Recruiter; `calls` counts, `fail` names calls that fail next.

    A failing call raises after its effect when `fail[name]` is "after": what a
    time-out looks like from here.
    """

    name: str = "mturk"
    frame_origins: tuple[str, ...] = ("http://127.0.0.1:8000",)
    spends_real_money: bool = False
    splits_places: bool = True
    resells_places: bool = True
    carries_answers: bool = True
    money: Decimal = Decimal("1000.00")
    calls: Counter[str] = field(default_factory=Counter)
    fail: dict[str, str] = field(default_factory=dict)
    postings: dict[str, PostingSpec] = field(default_factory=dict)
    by_token: dict[str, str] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    sessions: dict[str, dict[str, Submission]] = field(default_factory=dict)
    remembers_tokens: bool = True
    working: int = 1_000_000
    bonuses: list[BonusSpec] = field(default_factory=list)
    owed: dict[str, CompensationSpec] = field(default_factory=dict)

    def describe(self) -> str:
        return "a fake"

    def _call(self, name: str, *, before: bool) -> None:
        if before:
            self.calls[name] += 1
        if self.fail.get(name) == ("before" if before else "after"):
            del self.fail[name]
            raise RecruiterError(
                f"{name} failed", permanent=False, uncertain=not before
            )

    def open(self, spec: PostingSpec) -> PostingHandle:
        self._call("open", before=True)
        if not (self.remembers_tokens and spec.token in self.by_token):
            number = f"3HIT{len(self.postings):026d}"
            self.postings[number] = spec
            self.by_token[spec.token] = number
            self.sessions[number] = {}
        self._call("open", before=False)
        return self._handle(self.by_token[spec.token])

    def find(self, tokens: Collection[str]) -> Mapping[str, PostingHandle]:
        self._call("find", before=True)
        return {
            token: self._handle(self.by_token[token])
            for token in tokens
            if token in self.by_token
        }

    def _handle(self, number: str) -> PostingHandle:
        return PostingHandle(number, "GROUP", "", NOW + timedelta(days=3650))

    def status(self, external_id: str) -> PostingStatus:
        return PostingStatus(
            0,
            self.working,
            ended=external_id in self.expired,
            expires_at=NOW + timedelta(days=3650),
        )

    def expire(self, external_id: str) -> None:
        self._call("expire", before=True)
        self.expired.add(external_id)

    def submit(self, posting: str, entry: Entry, answers: str, at: datetime) -> None:
        """A rater's form arrives."""
        self.sessions[posting][entry.external_id] = Submission(
            entry.external_id, entry.worker_id, "submitted", at, {"answers": answers}
        )

    def submissions(self, external_id: str) -> Iterator[Submission]:
        self._call("submissions", before=True)
        yield from list(self.sessions[external_id].values())

    def approve(self, external_id: str) -> None:
        self._call("approve", before=True)
        if self._decide(external_id, "approved"):
            self.money -= Decimal("0.24")
        self._call("approve", before=False)

    def reject(self, external_id: str, reason: str) -> None:
        self._call("reject", before=True)
        self._decide(external_id, "rejected")
        self._call("reject", before=False)

    def _decide(self, external_id: str, verdict: str) -> bool:
        changed = False
        for sessions in self.sessions.values():
            old = sessions.get(external_id)
            if old is not None and old.status != verdict:
                sessions[external_id] = replace(old, status=verdict)
                changed = True
        return changed

    def extend(self, external_id: str, places: int) -> None:
        self._call("extend", before=True)
        old = self.postings[external_id]
        self.postings[external_id] = replace(old, places=max(old.places, places))
        self.expired.discard(external_id)
        self._call("extend", before=False)

    def bonus(self, spec: BonusSpec) -> None:
        self._call("bonus", before=True)
        sent = {bonus.token for bonus in self.bonuses}
        if not (self.remembers_tokens and spec.token in sent):
            self.bonuses.append(spec)
            self.money -= self.cost(1, spec.amount_usd, 1).total_usd
        self._call("bonus", before=False)

    def bonus_paid(self, spec: BonusSpec) -> bool:
        self._call("bonus_paid", before=True)
        return any(
            spec.reference in sent.reason
            for sent in self.bonuses
            if sent.worker_id == spec.worker_id
        )

    def compensate(self, spec: CompensationSpec) -> PostingHandle | None:
        self._call("compensate", before=True)
        number = self.by_token.setdefault(spec.token, f"3OWED{len(self.owed):025d}")
        self.owed[number] = spec
        self.sessions.setdefault(number, {})
        self._call("compensate", before=False)
        return self._handle(number)

    def balance(self) -> Decimal | None:
        return self.money

    def cost(self, places: int, reward_usd: Decimal, posting_places: int) -> Cost:
        return Cost(
            places, reward_usd * places, fee(reward_usd, posting_places) * places
        )

    def entry(self, query: Mapping[str, str]) -> Entry:
        return Entry(
            preview=False,
            worker_id=query["workerId"],
            external_id=query["assignmentId"],
        )

    def finish(self, entry: Entry, answers: str) -> Finish:
        return Finish("http://127.0.0.1:8000/submit", {"answers": answers})
