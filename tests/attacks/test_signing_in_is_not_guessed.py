"""Passwords tried by the thousand: for one name, for many names, from forged places."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client, RequestFactory

from marketplace import clock, services
from marketplace.clock import CLOCK
from marketplace.models import Attempt, Worker
from marketplace.network import network_of
from marketplace.services import limits
from tests.marketplace import shop

SIGN_IN = "/marketplace/sign-in/"
SIGN_UP = "/marketplace/sign-up/"
EVE = "203.0.113.7"


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    with CLOCK.ahead() as move:
        yield move


@pytest.fixture(autouse=True)
def _settings(db: None, settings: Any) -> None:
    settings.MARKETPLACE_OPEN_SIGNUP = True
    settings.BEHIND_TLS_PROXY = False


def guess(name: str, *, at: str = EVE, password: str = "wrong", **headers: str) -> Any:
    data = {"name": name, "password": password}
    return Client(REMOTE_ADDR=at).post(SIGN_IN, data, headers=headers)


def test_one_name_is_locked_wherever_the_guesses_come_from() -> None:
    shop.worker("alice")
    for number in range(10):
        assert guess("alice", at=f"198.51.100.{number}").status_code == 422
    right = guess("alice", at="198.51.100.99", password=shop.PASSWORD)
    assert "Too many wrong passwords" in right.text


def test_many_names_from_one_network_are_stopped(
    advance: Callable[[timedelta], None],
) -> None:
    shop.worker("alice")
    for number in range(limits.GUESSES.number):
        assert guess(f"name-{number}").status_code == 422
    refused = guess("alice", password=shop.PASSWORD)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "900"
    assert "wrong passwords from your network" in refused.text
    elsewhere = guess("alice", at="198.51.100.1", password=shop.PASSWORD)
    assert elsewhere.status_code == 302
    advance(timedelta(minutes=15))
    assert guess("alice", password=shop.PASSWORD).status_code == 302


def test_a_class_behind_one_address_may_sign_in() -> None:
    shop.worker("alice")
    for _ in range(limits.GUESSES.number + 5):
        assert guess("alice", password=shop.PASSWORD).status_code == 302


def test_a_forged_header_is_not_believed() -> None:
    for number in range(limits.GUESSES.number):
        guess(f"name-{number}", **{"X-Forwarded-For": f"192.0.2.{number}"})
    forged = guess("last", **{"X-Forwarded-For": "192.0.2.250"})
    assert forged.status_code == 429


@pytest.mark.parametrize(
    ("behind", "told", "forwarded", "network"),
    [
        (False, EVE, "", EVE),
        (False, EVE, "192.0.2.1", EVE),
        (True, "127.0.0.1", EVE, EVE),
        (True, "127.0.0.1", f"192.0.2.1, {EVE}", EVE),
        (True, "127.0.0.1", f"127.0.0.1,{EVE}", EVE),
        (True, "127.0.0.1", "", None),
        (False, "127.0.0.1", EVE, None),
        (False, "::1", "", None),
        (False, "", "", None),
        (False, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        (False, "2001:db8:1:2:9:9:9:9", "", "2001:db8:1:2::/64"),
        (False, "fe80::1%eth0", "", "fe80::/64"),
        (False, f"::ffff:{EVE}", "", EVE),
        (False, "::ffff:127.0.0.1", "", None),
        (True, "127.0.0.1", f"{EVE}:4711", f"{EVE}:4711"),
    ],
)
def test_only_our_own_proxys_word_counts(
    settings: Any, behind: bool, told: str, forwarded: str, network: str | None
) -> None:
    settings.BEHIND_TLS_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory(REMOTE_ADDR=told).get("/", headers=headers)
    assert network_of(request) == network


def test_accounts_are_not_opened_by_the_hundred() -> None:
    visitor = Client(REMOTE_ADDR=EVE)

    def come(number: int) -> int:
        data = {"name": f"eve-{number}", "password": shop.PASSWORD}
        return visitor.post(SIGN_UP, data).status_code

    assert {come(number) for number in range(limits.SIGN_UPS.number)} == {302}
    assert come(99) == 429
    assert Worker.objects.count() == limits.SIGN_UPS.number


class Watching(MD5PasswordHasher):
    """Notes in how many transactions each password was hashed."""

    within: ClassVar[list[int]] = []

    def encode(self, password: str, salt: str) -> str:
        self.within.append(len(connection.atomic_blocks))
        return str(super().encode(password, salt))


@pytest.fixture
def hashed(settings: Any) -> list[int]:
    settings.PASSWORD_HASHERS = [f"{__name__}.{Watching.__name__}"]
    Watching.within.clear()
    return Watching.within


def test_names_are_not_tried_out_by_signing_up(hashed: list[int]) -> None:
    shop.worker("alice")
    hashed.clear()
    data = {"name": "Alice", "password": shop.PASSWORD}
    visitor = Client(REMOTE_ADDR=EVE)
    tries = range(limits.SIGN_UP_TRIES.number)
    assert {visitor.post(SIGN_UP, data).status_code for _ in tries} == {422}
    assert visitor.post(SIGN_UP, data).status_code == 429
    # a hash takes a third of a second: what is refused costs none
    assert hashed == []


def test_nobody_waits_while_a_password_is_hashed(hashed: list[int]) -> None:
    around = len(connection.atomic_blocks)
    link = services.invite(uses=1, expires_at=clock.now() + timedelta(days=1)).link
    data = {"name": "eve", "password": shop.PASSWORD}
    invited = {**data, "invitation": link.partition("=")[2]}
    assert Client().post(SIGN_UP, invited).status_code == 302
    assert hashed == [around]


def test_the_old_password_is_not_guessed_in_an_open_session() -> None:
    shop.worker("alice")
    browser = Client(REMOTE_ADDR=EVE)
    shop.sign_in(browser)
    change = {"password-old_password": "wrong", "password-password": "another horse 43"}
    for _ in range(10):
        assert browser.post("/marketplace/account/password", change).status_code == 422
    close = {"close-old_password": shop.PASSWORD}
    assert browser.post("/marketplace/account/close", close).status_code == 429
    assert Worker.objects.get().is_active


def test_invitations_are_not_guessed() -> None:
    made = [services.invite(uses=1, expires_at=clock.now()).link for _ in range(50)]
    codes = {link.partition("=")[2] for link in made}
    assert len(codes) == 50
    assert {len(code) for code in codes} == {32}  # 24 bytes, 192 bits


def test_no_address_and_no_name_is_kept(advance: Callable[[timedelta], None]) -> None:
    guess("mallory")
    kept = str(list(Attempt.objects.values_list()))
    assert EVE not in kept
    assert "mallory" not in kept
    advance(timedelta(days=1, seconds=1))
    guess("mallory")
    assert Attempt.objects.count() == 1
