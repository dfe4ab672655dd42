"""An address whose host has no form that mail servers know is refused in words."""

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Worker
from tests.marketplace import shop

pytestmark = pytest.mark.django_db
# each label is short enough, until its letters are written as xn--...
HOSTS = ("\u00fc" * 60 + ".example", "\u00fc" + "x" * 62 + ".example")


@pytest.mark.parametrize("host", HOSTS)
def test_nobody_joins_with_it(client: Client, host: str) -> None:
    form = {"name": "ann", "password": shop.PASSWORD, "email": f"ann@{host}"}
    reply = client.post("/marketplace/sign-up/", form)
    assert (reply.status_code, Worker.objects.count()) == (422, 0)
    assert "whose host can be written in ASCII" in reply.text


@pytest.mark.parametrize("host", HOSTS)
def test_nobody_changes_to_it(client: Client, host: str) -> None:
    ann = shop.worker("ann")
    shop.sign_in(client, "ann")
    reply = client.post(
        "/marketplace/account/email",
        {"email-email": f"ann@{host}", "email-old_password": shop.PASSWORD},
    )
    ann.refresh_from_db()
    assert (reply.status_code, ann.email) == (422, "")


@pytest.mark.parametrize("host", HOSTS)
def test_a_letter_to_such_a_requester_is_kept_unsent(host: str) -> None:
    lab = shop.requester()
    lab.contact_email = f"lab@{host}"
    letter = services.contact(
        shop.worker(),
        lab,
        services.Letter("About the sound", "There is none."),
        clock.now(),
        about="",
    )
    assert letter.mailed_at is None
