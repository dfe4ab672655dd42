"""Mallory is signed in, knows Alice's ids, and gets none of what is Alice's."""

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Assignment, Requester, Worker
from marketplace.services.messages import write_to
from tests.marketplace import shop

SECRETS = ("Alice's HIT", "Alice's bonus", "Alice's letter", "Alice's answer", "$7.77")


@pytest.fixture
def alice(db: None) -> Worker:
    lab = shop.requester()
    alice = shop.worker("alice")
    now = clock.now()
    sent = shop.submitted(shop.publish(lab, shop.Terms(1, title=SECRETS[0])), alice)
    services.approve(sent, now, feedback=SECRETS[0])
    bonus = services.BonusDraft(alice.worker_id, 777, SECRETS[1], None)
    services.send_bonus(sent, bonus, now)
    services.contact(alice, lab, services.Letter("s", SECRETS[2]), now, about="")
    write_to(lab, alice, services.Letter("s", SECRETS[3]), now)
    services.accept(alice, shop.publish(lab, shop.Terms(1, title=SECRETS[0])), now)
    return alice


def browser_of(name: str) -> Client:
    browser = Client()
    shop.sign_in(browser, name)
    return browser


def pages(lab: Requester) -> list[str]:
    return [
        "dashboard/",
        "earnings/",
        "earnings/?page=2",
        "queue/",
        "messages/",
        "qualifications/",
        "account/",
        f"requesters/{lab.pk}/contact",
    ]


def test_alice_sees_all_of_it(alice: Worker) -> None:
    mine = browser_of("alice")
    lab = Requester.objects.get(access_key_id=shop.KEY)
    seen = "".join(mine.get(f"/marketplace/{path}").text for path in pages(lab))
    for secret in SECRETS:
        assert secret.replace("'", "&#x27;") in seen, secret


def test_mallory_sees_none_of_it(alice: Worker) -> None:
    shop.worker("mallory")
    hers = browser_of("mallory")
    lab = Requester.objects.get(access_key_id=shop.KEY)
    for path in pages(lab):
        page = hers.get(f"/marketplace/{path}?worker={alice.worker_id}").text
        for secret in (*SECRETS, alice.worker_id):
            assert secret.replace("'", "&#x27;") not in page, (path, secret)


@pytest.mark.parametrize("status", ["Accepted", "Approved"])
@pytest.mark.parametrize(
    ("method", "rest"),
    [("get", ""), ("get", "submitted"), ("post", "return"), ("post", "answer")],
)
def test_alices_assignments_are_not_found(
    alice: Worker, status: str, method: str, rest: str
) -> None:
    shop.worker("mallory")
    theirs = Assignment.objects.get(status=status)
    url = f"/marketplace/assignments/{theirs.assignment_id}/{rest}"
    reply = getattr(browser_of("mallory"), method)(url)
    assert reply.status_code == 404
    assert "Alice" not in reply.text
    theirs.refresh_from_db()
    assert theirs.status == status


def test_a_visitor_is_sent_to_sign_in(alice: Worker) -> None:
    lab = Requester.objects.get(access_key_id=shop.KEY)
    for path in pages(lab):
        reply = Client().get(f"/marketplace/{path}")
        assert reply.status_code == 302
        assert reply["Location"].startswith("/marketplace/sign-in/")


def test_invitations_and_letters_are_for_administrators(alice: Worker) -> None:
    mine = browser_of("alice")
    for model in ("invitation", "letter", "worker"):
        assert mine.get(f"/admin/marketplace/{model}/").status_code == 302


def test_pages_of_a_person_are_kept_by_no_cache(alice: Worker) -> None:
    mine = browser_of("alice")
    lab = Requester.objects.get(access_key_id=shop.KEY)
    for path in pages(lab):
        assert mine.get(f"/marketplace/{path}")["Cache-Control"] == "no-store"
