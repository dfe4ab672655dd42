"""A study under load, faults and kills, from launch to its last payment.

PostgreSQL and Redis of its own, gunicorn with two processes, a background worker and
its clock. While raters work, the marketplace's API fails on purpose
(MARKETPLACE_FAULTS) and processes are killed with -9. Afterwards the books of both
sides are compared.
"""

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.servers.crowd import Habits, Visitor
from tests.servers.engines import make_database, postgres, redis_server
from tests.servers.raters import Ledger
from tests.servers.site import BIN, JobError, Site

SLUG = "soak"


@dataclass(frozen=True)
class Plan:
    """How much, how long, and what goes wrong meanwhile."""

    raters: int
    seconds: float
    clips_per_category: int
    pause: float
    faults: str
    kills: int
    categories: int = 10
    advance_every: int = 5

    @property
    def items(self) -> int:
        """Clips times the four systems of the tests."""
        return 4 * self.categories * self.clips_per_category


@dataclass(frozen=True)
class Outcome:
    """What the books say at the end, and what saving a vote took."""

    acked: int
    lost: list[str]
    paid_twice: list[str]
    over_allocated: list[int]
    miscounted: list[int]
    met_twice: int
    unmatched: list[str]
    counted: int
    wanted: int
    sessions: int
    state: str
    save_p50_ms: float
    save_p95_ms: float
    statuses: dict[int, int]
    refusals: dict[str, int]
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled or over-allocated."""
        wrong = (self.lost, self.paid_twice, self.over_allocated, self.miscounted)
        return not (any(wrong) or self.met_twice or self.unmatched)


def run(plan: Plan, say: Callable[[str], None] = print) -> Outcome:
    """Run it; `say` is told how far it is."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = make_database(stack.enter_context(postgres()), "soak")
        broker = stack.enter_context(redis_server())
        site = Site(
            folder,
            {
                "DATABASE_URL": database,
                "CELERY_BROKER_URL": broker,
                "ADVANCE_EVERY_SECONDS": str(plan.advance_every),
            },
        )
        stack.callback(site.close)
        site.manage("migrate", "--verbosity", "0")
        site.job(
            "seed_study",
            slug=SLUG,
            categories=plan.categories,
            clips_per_category=plan.clips_per_category,
            media=True,
        )
        faulty = Site(
            folder, {**site.more, "MARKETPLACE_FAULTS": plan.faults}, port=site.port
        )
        say(f"{plan.items} items, {plan.raters} raters, faults: {plan.faults}")
        with faulty.served(workers=2, threads=24), _clockwork(faulty) as works:
            _launched(site)
            say("launched; the raters come")
            ledger, took = _crowd(site, plan, works, say)
        with site.served(workers=2):
            _settle(site, say)
        return _outcome(site, ledger, took)


@contextmanager
def _clockwork(site: Site) -> Iterator["Clockwork"]:
    works = Clockwork(site)
    try:
        works.wind()
        yield works
    finally:
        works.stop()


