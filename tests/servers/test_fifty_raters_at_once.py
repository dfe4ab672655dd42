"""Fifty raters over HTTP at once: no lease too many, no clip twice, no vote lost."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.servers.fixtures import site_on
from tests.servers.raters import Ledger, Rater

RATERS = 50
WORLD: dict[str, Any] = {
    "categories": 4,
    "clips_per_category": 2,
    "systems": ("real", "flow"),
    # 16 items of 8 places for 50 raters who would take 3 each: some come too late
    "settings": {
        "items_per_session": 3,
        "votes_per_item": 8,
        "practice_items": 0,
        "catch_items": 0,
    },
}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_fifty_raters_at_once_keep_the_design(
    request: pytest.FixtureRequest, engine: str
) -> None:
    site, slug, ledger = site_on(engine, request), "fifty", Ledger()
    site.job("seed_study", slug=slug, live=6, **WORLD)
    postings = site.job("entries", slug=slug)
    start = threading.Barrier(RATERS)

    def come(number: int) -> None:
        posting = postings[number % len(postings)]
        rater = Rater(site, slug, posting, number, ledger)
        start.wait()
        rater.work(leave_after=2 if number % 10 == 3 else None)

    with ThreadPoolExecutor(RATERS) as crowd:
        for done in [crowd.submit(come, number) for number in range(RATERS)]:
            done.result()

    found = site.job("audit", slug=slug)
    assert found["over_leased"] == []
    assert found["miscounted"] == []
    assert found["met_twice"] == 0
    assert max(found["open_per_posting"]) <= 0
    assert found["held"] == found["wanted"] == 128, "the pool is used up"
    # every acknowledged vote is there as it was given, and no other
    assert found["votes"] == ledger.acked
    assert set(ledger.statuses) <= {200, 403}
    assert set(ledger.refusals) == {"nothing_left"}
    assert ledger.finished + ledger.refusals.total() >= RATERS - 5
    assert ledger.finished >= 128 // 3 - 5


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_one_place_in_ten_tabs_is_one_session(
    request: pytest.FixtureRequest, engine: str
) -> None:
    site, slug, ledger = site_on(engine, request), "tabs", Ledger()
    site.job("seed_study", slug=slug, live=1, **WORLD)
    [posting] = site.job("entries", slug=slug)
    tabs = [Rater(site, slug, posting, 1, ledger) for _ in range(10)]
    with ThreadPoolExecutor(10) as crowd:
        list(crowd.map(Rater._come_in, tabs))
        trials = list(crowd.map(lambda tab: tab._get("trial")["trial"]["key"], tabs))
    found = site.job("audit", slug=slug)
    assert found["sessions"] == 1
    assert found["held"] == 3
    assert len(set(trials)) == 1, "every tab is shown the same clip"
    assert set(ledger.statuses) == {200}
