"""Advance killed with -9 anywhere: paid once, topped up once, no vote lost."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.resilience.killing import job, killed_and_again, spread
from tests.servers.site import Site

SLUG = "collected"
WORLD = {
    "categories": 2,
    "clips_per_category": 2,
    "systems": ("real", "flow"),
    "settings": {"places_per_posting": 3, "items_per_session": 4, "catch_items": 2},
}
PURSES = ("available_cents", "held_cents")
RUNS = 6
"""Runs of advance after which a study that has its votes is closed."""


@dataclass
class Calm:
    """One run of advance without a kill: its start, its steps, what it left."""

    start: Path
    steps: int
    world: dict[str, Any]


def _calm(site: Site) -> Calm:
    start = site.snapshot()
    [done] = site.jobs(job("advance", slug=SLUG))
    return Calm(start, done.steps, site.job("world_of", slug=SLUG))


@pytest.fixture(scope="module")
def first(sqlite_site: Site) -> Calm:
    """Everybody has submitted, one of them in vain: take in, pay, top up."""
    sqlite_site.job("seed_study", slug=SLUG, **WORLD)
    sqlite_site.job("launch", slug=SLUG)
    assert sqlite_site.job("crowd", slug=SLUG, count=20, spammers=1) > 6
    return _calm(sqlite_site)


@pytest.fixture(scope="module")
def last(sqlite_site: Site, first: Calm) -> Calm:
    """The last votes are submitted: take in, pay, expire what is open, close."""
    sqlite_site.restore(first.start)
    sqlite_site.job("advance", slug=SLUG)
    for run in range(RUNS):
        sqlite_site.job("crowd", slug=SLUG, count=10, first=100 + 10 * run)
        before = sqlite_site.snapshot()
        sqlite_site.job("advance", slug=SLUG)
        if sqlite_site.job("study_state", slug=SLUG)[0] == "closed":
            sqlite_site.restore(before)
            return _calm(sqlite_site)
    pytest.fail(f"the study is not closed after {RUNS} runs of advance")


def test_undisturbed_runs_pay_top_up_and_close(first: Calm, last: Calm) -> None:
    assert {state for state, *_ in first.world["sessions"]} == {"approved"}
    open_now = [each for each in first.world["hits"] if each[2] > 0]
    assert open_now, "the places of votes that do not count are sold again"
    assert last.world["state"] == "closed"
    assert last.world["counted"] == 8 * 3
    assert last.world["earned_cents"] == 20 * len(last.world["sessions"])
    assert sum(held for *_, held in last.world["hits"]) == 0
    # what the studies lost is what these sessions cost, rewards and fees
    lost = sum(first.world[purse] - last.world[purse] for purse in PURSES)
    assert lost == 24 * (len(last.world["sessions"]) - len(first.world["sessions"]))


@pytest.mark.parametrize("which", ["first", "last"])
def test_an_advance_killed_at_any_step_ends_as_if_undisturbed(
    sqlite_site: Site, which: str, request: pytest.FixtureRequest
) -> None:
    calm: Calm = request.getfixturevalue(which)
    points = spread(calm.steps, 12)
    for point in killed_and_again(
        sqlite_site, calm.start, points, "advance", slug=SLUG
    ):
        found = sqlite_site.job("world_of", slug=SLUG)
        assert found == calm.world, f"killed at step {point} of {calm.steps}"


def test_three_advances_at_once_do_the_work_of_one(
    sqlite_site: Site, first: Calm
) -> None:
    sqlite_site.restore(first.start)
    sqlite_site.jobs(*[job("advance", slug=SLUG)] * 3)
    assert sqlite_site.job("world_of", slug=SLUG) == first.world
