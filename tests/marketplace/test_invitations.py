"""Invitations open accounts while sign-up is closed, and no more than they are for."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace import clock, services
from marketplace.models import Invitation, Worker
from tests.marketplace import shop

SIGN_UP = "/marketplace/sign-up/"
ADMIN = "/admin/marketplace/invitation/"


@pytest.fixture(autouse=True)
def _closed(db: None, settings: Any) -> None:
    settings.MARKETPLACE_OPEN_SIGNUP = False


def invite(uses: int = 1) -> services.Invited:
    return services.invite(uses=uses, expires_at=clock.now() + timedelta(days=14))


def code_of(link: str) -> str:
    return link.partition("?invitation=")[2]


def come(link: str, name: str) -> Any:
    """Sign up by a link as a browser does: open the page, send its form."""
    browser = Client()
    assert "You are invited" in browser.get(SIGN_UP + "?" + link.partition("?")[2]).text
    data = {"name": name, "password": shop.PASSWORD, "invitation": code_of(link)}
    return browser.post(SIGN_UP, data)


def test_an_invitation_opens_as_many_accounts_as_it_is_for() -> None:
    made = invite(uses=2)
    assert come(made.link, "ann").status_code == 302
    assert come(made.link, "ben").status_code == 302
    third = Client().get(SIGN_UP, {"invitation": code_of(made.link)})
    assert third.status_code == 403
    assert "has been used up" in third.text
    assert Worker.objects.count() == 2
    made.invitation.refresh_from_db()
    assert (made.invitation.used, made.invitation.left) == (2, 0)
    assert made.invitation.workers.count() == 2


def test_a_name_that_is_taken_costs_no_use() -> None:
    made = invite()
    shop.worker("ann")
    assert come(made.link, "ANN").status_code == 422
    assert come(made.link, "ben").status_code == 302


def test_without_one_nobody_gets_in() -> None:
    page = Client().get(SIGN_UP)
    assert page.status_code == 403
    assert "opened by invitation" in page.text
    for code in ("", "wrong", "x" * 5_000, "\u2603", "%00"):
        data = {"name": "eve", "password": shop.PASSWORD, "invitation": code}
        assert Client().post(SIGN_UP, data).status_code == 403
    assert Worker.objects.count() == 0


def test_an_invitation_expires(advance: Callable[[timedelta], None]) -> None:
    made = invite()
    advance(timedelta(days=14))
    page = Client().get(SIGN_UP, {"invitation": code_of(made.link)})
    assert (page.status_code, "has expired" in page.text) == (403, True)


def test_one_that_was_withdrawn_says_so() -> None:
    made = invite()
    Invitation.objects.update(is_active=False)
    page = Client().get(SIGN_UP, {"invitation": code_of(made.link)})
    assert (page.status_code, "was withdrawn" in page.text) == (403, True)


def test_the_code_is_not_kept() -> None:
    made = invite()
    code = code_of(made.link)
    assert len(code) == 32
    assert code not in str(Invitation.objects.values_list())


def test_the_admin_makes_one_and_shows_its_link_once(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root", password=shop.PASSWORD))
    reply = client.post(
        f"{ADMIN}add/",
        {"note": "Class of 2026", "uses": "30", "days": "7"},
        follow=True,
    )
    found = re.search(r"link is (\S+) and is shown", reply.text)
    assert found, reply.text
    made = Invitation.objects.get()
    assert (made.uses, made.note) == (30, "Class of 2026")
    assert come(found.group(1), "ann").status_code == 302
    listed = client.get(ADMIN).text
    assert "Class of 2026" in listed
    assert code_of(found.group(1)) not in listed
    page = client.get(f"{ADMIN}{made.pk}/change/").text
    assert Worker.objects.get().worker_id in page
    assert client.post(f"{ADMIN}{made.pk}/delete/").status_code == 403
    wrong = client.post(f"{ADMIN}add/", {"uses": "0", "days": "400"})
    assert (wrong.status_code, Invitation.objects.count()) == (200, 1)


def test_the_command_prints_links_for_a_class(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("invite_workers", "3", uses=2, days=5, note="Panel")
    links = capsys.readouterr().out.split()
    assert len(set(links)) == 3
    assert come(links[0], "ann").status_code == 302
    assert set(Invitation.objects.values_list("uses", "note")) == {(2, "Panel")}


def test_the_command_writes_a_file_and_overwrites_none(tmp_path: Path) -> None:
    out = tmp_path / "links.csv"
    call_command("invite_workers", "2", out=out)
    rows = out.read_text().splitlines()
    assert rows[0] == "link,uses,expires_at,note"
    assert len(rows) == 3
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="File exists"):
        call_command("invite_workers", "2", out=out)
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize("arguments", [["0"], ["x"], ["1", "--uses", "0"]])
def test_the_command_names_a_number_out_of_bounds(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="is not a whole number from 1"):
        call_command("invite_workers", *arguments)
