"""Workers' accounts: who may open one, and who gets in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace import clock
from marketplace.errors import WorkerRefusalError
from marketplace.models import Worker
from marketplace.services import sign_in
from marketplace.site.session import COOKIE
from tests.marketplace import shop

SIGN_UP = "/marketplace/sign-up/"
SIGN_IN = "/marketplace/sign-in/"


def test_sign_up_can_be_closed(client: Client, db: None, settings: Any) -> None:
    settings.MARKETPLACE_OPEN_SIGNUP = False
    data = {"name": "bob", "password": shop.PASSWORD}
    assert client.post(SIGN_UP, data).status_code == 403
    assert "Sign up" not in client.get(SIGN_IN).content.decode().partition("<main")[2]
    assert Worker.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"name": "ALICE", "password": shop.PASSWORD}, "taken"),
        ({"name": "bob", "password": "12345678"}, "too common"),
        ({"name": "bob", "password": ""}, "required"),
        ({"name": " ", "password": shop.PASSWORD}, "required"),
        ({"name": "b" * 61, "password": shop.PASSWORD}, "at most 60"),
        ({"name": "bob", "password": shop.PASSWORD, "worker_id": "b1"}, "valid value"),
        ({"name": "bob", "password": shop.PASSWORD, "worker_id": "ATAKEN"}, "taken"),
        # one of them would no longer get in by the name
        ({"name": "ATAKEN", "password": shop.PASSWORD}, "taken"),
        ({"name": "bob", "password": shop.PASSWORD, "worker_id": "ALICE"}, "taken"),
    ],
)
def test_an_account_that_can_not_be_opened_says_why(
    client: Client, db: None, data: dict[str, str], said: str
) -> None:
    shop.worker("alice")
    Worker.objects.update(worker_id="ATAKEN")
    reply = client.post(SIGN_UP, data)
    assert reply.status_code == 422
    assert said in reply.content.decode()
    assert Worker.objects.count() == 1


def test_a_worker_may_choose_the_worker_id(client: Client, db: None) -> None:
    data = {"name": "bob", "password": shop.PASSWORD, "worker_id": "AREHEARSE007"}
    client.post(SIGN_UP, data)
    assert Worker.objects.get().worker_id == "AREHEARSE007"


def test_name_or_worker_id_signs_in(db: None) -> None:
    known = shop.worker("Alice")
    for name in ("alice", known.worker_id):
        browser = Client()
        shop.sign_in(browser, name)
        assert browser.get("/marketplace/queue/").status_code == 200


def test_the_cookie_is_hidden_from_scripts_and_other_sites(
    client: Client, db: None
) -> None:
    shop.worker()
    shop.sign_in(client)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_forged_or_stale_cookie_is_nobodys(client: Client, db: None) -> None:
    known = shop.worker()
    shop.sign_in(client)
    good = client.cookies[COOKIE].value
    for forged in ("", "x", good[:-1] + ("A" if good[-1] != "A" else "B")):
        client.cookies[COOKIE] = forged
        assert client.get("/marketplace/queue/").status_code == 302
    client.cookies[COOKIE] = good
    assert client.get("/marketplace/queue/").status_code == 200
    known.password = "changed"
    known.save()
    assert client.get("/marketplace/queue/").status_code == 302


def test_ten_wrong_passwords_lock_the_account_for_a_while(
    client: Client, db: None, advance: Callable[[timedelta], None]
) -> None:
    shop.worker()
    for _ in range(10):
        reply = client.post(SIGN_IN, {"name": "alice", "password": "wrong"})
        assert "do not belong together" in reply.content.decode()
    right = {"name": "alice", "password": shop.PASSWORD}
    assert "Too many wrong passwords" in client.post(SIGN_IN, right).content.decode()
    advance(timedelta(minutes=16))
    assert client.post(SIGN_IN, right).status_code == 302


def test_an_unknown_name_gets_the_same_answer(client: Client, db: None) -> None:
    reply = client.post(SIGN_IN, {"name": "nobody", "password": "wrong"})
    assert "do not belong together" in reply.content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "\\\\e"])
def test_signing_in_does_not_lead_to_another_site(
    client: Client, db: None, away: str
) -> None:
    shop.worker()
    data = {"name": "alice", "password": shop.PASSWORD, "next": away}
    assert client.post(SIGN_IN, data)["Location"] == "/marketplace/"


def test_forms_without_a_token_are_refused(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    data = {"name": "alice", "password": shop.PASSWORD}
    assert browser.post(SIGN_IN, data).status_code == 403


def test_a_refusal_keeps_no_password_of_the_refusal_before(db: None) -> None:
    depths = []
    for _ in range(3):
        with pytest.raises(WorkerRefusalError) as refused:
            sign_in("nobody", shop.PASSWORD, clock.now())
        depths.append(len(refused.traceback))
    assert len(set(depths)) == 1


@pytest.mark.parametrize(
    ("pressed_at", "back_at"),
    [
        ("http://testserver/marketplace/projects/3X/tasks", None),
        ("http://elsewhere/marketplace/", "/marketplace/"),
        ("", "/marketplace/"),
    ],
)
def test_who_must_sign_in_first_gets_back_to_the_button(
    client: Client, db: None, pressed_at: str, back_at: str | None
) -> None:
    shop.worker("alice")
    accept = "/marketplace/projects/3X/accept"
    sign_in_page = client.post(accept, headers={"referer": pressed_at})["Location"]
    data = {"name": "alice", "password": shop.PASSWORD}
    assert client.post(sign_in_page, data)["Location"] == (back_at or pressed_at)


def test_a_worker_may_name_a_country_by_its_code(client: Client, db: None) -> None:
    form = {"name": "carla", "password": shop.PASSWORD}
    wrong = client.post(SIGN_UP, {**form, "country": "de"})
    assert (wrong.status_code, Worker.objects.count()) == (422, 0)
    client.post(SIGN_UP, {**form, "country": "DE"})
    assert Worker.objects.get().country == "DE"
    page = client.get("/marketplace/qualifications/").content.decode()
    assert "<dt>Country</dt><dd>DE</dd>" in page
