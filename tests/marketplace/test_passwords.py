"""Passwords: changed by who knows the old one, reset by who reads the mail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from marketplace import clock
from marketplace.models import Worker
from tests.marketplace import shop
from tests.marketplace.test_email_verification import last_mail, link_in

CHANGE = "/marketplace/account/password"
FORGOTTEN = "/marketplace/forgotten/"
NEW = "another horse 43"


@pytest.fixture
def alice(db: None, settings: Any) -> Worker:
    settings.MARKETPLACE_URL = "https://market.example/m"
    shop.worker("alice")
    Worker.objects.update(email="alice@example.org", email_verified_at=clock.now())
    return Worker.objects.get()


def form(old: str, new: str) -> dict[str, str]:
    return {"password-old_password": old, "password-password": new}


def is_in(browser: Client) -> bool:
    return browser.get("/marketplace/queue/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client: Client, alice: Worker) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        shop.sign_in(browser)
    reply = client.post(CHANGE, form(shop.PASSWORD, NEW), follow=True)
    assert "Your password is changed" in reply.text
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    again = Client()
    again.post("/marketplace/sign-in/", {"name": "alice", "password": NEW})
    assert is_in(again)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wrong", NEW, "not your password"),
        (shop.PASSWORD, "12345678", "too common"),
        (shop.PASSWORD, "", "required"),
    ],
)
def test_a_change_that_is_refused_says_why(
    client: Client, alice: Worker, old: str, new: str, said: str
) -> None:
    shop.sign_in(client)
    reply = client.post(CHANGE, form(old, new))
    assert (reply.status_code, said in reply.text) == (422, True)
    alice.refresh_from_db()
    assert is_in(client)


def test_a_forgotten_password_is_set_by_a_link_that_holds_once(
    client: Client, alice: Worker
) -> None:
    elsewhere = Client()
    shop.sign_in(elsewhere)
    reply = client.post(FORGOTTEN, {"email": "Alice@Example.org"})
    assert "If an account has verified this address" in reply.text
    link = link_in(last_mail())
    assert "alice" in client.get(link).text
    weak = client.post(link, {"password": "12345678"})
    assert (weak.status_code, "too common" in weak.text) == (422, True)
    assert client.post(link, {"password": NEW}).status_code == 302
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert client.post(link, {"password": NEW}).status_code == 410
    assert client.get(link).status_code == 410


def test_an_address_nobody_verified_gets_the_same_answer_and_no_mail(
    client: Client, alice: Worker
) -> None:
    Worker.objects.update(email_verified_at=None)
    pages = [
        client.post(FORGOTTEN, {"email": email}).text.partition("<main")[2]
        for email in ("alice@example.org", "nobody@example.org")
    ]
    assert pages[0] == pages[1]
    assert mail.outbox == []


def test_links_are_mailed_five_times_an_hour_at_most(
    client: Client, alice: Worker, advance: Callable[[timedelta], None]
) -> None:
    for _ in range(5):
        assert client.post(FORGOTTEN, {"email": alice.email}).status_code == 200
    refused = client.post(FORGOTTEN, {"email": alice.email.upper()})
    assert refused.status_code == 429
    assert len(mail.outbox) == 5
    advance(timedelta(hours=1))
    assert client.post(FORGOTTEN, {"email": alice.email}).status_code == 200


def test_a_link_of_another_purpose_resets_nothing(
    client: Client, alice: Worker, settings: Any
) -> None:
    settings.MARKETPLACE_VERIFY_EMAIL = True
    data = {"name": "ann", "password": shop.PASSWORD, "email": "ann@example.org"}
    client.post("/marketplace/sign-up/", data)
    verification = link_in(last_mail())
    reset = verification.replace("/verify/", "/reset/")
    assert client.get(reset).status_code == 410
