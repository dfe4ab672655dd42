"""An e-mail address counts when its owner has followed a link sent there, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from marketplace.conf import NO_MAIL
from marketplace.models import Requester, Worker
from tests.marketplace import shop

SIGN_UP = "/marketplace/sign-up/"
JOIN = {"name": "ann", "password": shop.PASSWORD, "email": "ann@example.org"}


@pytest.fixture(autouse=True)
def _verify(db: None, settings: Any) -> None:
    settings.MARKETPLACE_VERIFY_EMAIL = True
    settings.MARKETPLACE_URL = "https://market.example/m"


def link_in(text: str) -> str:
    """Where the link of a mail leads on this test's site."""
    found = re.search(r"https://market\.example/m(/\S+)", text)
    assert found, text
    return f"/marketplace{found.group(1)}"


def last_mail() -> str:
    return str(mail.outbox[-1].body)


def test_hits_are_accepted_once_the_address_is_verified(
    client: Client, lab: Requester
) -> None:
    hit = shop.publish(lab)
    client.post(SIGN_UP, JOIN)
    assert "not verified yet" in client.get("/marketplace/").text
    for url in (f"hits/{hit.hit_id}", f"projects/{hit.hit_type.group_id}"):
        refused = client.post(f"/marketplace/{url}/accept")
        assert refused.status_code == 403
        assert "Verify your e-mail address" in refused.text
    assert mail.outbox[-1].to == ["ann@example.org"]
    link = link_in(last_mail())
    # programs that look at links before people do verify nothing
    assert "Yes, it is mine" in Client().get(link).text
    assert Worker.objects.get().email_verified_at is None
    assert client.post(link, follow=True).status_code == 200
    assert (
        "Your address is verified"
        in client.get("?".join(["/marketplace/account/", "done=verified"])).text
    )
    assert client.post(f"/marketplace/hits/{hit.hit_id}/accept").status_code == 302


def test_the_link_holds_once_and_for_two_days(
    client: Client, advance: Callable[[timedelta], None]
) -> None:
    client.post(SIGN_UP, JOIN)
    link = link_in(last_mail())
    assert client.get(link[:-2] + "xx").status_code == 410
    assert client.post(link).status_code == 302
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410


def test_a_changed_address_is_verified_anew_and_by_its_own_link(client: Client) -> None:
    client.post(SIGN_UP, JOIN)
    first = link_in(last_mail())
    client.post(first)
    change = {"email-email": "new@example.org", "email-old_password": "wrong"}
    refused = client.post("/marketplace/account/email", change)
    assert (refused.status_code, "not your password" in refused.text) == (422, True)
    change["email-old_password"] = shop.PASSWORD
    client.post("/marketplace/account/email", change)
    ann = Worker.objects.get()
    assert (ann.email, ann.email_verified_at) == ("new@example.org", None)
    assert client.post(first).status_code == 410
    client.post(link_in(last_mail()))
    ann.refresh_from_db()
    assert ann.email_verified_at is not None


def test_the_mail_is_sent_three_times_an_hour_at_most(
    client: Client, advance: Callable[[timedelta], None]
) -> None:
    client.post(SIGN_UP, JOIN)
    for _ in range(2):
        assert client.post("/marketplace/account/verification").status_code == 302
    refused = client.post("/marketplace/account/verification")
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert len(mail.outbox) == 3
    advance(timedelta(hours=1))
    assert client.post("/marketplace/account/verification").status_code == 302


@pytest.mark.parametrize("email", ["", "ann", "ann@example.org\nBcc: eve@example.org"])
def test_an_address_that_is_none_is_refused(client: Client, email: str) -> None:
    assert client.post(SIGN_UP, {**JOIN, "email": email}).status_code == 422
    assert (Worker.objects.count(), len(mail.outbox)) == (0, 0)


def test_where_no_mail_is_sent_no_address_is_asked_for(
    client: Client, settings: Any
) -> None:
    settings.MARKETPLACE_VERIFY_EMAIL = False
    settings.EMAIL_BACKEND = NO_MAIL
    assert "E-mail" not in client.get(SIGN_UP).text
    assert client.post(SIGN_UP, JOIN).status_code == 302
    assert Worker.objects.get().email == ""
    assert client.get("/marketplace/forgotten/").status_code == 404


def test_without_the_setting_an_address_may_be_left_out(
    client: Client, lab: Requester, settings: Any
) -> None:
    settings.MARKETPLACE_VERIFY_EMAIL = False
    assert client.post(SIGN_UP, {**JOIN, "email": ""}).status_code == 302
    hit = shop.publish(lab)
    assert client.post(f"/marketplace/hits/{hit.hit_id}/accept").status_code == 302
    assert mail.outbox == []


def test_a_mail_server_that_is_away_stops_nobody(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post(SIGN_UP, JOIN).status_code == 302
    again = client.post("/marketplace/account/verification", follow=True)
    assert "could not be sent" in again.text
