"""Raters and the background worker at the same time, in processes of their own."""

from typing import Any

import pytest

from tests.servers.fixtures import site_on

SLUG = "busy"
WORLD: dict[str, Any] = {
    "categories": 3,
    "clips_per_category": 2,
    "systems": ("real", "flow"),
    "settings": {"places_per_posting": 4, "items_per_session": 4},
}
CROWDS, EACH = 4, 6


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_advance_while_raters_work_loses_no_vote_and_pays_once(
    request: pytest.FixtureRequest, engine: str
) -> None:
    site = site_on(engine, request)
    site.job("seed_study", slug=SLUG, **WORLD)
    site.job("launch", slug=SLUG)
    crowds = [
        {
            "do": "crowd",
            "args": {"slug": SLUG, "count": EACH, "first": 100 * n, "spammers": n % 2},
        }
        for n in range(CROWDS)
    ]
    advances = [{"do": "advance_often", "args": {"slug": SLUG, "times": 8}}] * 2
    site.jobs(*crowds, *advances)
    for run in range(8):
        site.job("advance", slug=SLUG)
        if site.job("study_state", slug=SLUG)[0] == "closed":
            break
        site.job("crowd", slug=SLUG, count=6, first=1000 + 10 * run)

    found, world = site.job("audit", slug=SLUG), site.job("world_of", slug=SLUG)
    assert found["over_leased"] == []
    assert found["miscounted"] == []
    assert found["met_twice"] == 0
    assert max(found["open_per_posting"]) <= 0
    assert world["state"] == "closed"
    assert world["counted"] == found["wanted"] == 12 * 3
    assert world["linked"]
    states = {state for state, *_ in world["sessions"]}
    assert states <= {"approved", "returned"}
    approved = sum(state == "approved" for state, *_ in world["sessions"])
    assert world["payments"] == [["confirmed", "0.20"]] * approved
    assert world["earned_cents"] == 20 * approved
