"""The crash matrix: each deed killed at random steps, and done under each fault.

A deed starts from a snapshot of a site. The undisturbed run says what the world is to
be afterwards: HITs, payments, votes and the purses of both sides. Then the deed is
killed with -9 at a step and done again, or done again and again while the marketplace
fails on purpose, and the world must be the same.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.resilience.killing import job
from tests.servers.site import JobError, Site

SLUG = "matrix"
WORLD: dict[str, Any] = {
    "categories": 2,
    "clips_per_category": 2,
    "systems": ("real", "flow"),
    "settings": {"places_per_posting": 3, "items_per_session": 4, "catch_items": 2},
}
FAULTS = {
    "throttled": "throttle=0.4,seed=3",
    "500 before": "fail_before=0.4,seed=3",
    "500 after": "fail_after=0.4,seed=3",
    "slow": "slow=0.5:0.3,seed=3",
    "read lag": "lag=2,seed=3",
}
TRIES = 60
"""How often a deed is begun again under a fault before it counts as stuck."""


@dataclass(frozen=True)
class Deed:
    """What is done; `prepare` brings a site to where it begins."""

    name: str
    do: str
    prepare: Callable[[Site], None]
    args: dict[str, Any] = field(default_factory=dict)

    def job(self, kill_at: int | None = None) -> dict[str, Any]:
        """The deed as a job."""
        return job(self.do, kill_at, slug=SLUG, **self.args)


@dataclass(frozen=True)
class Ready:
    """A deed at its start, its number of steps, and the world after it."""

    deed: Deed
    start: Path
    steps: int
    world: dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: `tried` runs, and what was wrong after them."""

    tried: int
    wrong: tuple[str, ...]


def _seeded(site: Site) -> None:
    site.job("seed_study", slug=SLUG, **WORLD)


def _launched(site: Site) -> None:
    _seeded(site)
    site.job("launch", slug=SLUG)


def _submitted(site: Site) -> None:
    _launched(site)
    assert site.job("crowd", slug=SLUG, count=20, spammers=1) > 6


def _taken_in(site: Site) -> None:
    """Everything is collected, nothing is paid: the cap forbids it."""
    _submitted(site)
    site.job("set_up", slug=SLUG, hard_cap_usd="0.00")
    site.job("advance", slug=SLUG)
    site.job("set_up", slug=SLUG, hard_cap_usd="500.00", problem="")


def _paid(site: Site) -> None:
    _submitted(site)
    site.job("advance", slug=SLUG)


DEEDS = (
    Deed("publish", "launch", _seeded),
    Deed("collect", "advance", _submitted),
    Deed("approve", "advance", _taken_in),
    Deed("bonus", "bonus", _paid),
    Deed("extend", "extend", _launched),
    Deed("close", "close_whole", _paid),
)


def make_ready(site: Site, deed: Deed, empty: Path) -> Ready:
    """Bring a site from `empty` to the deed's start and do it once, undisturbed."""
    site.restore(empty)
    deed.prepare(site)
    start = site.snapshot()
    [done] = site.jobs(deed.job())
    return Ready(deed, start, done.steps, _world(site))


def kill(site: Site, ready: Ready, points: int, seed: int) -> Cell:
    """Kill the deed at `points` random steps, one run each, and do it again."""
    rng = random.Random(f"{seed}:{ready.deed.name}")
    steps = rng.sample(range(1, ready.steps + 1), min(points, ready.steps))
    wrong: list[str] = []
    for step in sorted(steps):
        site.restore(ready.start)
        [dead] = site.jobs(ready.deed.job(step))
        if not dead.killed:
            wrong.append(f"killed at {step}: it was not killed")
        site.jobs(ready.deed.job())
        wrong += _differences(f"killed at {step}", ready.world, _world(site))
    return Cell(len(steps), tuple(wrong))


def disturb(site: Site, ready: Ready, fault: str) -> Cell:
    """Do the deed on a site whose marketplace fails, until it is done."""
    site.restore(ready.start)
    wrong: list[str] = []
    for _ in range(TRIES):
        try:
            site.jobs(ready.deed.job())
        except JobError as error:
            # told in words, as a person would be, who then tries again
            if "\nstudies.errors." not in str(error):
                raise
        # a fault is no event of its own: only what was done is compared
        wrong = [*_differences(fault, _quiet(ready.world), _quiet(_world(site)))]
        if not wrong:
            break
    return Cell(1, tuple(wrong))


def table(cells: dict[tuple[str, str], Cell], deeds: list[str], ways: list[str]) -> str:
    """The matrix as text: runs that ended as the undisturbed one, of all."""
    first = max(map(len, ways), default=0)
    rows = [" " * first + "".join(f"{deed:>10}" for deed in deeds)]
    for way in ways:
        found = [cells.get((deed, way)) for deed in deeds]
        texts = [
            "-" if cell is None else f"{cell.tried - _runs(cell)}/{cell.tried}"
            for cell in found
        ]
        rows.append(f"{way:<{first}}" + "".join(f"{text:>10}" for text in texts))
    faults = [fault for cell in cells.values() for fault in cell.wrong]
    return "\n".join([*rows, *faults[:40]])


def _runs(cell: Cell) -> int:
    """Runs of a cell that ended otherwise."""
    return len({fault.partition(":")[0] for fault in cell.wrong})


def _world(site: Site) -> dict[str, Any]:
    world: dict[str, Any] = site.job("world_of", slug=SLUG)
    # also checks that the ledger sums to zero and every balance is its entries'
    books = site.job("money", slug=SLUG)
    return {
        **world,
        "paid_twice": books["paid_twice"],
        "differ": books["unmatched"],
        "bonuses": books["bonuses"],
    }


def _quiet(world: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in world.items() if key != "events"}


def _differences(
    where: str, wanted: dict[str, Any], found: dict[str, Any]
) -> Iterator[str]:
    for key, value in wanted.items():
        if found[key] != value:
            yield f"{where}: {key} is {found[key]!r}, not {value!r}"
