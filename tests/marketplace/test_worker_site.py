"""A worker's way through the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace import services
from marketplace.models import HIT, Assignment, Requester, Worker
from tests.marketplace import shop

Advance = Callable[[timedelta], None]


@pytest.fixture
def hit(lab: Requester) -> HIT:
    return shop.publish(lab)


@pytest.fixture
def alice(client: Client, db: None) -> Client:
    shop.worker("alice")
    shop.sign_in(client, "alice")
    return client


def accept(client: Client, hit: HIT) -> Assignment:
    reply = client.post(f"/marketplace/hits/{hit.hit_id}/accept")
    assert reply.status_code == 302, reply.content.decode()
    named = reply["Location"].split("/")[-2]
    return Assignment.objects.filter(assignment_id=named).latest("pk")


def test_a_worker_signs_up_and_is_signed_in(client: Client, db: None) -> None:
    data = {"name": "bob", "password": shop.PASSWORD, "next": "/marketplace/queue/"}
    reply = client.post("/marketplace/sign-up/", data)
    assert reply["Location"] == "/marketplace/queue/"
    bob = Worker.objects.get(name="bob")
    assert bob.worker_id.startswith("A")
    assert shop.PASSWORD not in bob.password
    assert bob.worker_id in client.get("/marketplace/queue/").content.decode()
    client.post("/marketplace/sign-out/")
    assert client.get("/marketplace/queue/").status_code == 302


def test_the_list_shows_what_is_open(client: Client, hit: HIT) -> None:
    page = client.get("/marketplace/").content.decode()
    for shown in ("Real or fake?", "Perception lab", "$0.15", "60 min", "<dd>3</dd>"):
        assert shown in page


def test_a_preview_names_nobody(alice: Client, hit: HIT) -> None:
    group = hit.hit_type.group_id
    for url in (f"projects/{group}/tasks", f"hits/{hit.hit_id}/"):
        page = alice.get(f"/marketplace/{url}").content.decode()
        source = shop.frame_source(page)
        assert source == (
            "https://rate.example/hit/?study=vegas&b=17"
            f"&assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId={hit.hit_id}"
        )
    old = alice.get(f"/marketplace/mturk/preview?groupId={group}")
    assert old["Location"] == f"/marketplace/projects/{group}/tasks"
    by_type = f"/marketplace/projects/{hit.hit_type.hit_type_id}/tasks"
    assert alice.get(by_type).status_code == 200


def test_an_accepted_hit_is_framed_with_the_four_parameters(
    alice: Client, hit: HIT, settings: Any
) -> None:
    settings.MARKETPLACE_URL = "http://127.0.0.1:8000/marketplace"
    mine = accept(alice, hit)
    page = alice.get(f"/marketplace/assignments/{mine.assignment_id}/").content.decode()
    assert shop.frame_source(page).partition("b=17&")[2] == (
        f"assignmentId={mine.assignment_id}&hitId={hit.hit_id}"
        f"&workerId={mine.worker.worker_id}"
        "&turkSubmitTo=http%3A%2F%2F127.0.0.1%3A8000%2Fmarketplace"
    )
    assert 'data-seconds="35' in page
    assert "Real or fake?" in alice.get("/marketplace/queue/").content.decode()


def test_accepting_again_leads_to_the_same_assignment(alice: Client, hit: HIT) -> None:
    assert accept(alice, hit) == accept(alice, hit)
    assert Assignment.objects.count() == 1


def test_a_submitted_hit_is_not_offered_again(alice: Client, hit: HIT) -> None:
    mine = accept(alice, hit)
    services.submit(mine.assignment_id, {"a": "1"}, mine.accepted_at)
    url = f"/marketplace/assignments/{mine.assignment_id}/"
    assert alice.get(url)["Location"] == f"{url}submitted"
    page = alice.get(f"{url}submitted").content.decode()
    assert "no more HITs of this group for you" in page
    assert "Real or fake?" not in alice.get("/marketplace/").content.decode()
    again = alice.post(f"/marketplace/hits/{hit.hit_id}/accept")
    assert again.status_code == 409
    assert "already done this HIT" in again.content.decode()


def test_the_next_hit_of_the_group_follows(
    alice: Client, lab: Requester, hit: HIT
) -> None:
    other = shop.publish(lab)
    mine = accept(alice, hit)
    services.submit(mine.assignment_id, {"a": "1"}, mine.accepted_at)
    page = alice.get(f"/marketplace/assignments/{mine.assignment_id}/submitted")
    action = f"/marketplace/projects/{hit.hit_type.group_id}/accept"
    assert f'action="{action}"' in page.content.decode()
    following = alice.get(alice.post(action)["Location"]).content.decode()
    assert f"hitId={other.hit_id}" in shop.frame_source(following)


def test_a_returned_hit_may_be_accepted_again(alice: Client, hit: HIT) -> None:
    mine = accept(alice, hit)
    reply = alice.post(
        f"/marketplace/assignments/{mine.assignment_id}/return", follow=True
    )
    assert "Nothing was submitted" in reply.content.decode()
    hit.refresh_from_db()
    assert hit.available == 3
    assert accept(alice, hit) != mine


def test_a_hit_whose_time_ran_out_says_so(
    alice: Client, hit: HIT, advance: Advance
) -> None:
    mine = accept(alice, hit)
    advance(timedelta(minutes=61))
    reply = alice.get(f"/marketplace/assignments/{mine.assignment_id}/", follow=True)
    assert "Time ran out" in reply.content.decode()
    mine.refresh_from_db()
    assert mine.status == "Abandoned"


def test_a_worker_holds_25_hits_at_most(alice: Client, lab: Requester) -> None:
    for _ in range(25):
        accept(alice, shop.publish(lab))
    reply = alice.post(f"/marketplace/hits/{shop.publish(lab).hit_id}/accept")
    assert reply.status_code == 409
    assert "Your queue is full" in reply.content.decode()


def test_earnings_are_summed_by_state(
    alice: Client, lab: Requester, advance: Advance
) -> None:
    held = [accept(alice, shop.publish(lab)) for _ in range(3)]
    for mine in held:
        services.submit(mine.assignment_id, {"a": "1"}, mine.accepted_at)
    services.approve(held[0], held[0].accepted_at)
    services.reject(held[1], held[1].accepted_at, feedback="not even <b>looked</b>")
    page = alice.get("/marketplace/earnings/").content.decode()
    assert page.count("$0.15 <small>(1 HIT)</small>") == 3
    assert "not even &lt;b&gt;looked&lt;/b&gt;" in page
    advance(timedelta(days=4))
    page = alice.get("/marketplace/earnings/").content.decode()
    assert "$0.30 <small>(2 HITs)</small>" in page
    assert "$0.00 <small>(0 HITs)</small>" in page
