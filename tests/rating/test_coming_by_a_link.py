"""A whole session by an invitation link, over the network, to the code at its end."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from studies.models import Assignment
from studies.services.collect import advance
from studies.services.inviting import completion_code, invite
from studies.services.publish import launch
from tests.rating.booth import Booth
from tests.rating.caller import Caller
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def links() -> Booth:
    world = World(
        slug="booth",
        systems=("real", "flow"),
        media=True,
        settings={"items_per_session": 2, "practice_items": 1, "catch_items": 0},
    )
    study = launch(built_study(world), "link")
    return Booth(study, study.postings.get())


class Visitor(Caller):
    """One rater with the address that her browser shows."""

    def __init__(self, booth: Booth, address: str) -> None:
        super().__init__(booth)
        self.address = address

    def begin(self, *, consent: bool = True, **more: Any) -> Any:
        query = dict(parse_qsl(urlsplit(self.address).query))
        body = {"study": self.booth.study.slug, "query": query, "consent": consent}
        reply = self.post("begin", body | more)
        self.token = reply.get("token") or ""
        return reply

    def assignment(self) -> Assignment:
        return Assignment.objects.get()


def path(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


def arrive(booth: Booth) -> str:
    """Follow the open link; return the address that it leads to."""
    reply = Client().get(path(booth.posting.url))
    assert reply.status_code == 302
    assert not reply.cookies
    assert reply["Cache-Control"] == "no-store"
    return reply["Location"]


def test_the_open_link_gives_each_browser_an_address_of_its_own(links: Booth) -> None:
    one, two = arrive(links), arrive(links)
    assert one != two
    for address in (one, two):
        page = Client().get(address)
        assert page.status_code == 200
        assert "frame-ancestors 'self';" in page["Content-Security-Policy"] + ";"
        assert "address of this page is yours alone" in page.content.decode()
        # the way back to the open link is not in the address
        assert "open=" not in address
    assert not Assignment.objects.exists()


def test_a_session_ends_with_a_code_once_everything_is_stored(links: Booth) -> None:
    rater = Visitor(links, arrive(links))
    rater.get_ready()
    rater.answer(rater.get("trial")["trial"])
    again = Visitor(links, rater.address)
    assert again.begin(consent=False)["token"]
    assert rater.get("finish")["error"]["code"] == "unfinished"
    rater.answer_all()
    form = rater.get("finish")
    assert form["action"] == "http://localhost:8000/rate/link/done/"
    done = Client(enforce_csrf_checks=True).post(path(form["action"]), form["fields"])
    code = re.search(r"<strong data-code>(.*)</strong>", done.content.decode())
    assert code
    assert code[1] == completion_code(rater.assignment())
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", code[1])
    assert not done.cookies
    advance(links.study)
    mine = rater.assignment()
    assert (mine.state, mine.used) == (Assignment.State.APPROVED, True)
    assert completion_code(mine) in Client().get(rater.address).content.decode()
    assert Visitor(links, rater.address).begin()["error"]["code"] == "done_already"


@pytest.mark.parametrize("copy", ["", "x", "{}:forged"])
def test_the_last_page_tells_strangers_nothing(links: Booth, copy: str) -> None:
    reply = Client().post("/rate/link/done/", {"answers": copy})
    assert reply.status_code == 403
    assert b"data-code" not in reply.content


def test_a_link_without_its_signature_opens_nothing(links: Booth) -> None:
    personal = path(invite(links.study, 1)[0].url)
    assert Client().get(personal).status_code == 200
    for bad in (personal[:-1], personal.partition("&")[0], f"{personal}é"):
        reply = Client().get(bad)
        assert reply.status_code == 403
        assert '"refusal": "bad_link"' in reply.content.decode()


def test_a_closed_study_says_so_to_newcomers(links: Booth) -> None:
    address = arrive(links)
    links.study.postings.update(state="closed")
    reply = Visitor(links, address).begin(consent=False)
    assert reply["error"]["code"] == "closed"
