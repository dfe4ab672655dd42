"""A worker leaves: the person is forgotten, the books stay."""

import pytest
from django.core import mail
from django.test import Client

from marketplace import clock, services
from marketplace.models import Assignment, Letter, Message, Requester, Worker
from marketplace.services.messages import write_to
from tests.marketplace import books, shop

CLOSE = "/marketplace/account/close"


@pytest.fixture
def alice(client: Client, lab: Requester) -> Worker:
    alice = shop.worker("alice")
    Worker.objects.update(
        email="alice@example.org", email_verified_at=clock.now(), country="DE"
    )
    paid = shop.submitted(shop.publish(lab), alice)
    services.approve(paid, clock.now())
    services.accept(alice, shop.publish(lab, shop.Terms(title="Held")), clock.now())
    write_to(lab, alice, services.Letter("Dear Alice", "well done"), clock.now())
    services.contact(
        alice, lab, services.Letter("I am Alice", "hello"), clock.now(), about=""
    )
    shop.sign_in(client)
    return alice


def test_a_closed_account_keeps_its_earnings_and_no_person(
    client: Client, alice: Worker
) -> None:
    reply = client.post(CLOSE, {"close-old_password": shop.PASSWORD})
    assert "Account closed" in reply.text
    assert alice.worker_id in reply.text
    left = Worker.objects.get()
    assert left.worker_id == alice.worker_id
    assert left.closed_at is not None
    assert "alice" not in f"{left.name} {left.email}".lower()
    assert (left.country, left.email_verified_at) == ("", None)
    assert not Message.objects.exists()
    assert not Letter.objects.exists()
    states = Assignment.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["Approved", "Returned"]
    assert left.accounts.get().balance_cents == 15
    books.check_books()


def test_nobody_gets_in_any_more_and_the_name_is_free(
    client: Client, alice: Worker
) -> None:
    elsewhere = Client()
    shop.sign_in(elsewhere)
    client.post(CLOSE, {"close-old_password": shop.PASSWORD})
    for browser in (client, elsewhere):
        assert browser.get("/marketplace/queue/").status_code == 302
    for name in ("alice", alice.worker_id):
        shop.sign_in(client, name)
        assert client.get("/marketplace/queue/").status_code == 302
    client.post("/marketplace/forgotten/", {"email": "alice@example.org"})
    assert mail.outbox == []
    assert shop.worker("alice").pk != alice.pk


def test_two_may_leave(client: Client, alice: Worker) -> None:
    client.post(CLOSE, {"close-old_password": shop.PASSWORD})
    shop.worker("bob")
    shop.sign_in(client, "bob")
    client.post(CLOSE, {"close-old_password": shop.PASSWORD})
    assert Worker.objects.filter(is_active=False).count() == 2


def test_the_password_is_asked_for(client: Client, alice: Worker) -> None:
    for given in ("", "wrong"):
        assert client.post(CLOSE, {"close-old_password": given}).status_code == 422
    alice.refresh_from_db()
    assert (alice.is_active, alice.name) == (True, "alice")
