"""Bonuses and an extension killed with -9 anywhere: each once, as if undisturbed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.resilience.killing import job, killed_and_again, spread
from tests.servers.site import Site

SLUG = "extras"
WORLD = {
    "categories": 2,
    "clips_per_category": 2,
    "systems": ("real", "flow"),
    "settings": {"places_per_posting": 3, "items_per_session": 4, "catch_items": 2},
}
POINTS = 8


@dataclass
class Calm:
    """One undisturbed run: where it starts, its steps, the world after it."""

    start: Path
    steps: int
    world: dict[str, Any]


def _calm(site: Site, do: str) -> Calm:
    start = site.snapshot()
    [done] = site.jobs(job(do, slug=SLUG))
    return Calm(start, done.steps, site.job("world_of", slug=SLUG))


@pytest.fixture(scope="module")
def paid(sqlite_site: Site) -> Path:
    """Four sessions are handed in, used and paid."""
    sqlite_site.job("seed_study", slug=SLUG, **WORLD)
    sqlite_site.job("launch", slug=SLUG)
    assert sqlite_site.job("crowd", slug=SLUG, count=4) == 4
    sqlite_site.job("advance", slug=SLUG)
    return sqlite_site.snapshot()


@pytest.fixture(scope="module")
def bonus(sqlite_site: Site, paid: Path) -> Calm:
    sqlite_site.restore(paid)
    return _calm(sqlite_site, "bonus")


@pytest.fixture(scope="module")
def extend(sqlite_site: Site, paid: Path) -> Calm:
    """The first posting grows, and its time is over at the recruiter."""
    sqlite_site.restore(paid)
    sqlite_site.job("expire_posting", slug=SLUG)
    return _calm(sqlite_site, "extend")


def test_undisturbed_runs_pay_and_grow(bonus: Calm, extend: Calm) -> None:
    assert [cents for _, cents in bonus.world["bonuses"]] == [10] * 4
    confirmed = [usd for state, usd in bonus.world["payments"] if state == "confirmed"]
    assert sorted(confirmed) == ["0.10"] * 4 + ["0.20"] * 4
    assert [1, 6, "open"] in extend.world["postings"]
    assert [6, "Assignable", 3 * 24] in extend.world["hits"]


@pytest.mark.parametrize("do", ["bonus", "extend"])
def test_killed_at_any_step_it_ends_as_if_undisturbed(
    sqlite_site: Site, do: str, request: pytest.FixtureRequest
) -> None:
    calm: Calm = request.getfixturevalue(do)
    points = spread(calm.steps, POINTS)
    for point in killed_and_again(sqlite_site, calm.start, points, do, slug=SLUG):
        found = sqlite_site.job("world_of", slug=SLUG)
        assert found == calm.world, f"{do} killed at step {point} of {calm.steps}"


def test_advance_goes_on_with_both(sqlite_site: Site, bonus: Calm) -> None:
    """Nobody has to run the same command again: the clock's advance is enough."""
    # past the planning: what was not yet written down is nobody's order
    for point in (bonus.steps // 2, bonus.steps - 3):
        sqlite_site.restore(bonus.start)
        [dead] = sqlite_site.jobs(job("bonus", point, slug=SLUG))
        assert dead.killed
        # a worker that was sending is surely dead by then
        sqlite_site.job("an_age_later")
        sqlite_site.job("advance", slug=SLUG)
        found = sqlite_site.job("world_of", slug=SLUG)
        assert found["bonuses"] == bonus.world["bonuses"]
        assert found["payments"] == bonus.world["payments"]
