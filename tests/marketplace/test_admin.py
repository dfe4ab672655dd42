"""The marketplace in the admin: keys shown once, money added, nothing rewritten."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from marketplace import clock, services
from marketplace.models import NoticeDocument, Requester, Subscription, Worker
from tests.marketplace import books, listening, shop

ADMIN = "/admin/marketplace"


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root", password=shop.PASSWORD))
    return client


def key_shown(page: str) -> tuple[str, str]:
    found = re.search(r"access key id (\w+), secret access key ([\w-]+)\.", page)
    assert found, "no key is shown"
    return found.group(1), found.group(2)


def test_a_new_requester_gets_a_key_that_is_shown_once(desk: Client) -> None:
    data = {"name": "Lab", "is_active": "on", "deposit": "250.00"}
    reply = desk.post(f"{ADMIN}/requester/add/", data, follow=True)
    key, secret = key_shown(reply.content.decode())
    made = Requester.objects.get(access_key_id=key)
    assert services.secret_of(made) == secret
    assert services.balances(made).available_cents == 25_000
    listed = desk.get(f"{ADMIN}/requester/").content.decode()
    assert "$250.00" in listed
    assert secret not in listed
    assert (
        secret not in desk.get(f"{ADMIN}/requester/{made.pk}/change/").content.decode()
    )


def test_an_issued_key_ends_the_one_before(desk: Client, lab: Requester) -> None:
    data = {"action": "issue_new_key", "_selected_action": [lab.pk]}
    reply = desk.post(f"{ADMIN}/requester/", data, follow=True)
    key, _ = key_shown(reply.content.decode())
    lab.refresh_from_db()
    assert lab.access_key_id == key != shop.KEY


def test_a_deposit_adds_to_the_funds(desk: Client, lab: Requester) -> None:
    url = f"{ADMIN}/requester/{lab.pk}/change/"
    data = {"name": "Lab", "is_active": "on"}
    desk.post(url, {**data, "deposit": "0.50"})
    assert services.balances(lab).available_cents == 10_050
    for wrong in ("-5", "five", "9" * 13):
        refused = desk.post(url, {**data, "deposit": wrong})
        assert f"{wrong}&#x27; is" in refused.content.decode()
    assert services.balances(lab).available_cents == 10_050
    books.check_books()


def test_what_happened_is_shown_and_can_not_be_changed(
    desk: Client, lab: Requester
) -> None:
    mine = services.accept(shop.worker(), shop.publish(lab), clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    for model in (*("hittype", "hit", "assignment", "account", "ledgerentry"),):
        assert desk.get(f"{ADMIN}/{model}/").status_code == 200
        assert desk.get(f"{ADMIN}/{model}/add/").status_code == 403
    page = desk.get(f"{ADMIN}/assignment/{mine.pk}/change/").content.decode()
    assert mine.assignment_id in page
    changed = desk.post(f"{ADMIN}/assignment/{mine.pk}/change/", {"status": "Approved"})
    assert changed.status_code == 403
    assert (
        shop.worker("bob").password
        not in desk.get(f"{ADMIN}/worker/{mine.worker.pk}/change/").content.decode()
    )
    assert desk.post(f"{ADMIN}/requester/{lab.pk}/delete/").status_code == 403


def test_a_worker_is_let_in_given_a_password_and_shut_out(desk: Client) -> None:
    data = {"name": "bob", "worker_id": "ABOB", "is_active": "on"}
    refused = desk.post(f"{ADMIN}/worker/add/", data)
    assert "needs a password" in refused.content.decode()
    desk.post(f"{ADMIN}/worker/add/", {**data, "new_password": shop.PASSWORD})
    bob = Worker.objects.get()
    browser = Client()
    shop.sign_in(browser, "bob")
    assert browser.get("/marketplace/queue/").status_code == 200
    change = f"{ADMIN}/worker/{bob.pk}/change/"
    assert bob.password not in desk.get(change).content.decode()
    desk.post(change, {"name": "bob", "worker_id": "AEVE"})
    bob.refresh_from_db()
    assert (bob.worker_id, bob.is_active) == ("ABOB", False)
    assert browser.get("/marketplace/queue/").status_code == 302


def test_notifications_that_were_given_up_can_be_sent_again(
    desk: Client, lab: Requester
) -> None:
    listening.tell(shop.publish(lab).hit_type)
    Subscription.objects.update(destination="https://127.0.0.1/inside")
    shop.publish(lab)
    services.deliver_due(clock.now())
    dead = NoticeDocument.objects.get()
    assert dead.state == "dead"
    page = desk.get(f"{ADMIN}/noticedocument/").content.decode()
    assert "not on the public Internet" in page
    data = {"action": "send_again", "_selected_action": [dead.pk]}
    reply = desk.post(f"{ADMIN}/noticedocument/", data, follow=True)
    assert "1 notifications wait" in reply.content.decode()
    dead.refresh_from_db()
    assert (dead.state, dead.tries) == ("waiting", 0)
    for name in ("notice", "subscription"):
        assert desk.get(f"{ADMIN}/{name}/").status_code == 200
