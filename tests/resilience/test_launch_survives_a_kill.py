"""A launch killed with -9 anywhere and started again publishes nothing twice."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.resilience.killing import job, killed_and_again
from tests.servers.site import Site

SLUG = "launched"
WORLD = {
    "categories": 2,
    "clips_per_category": 1,
    "systems": ("real", "flow"),
    "settings": {"places_per_posting": 4},
}


@dataclass
class Calm:
    """The undisturbed run: where it starts, its steps, the world after it."""

    start: Path
    steps: int
    world: dict[str, Any]


@pytest.fixture(scope="module")
def calm(sqlite_site: Site) -> Calm:
    sqlite_site.job("seed_study", slug=SLUG, **WORLD)
    start = sqlite_site.snapshot()
    [done] = sqlite_site.jobs(job("launch", slug=SLUG))
    return Calm(start, done.steps, sqlite_site.job("world_of", slug=SLUG))


def test_an_undisturbed_launch_publishes_each_posting_once(calm: Calm) -> None:
    assert calm.world["state"] == "live"
    assert [places for places, *_ in calm.world["hits"]] == [4, 4, 4]
    assert calm.world["linked"]
    assert sum(held for *_, held in calm.world["hits"]) == 3 * 4 * 24


def test_a_launch_killed_at_any_step_ends_as_if_undisturbed(
    sqlite_site: Site, calm: Calm
) -> None:
    # every step of the first posting and of going live, some of all the others
    publishing = calm.steps - 19
    points = sorted(
        {
            *range(2, publishing, 8),
            *range(publishing, publishing + 7),
            *range(publishing + 7, calm.steps, 3),
            calm.steps - 1,
            calm.steps,
        }
    )
    assert len(points) >= 12
    for point in killed_and_again(sqlite_site, calm.start, points, "launch", slug=SLUG):
        found = sqlite_site.job("world_of", slug=SLUG)
        assert found == calm.world, f"killed at step {point}"


def test_launches_at_once_publish_each_posting_once(
    sqlite_site: Site, calm: Calm
) -> None:
    sqlite_site.restore(calm.start)
    sqlite_site.job("commit_only", slug=SLUG)
    sqlite_site.jobs(*[job("launch", slug=SLUG)] * 3)
    assert sqlite_site.job("world_of", slug=SLUG) == calm.world
