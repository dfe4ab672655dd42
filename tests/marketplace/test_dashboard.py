"""The dashboard: what came in, for whom, and how the work was judged."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Requester, Worker
from marketplace.selectors import earnings
from tests.marketplace import shop

DASHBOARD = "/marketplace/dashboard/"


@pytest.fixture
def alice(client: Client, db: None) -> Worker:
    alice = shop.worker("alice")
    shop.sign_in(client)
    return alice


@pytest.fixture
def busy(alice: Worker, lab: Requester) -> Worker:
    """Alice after two approved, one rejected, one pending, one returned, one held."""
    now = clock.now()
    sent = [shop.submitted(shop.publish(lab), alice) for _ in range(4)]
    services.approve(sent[0], now)
    services.approve(sent[1], now - timedelta(days=3))
    services.reject(sent[2], now, feedback="Answered in <1 s")
    bonus = services.BonusDraft(alice.worker_id, 2_500, "Thanks", None)
    services.send_bonus(sent[0], bonus, now)
    services.give_back(services.accept(alice, shop.publish(lab), now), now)
    services.accept(alice, shop.publish(lab), now)
    return alice


def tile(page: str, name: str) -> str:
    found = re.search(rf'id="{name}"><dt>[^<]*</dt><dd>([^<]*)</dd>', page)
    assert found, f"no {name} on the page"
    return found.group(1)


def test_the_figures_are_those_of_the_books(client: Client, busy: Worker) -> None:
    page = client.get(DASHBOARD).text
    assert {
        name: tile(page, name) for name in ("earned", "approved", "bonuses", "pending")
    } == {
        "earned": "$25.30",
        "approved": "$0.30",
        "bonuses": "$25.00",
        "pending": "$0.15",
    }
    counts = ("submitted", "approved", "pending", "rejected", "returned", "held")
    assert [tile(page, f"number-{name}") for name in counts] == list("421111")
    account = busy.accounts.get()
    assert account.balance_cents == 2_530
    assert busy.worker_id in page


def test_days_and_requesters_are_summed(client: Client, busy: Worker) -> None:
    days = earnings.by_day(busy, clock.now())
    assert [(day.rewards, day.bonuses, day.cents) for day in days] == [
        (15, 2_500, 2_515),
        (15, 0, 15),
    ]
    assert (days[0].day - days[1].day).days == 3
    (row,) = earnings.by_requester(busy)
    assert (row.pending, row.approved, row.rejected, row.cents) == (1, 2, 1, 2_530)


def test_rejections_carry_the_requesters_words(client: Client, busy: Worker) -> None:
    page = client.get(DASHBOARD).text
    assert "Answered in &lt;1 s" in page
    assert '<strong id="percent">100 %</strong>' in page


def test_a_day_long_ago_is_left_out(
    client: Client, busy: Worker, advance: Callable[[timedelta], None]
) -> None:
    advance(timedelta(days=40))
    client.get(DASHBOARD)
    # what approved itself counts on the day on which it did, 37 days ago
    assert earnings.by_day(busy, clock.now()) == []


def test_a_newcomer_is_told_where_to_begin(client: Client, alice: Worker) -> None:
    page = client.get(DASHBOARD).text
    assert tile(page, "earned") == "$0.00"
    assert "Nothing submitted yet." in page


def test_earnings_are_paged(
    client: Client, alice: Worker, lab: Requester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("marketplace.site.dashboard.ROWS_PER_PAGE", 1)
    for title in ("First", "Second"):
        shop.submitted(shop.publish(lab, shop.Terms(title=title)), alice)
    page = client.get("/marketplace/earnings/").text
    assert ("Second" in page, "First" in page) == (True, False)
    assert "First" in client.get("/marketplace/earnings/?page=2").text
