"""What a requester writes in a HIT's title or page never acts on the marketplace."""

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Requester
from tests.marketplace import shop
from tests.marketplace.forms import GAME
from tests.marketplace.pages import keep

EVIL = "\"'></title><script>alert(1)</script>"


@pytest.fixture
def lab(db: None) -> Requester:
    return shop.requester()


@pytest.mark.parametrize("question", [shop.QUESTION, GAME, keep(EVIL)])
def test_a_title_and_a_kept_page_are_no_markup_of_the_marketplace(
    lab: Requester, client: Client, question: str
) -> None:
    hit = shop.publish(lab, shop.Terms(title=EVIL, question=question))
    alice = shop.worker()
    listed = client.get("/marketplace/")
    mine = services.accept(alice, hit, clock.now())
    shop.sign_in(client)
    paths = ("queue/", f"hits/{hit.hit_id}/", f"assignments/{mine}/")
    for shown in (listed, *(client.get(f"/marketplace/{path}") for path in paths)):
        html = shown.content.decode()
        assert "&lt;script&gt;alert(1)" in html
        assert "<script>alert" not in html


def test_only_the_kept_pages_own_address_serves_it_and_always_in_its_sandbox(
    lab: Requester, client: Client
) -> None:
    hit = shop.publish(lab, shop.Terms(question=keep(EVIL)))
    reply = client.get(f"/marketplace/hits/{hit.hit_id}/page?any=thing")
    assert "<script>alert(1)" in reply.content.decode()
    policy = reply["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-same-origin" not in policy
    assert "allow-top-navigation" not in policy


def test_a_kept_page_does_not_stand_alone_below_our_address(
    lab: Requester, client: Client
) -> None:
    hit = shop.publish(lab, shop.Terms(question=keep("<h1>Sign in</h1>")))
    url = f"/marketplace/hits/{hit.hit_id}/page"
    alone = client.get(url, headers={"Sec-Fetch-Dest": "document"})
    assert alone["Location"] == f"/marketplace/hits/{hit.hit_id}/"
    framed = client.get(url, headers={"Sec-Fetch-Dest": "iframe"})
    assert "<h1>Sign in</h1>" in framed.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_kept_page_is_only_read(lab: Requester, client: Client, method: str) -> None:
    hit = shop.publish(lab, shop.Terms(question=keep(EVIL)))
    reply = getattr(client, method)(f"/marketplace/hits/{hit.hit_id}/page")
    assert reply.status_code == 405


@pytest.mark.parametrize("path", ["sign-out/", "queue/", "earnings/"])
def test_a_page_without_an_origin_can_not_act_for_the_worker(
    lab: Requester, path: str
) -> None:
    browser = Client(enforce_csrf_checks=True)
    shop.worker()
    shop.sign_in(browser)
    reply = browser.post(f"/marketplace/{path}", {"a": "1"}, headers={"Origin": "null"})
    assert reply.status_code in {403, 405}


def test_a_page_without_an_origin_can_submit_what_is_its_own(lab: Requester) -> None:
    hit = shop.publish(lab, shop.Terms(question=keep("<form></form>")))
    mine = services.accept(shop.worker(), hit, clock.now())
    reply = Client(enforce_csrf_checks=True).post(
        "/marketplace/mturk/externalSubmit",
        {"assignmentId": mine.assignment_id, "a": "1"},
        headers={"Origin": "null"},
    )
    mine.refresh_from_db()
    assert (reply.status_code, mine.status) == (200, "Submitted")
