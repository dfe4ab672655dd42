"""An id that was handed on is still known to who had it, and their page still open."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT, Assignment, Requester
from studies.recruiters.mturk_rules import submit_base
from tests.marketplace import shop
from tests.marketplace.conftest import lab as lab

HOME = "http://127.0.0.1:8000/marketplace"


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.MARKETPLACE_URL = HOME


@pytest.fixture
def hit(lab: Requester) -> HIT:
    return shop.publish(lab, shop.Terms(places=1))


def accept(name: str, hit: HIT) -> Assignment:
    return services.accept(shop.worker(name), hit, clock.now())


def told(name: str, mine: Assignment) -> str:
    """The turkSubmitTo that the worker's page gets."""
    browser = Client()
    shop.sign_in(browser, name)
    page = browser.get(f"/marketplace/assignments/{mine.assignment_id}/")
    source = shop.frame_source(page.content.decode())
    return parse_qs(urlsplit(source).query)["turkSubmitTo"][0]


def post(base: str, assignment_id: str, answer: str) -> tuple[int, str]:
    """A form of another site's page: without any cookie."""
    path = urlsplit(f"{base}/mturk/externalSubmit").path
    data = {"assignmentId": assignment_id, "a": answer}
    reply = Client(enforce_csrf_checks=True).post(path, data)
    return reply.status_code, reply.content.decode()


def test_an_old_page_submits_nothing_for_the_new_holder(hit: HIT) -> None:
    first = accept("alice", hit)
    old = told("alice", first)
    services.give_back(first, clock.now())
    second = accept("bob", hit)
    shared = second.assignment_id
    assert shared == first.assignment_id
    new = told("bob", second)
    assert old == HOME != new

    status, page = post(old, shared, "alice's")
    assert (status, "another worker has it now" in page) == (409, True)
    assert 'data-reason="handed-on"' in page
    second.refresh_from_db()
    assert second.status == "Accepted"

    assert post(new, shared, "bob's")[0] == 200
    second.refresh_from_db()
    assert (second.status, "bob" in second.answer) == ("Submitted", True)
    assert post(old, shared, "alice's")[0] == 409


def test_neither_the_second_nor_an_invented_address_submits_for_the_third(
    hit: HIT,
) -> None:
    services.give_back(accept("alice", hit), clock.now())
    second = accept("bob", hit)
    bobs = told("bob", second)
    services.give_back(second, clock.now())
    third = accept("carol", hit)
    for base in (bobs, HOME, f"{HOME}/held/x", f"{bobs}x", f"{HOME}/held/{'A' * 43}"):
        assert post(base, third.assignment_id, "not carol's")[0] == 409
    third.refresh_from_db()
    assert third.status == "Accepted"
    assert post(told("carol", third), third.assignment_id, "carol's")[0] == 200


def test_between_the_return_and_the_next_worker_nothing_is_taken(hit: HIT) -> None:
    first = accept("alice", hit)
    services.give_back(first, clock.now())
    assert post(HOME, first.assignment_id, "late")[0] == 409


@pytest.mark.parametrize(
    ("asked", "followed"),
    [
        (HOME, HOME),
        (f"{HOME}/", HOME),
        (f"{HOME}/held/aZ09_-", f"{HOME}/held/aZ09_-"),
        ("", HOME),
        ("/held/x", HOME),
        (f"{HOME}/../evil", HOME),
        (f"{HOME}/held/x?y=z", HOME),
        (f"{HOME}.evil.example/held", HOME),
        (f"{HOME}@evil.example", HOME),
        ("http://127.0.0.1:80001/marketplace", HOME),
        ("https://evil.example/marketplace/held/x", HOME),
    ],
)
def test_the_studys_form_goes_nowhere_but_to_the_marketplace(
    asked: str, followed: str
) -> None:
    assert submit_base(asked, HOME) == followed
    assert submit_base(asked, f"{HOME}/") == followed
