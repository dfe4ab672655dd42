"""Whose account the host closes, has no HITs on offer; what is under way goes on."""

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT, Requester
from tests.marketplace import books, pages, shop


@pytest.fixture
def left(lab: Requester, client: Client) -> HIT:
    """A HIT with a place that alice holds, of a requester who has left."""
    hit = shop.publish(lab, shop.Terms(question=pages.PLAIN))
    services.accept(shop.worker("alice"), hit, clock.now())
    shop.worker("bob")
    lab.is_active = False
    lab.save()
    return hit


def test_nobody_finds_previews_or_accepts_them(left: HIT, client: Client) -> None:
    kind = left.hit_type
    shop.sign_in(client, "bob")
    assert kind.title not in client.get("/marketplace/").text
    for page in (f"hits/{left.hit_id}/", f"hits/{left.hit_id}/page"):
        assert client.get(f"/marketplace/{page}").status_code == 403
    assert client.get(f"/marketplace/projects/{kind.group_id}/tasks").status_code == 403
    for place in (f"hits/{left.hit_id}", f"projects/{kind.group_id}"):
        refused = client.post(f"/marketplace/{place}/accept")
        assert refused.status_code == 409
        assert "This requester has left the marketplace" in refused.text
    assert left.assignments.count() == 1


def test_who_holds_one_submits_it_and_is_paid(left: HIT, client: Client) -> None:
    shop.sign_in(client, "alice")
    mine = left.assignments.get()
    page = client.get(f"/marketplace/assignments/{mine.assignment_id}/")
    assert page.status_code == 200
    assert client.get(shop.frame_source(page.text)).status_code == 200
    shop.submit(mine)
    mine.refresh_from_db()
    services.settle(mine.auto_approval_at or clock.now())
    mine.refresh_from_db()
    assert mine.status == "Approved"
    books.check_books()