class Clockwork:
    """The background worker, its clock, and the means to kill the worker."""

    def __init__(self, site: Site) -> None:
        self.site, self._stack = site, ExitStack()

    def wind(self) -> None:
        """Start both anew."""
        app = [BIN / "celery", "-A", "evalsite"]
        plain = ("--loglevel", "WARNING")
        # solo: one process, so that a kill leaves no child behind
        worker = [*app, "worker", *plain, "--pool", "solo", "--without-gossip"]
        beat = [*app, "beat", *plain, "--pidfile=", "--schedule"]
        beat.append(self.site.folder / "beat")
        self._stack.enter_context(self.site.running(worker, "celery"))
        self._stack.enter_context(self.site.running(beat, "beat"))

    def stop(self) -> None:
        """End both."""
        self._stack.close()

    def kill(self, name: str) -> None:
        """Kill the worker, or a process that serves pages; others take over."""
        if name == "celery":
            self.site.started[name].send_signal(signal.SIGKILL)
            self.stop()
            self.wind()
            return
        master = self.site.started["gunicorn"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        # what it was answering is lost; the master starts another one
        os.kill(int(children[0]), signal.SIGKILL)


def _launched(site: Site) -> None:
    """Launch as a person would who presses the button again after an error."""
    for _ in range(60):
        try:
            if site.job("launch", slug=SLUG) == "live":
                return
        except JobError as error:
            if "RecruiterError" not in str(error):
                raise
    raise AssertionError("the study could not be launched in 60 tries")


def _crowd(
    site: Site, plan: Plan, works: Clockwork, say: Callable[[str], None]
) -> tuple[Ledger, float]:
    ledger, over = Ledger(), threading.Event()
    cookies = site.job("worker_cookies", count=plan.raters)
    groups = site.job("groups", slug=SLUG)
    habits = Habits(pause=plan.pause)
    start = time.monotonic()
    kills = [plan.seconds * (n + 1) / (plan.kills + 1) for n in range(plan.kills)]
    with ThreadPoolExecutor(plan.raters) as pool:
        people = [
            pool.submit(Visitor(site, n, cookie, habits, ledger, over).stay, groups)
            for n, cookie in enumerate(cookies)
        ]
        told = 0.0
        while (now := time.monotonic() - start) < plan.seconds:
            if kills and now >= kills[0]:
                name = ("celery", "gunicorn")[len(kills) % 2]
                say(f"{now:5.0f} s: kill -9 {name}")
                works.kill(name)
                kills.pop(0)
            if now - told >= 30:
                told = now
                say(f"{now:5.0f} s: {len(ledger.acked)} votes, {ledger.finished} done")
            over.wait(1.0)
        over.set()
        for each in people:
            each.result()
    return ledger, time.monotonic() - start


def _settle(site: Site, say: Callable[[str], None]) -> None:
    """Go on without faults until a run of advance finds nothing to do."""
    said = ""
    for _ in range(20):
        last, said = said, site.job("advance", slug=SLUG)
        say(f"afterwards: {said}")
        if said.endswith("nothing to do") and said == last:
            return


def _outcome(site: Site, ledger: Ledger, took: float) -> Outcome:
    found, money = site.job("audit", slug=SLUG), site.job("money", slug=SLUG)
    saves = [1000 * each for each in ledger.seconds["answer"]]
    cuts = quantiles(saves, n=20)
    return Outcome(
        acked=len(ledger.acked),
        lost=[
            key
            for key, choice in ledger.acked.items()
            if found["votes"].get(key) != choice
        ],
        paid_twice=money["paid_twice"],
        over_allocated=found["over_leased"],
        miscounted=found["miscounted"],
        met_twice=found["met_twice"],
        unmatched=money["unmatched"],
        counted=money["counted"],
        wanted=found["wanted"],
        sessions=ledger.finished,
        state=site.job("study_state", slug=SLUG)[0],
        save_p50_ms=cuts[9],
        save_p95_ms=cuts[18],
        statuses=dict(ledger.statuses),
        refusals=dict(ledger.refusals),
        seconds=took,
    )


def text(outcome: Outcome) -> str:
    """The figures, a line each."""
    saves = (outcome.save_p50_ms, outcome.save_p95_ms)
    rows: list[tuple[str, Any]] = [
        ("votes acknowledged", outcome.acked),
        ("of them lost", len(outcome.lost)),
        ("sessions paid twice", len(outcome.paid_twice)),
        ("items over-allocated", len(outcome.over_allocated)),
        ("items miscounted", len(outcome.miscounted)),
        ("clips met twice", outcome.met_twice),
        ("disagreements of the books", len(outcome.unmatched)),
        ("sessions handed in", outcome.sessions),
        ("votes that count", f"{outcome.counted} of {outcome.wanted}"),
        ("the study is", outcome.state),
        ("vote save p50 / p95, ms", f"{saves[0]:.0f} / {saves[1]:.0f}"),
        ("answers by status (0: none)", outcome.statuses),
        ("turned away", outcome.refusals),
        ("seconds", f"{outcome.seconds:.0f}"),
    ]  # fmt: skip
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    return "\n".join([*lines, *outcome.unmatched[:20]])
