"""Markup in the words of requesters and workers is shown, and never runs."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from marketplace import clock, services
from marketplace.models import Requester, Worker
from marketplace.services.messages import write_to
from tests.marketplace import shop

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'"
BROKEN = ("<script>alert(1)", "<img src=x", 'onerror="')


@pytest.fixture
def market(client: Client, db: None) -> Requester:
    """Every word that anybody may choose is evil."""
    lab = services.ensure_requester(EVIL[:120], shop.KEY, shop.SECRET, "100.00")
    alice = shop.worker(EVIL[:60])
    now = clock.now()
    terms = shop.Terms(title=EVIL)
    first, second = (shop.publish(lab, terms) for _ in range(2))
    first.hit_type.description = EVIL
    first.hit_type.keywords = EVIL
    first.hit_type.save()
    sent = [shop.submitted(hit, alice) for hit in (first, second)]
    services.approve(sent[0], now, feedback=EVIL)
    services.reject(sent[1], now, feedback=EVIL)
    services.send_bonus(
        sent[0], services.BonusDraft(alice.worker_id, 5, EVIL, None), now
    )
    write_to(lab, alice, services.Letter(EVIL, EVIL), now)
    services.contact(alice, lab, services.Letter(EVIL, EVIL), now, about=EVIL)
    services.accept(alice, shop.publish(lab, terms), now)
    shop.publish(lab, terms)
    shop.sign_in(client, alice.worker_id)
    return lab


def own_pages(lab: Requester) -> list[str]:
    hit = lab.hit_set.latest("pk")
    held, done = (
        lab.hit_set.filter(assignments__status=status)
        .values_list("assignments__assignment_id", flat=True)
        .get()
        for status in ("Accepted", "Rejected")
    )
    return [
        "",
        "?q=alert",
        "dashboard/",
        "earnings/",
        "queue/",
        "messages/",
        "qualifications/",
        "account/",
        f"requesters/{lab.pk}/contact?about={hit.hit_type.group_id}",
        f"projects/{hit.hit_type.group_id}/tasks",
        f"hits/{hit.hit_id}/",
        f"assignments/{held}/",
        f"assignments/{done}/submitted",
    ]


def assert_harmless(page: str) -> None:
    for broken in BROKEN:
        assert broken not in page


def test_the_workers_pages_escape_all_of_it(client: Client, market: Requester) -> None:
    shown = 0
    for path in own_pages(market):
        reply = client.get(f"/marketplace/{path}")
        assert reply.status_code == 200, path
        assert_harmless(reply.text)
        shown += reply.text.count("&lt;script&gt;")
    assert shown > 30  # they are there, as words


def test_the_admins_pages_escape_all_of_it(client: Client, market: Requester) -> None:
    client.force_login(User.objects.create_superuser("root", password=shop.PASSWORD))
    letter, bonus = market.letters.get(), Worker.objects.get()
    for path in (
        "letter/",
        f"letter/{letter.pk}/change/",
        f"worker/{bonus.pk}/change/",
        f"requester/{market.pk}/change/",
        *(f"{model}/" for model in ("requester", "worker", "hittype", "bonus")),
        *(f"{model}/" for model in ("message", "hit", "assignment", "account")),
    ):
        reply = client.get(f"/admin/marketplace/{path}")
        assert reply.status_code == 200, path
        assert_harmless(reply.text)


def test_every_page_forbids_scripts_of_its_own_words(
    client: Client, market: Requester
) -> None:
    paths = [*own_pages(market), "hits/3NOTHING/", "sign-up/?invitation=x"]
    for path in (*paths, "sign-in/", "forgotten/", "verify/x", "reset/x"):
        reply = client.get(f"/marketplace/{path}")
        policy = reply["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "script-src 'self';" in policy, path
        assert "unsafe" not in policy, path
        assert "<script>" not in reply.text, path
        assert " style=" not in reply.text, path
        assert reply["X-Content-Type-Options"] == "nosniff"


def test_search_words_come_back_as_words(client: Client, db: None) -> None:
    page = client.get("/marketplace/", {"q": EVIL, "reward": EVIL, "sort": EVIL}).text
    assert_harmless(page)


def test_a_title_turns_no_sentence_of_the_sites_around(
    client: Client, market: Requester
) -> None:
    hit = shop.publish(market, shop.Terms(title="Easy \u202e"))
    mine = shop.submitted(hit, Worker.objects.get())
    page = client.get(f"/marketplace/assignments/{mine.assignment_id}/submitted").text
    # without it the reward, behind the title, would read $51.0
    assert "\u201c<bdi>Easy \u202e</bdi>\u201d" in page
