"""Forms of other sites, sent by a worker's own browser, change nothing."""

import pytest
from django.test import Client
from django.urls import URLPattern

from marketplace import clock, services
from marketplace.models import Assignment, Requester, Worker
from marketplace.urls import urlpatterns
from tests.marketplace import shop

EXEMPT = {"api", "api-without-slash", "external-submit", "held-submit"}
"""Signed by the requester; permitted by the assignment's id, for frames, and where
the id was another worker's before, by a proof in the address."""

PLACES = {
    "slug": "3X",
    "int": "1",
    "str": "x",
}
ROUTES = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in EXEMPT
]


def address(pattern: URLPattern) -> str:
    route = str(pattern.pattern)
    for kind, value in PLACES.items():
        while f"<{kind}:" in route:
            before, _, rest = route.partition(f"<{kind}:")
            route = f"{before}{value}{rest.partition('>')[2]}"
    assert "<" not in route, route
    return f"/marketplace/{route}"


@pytest.fixture
def browser(db: None) -> Client:
    """Alice's browser, whose tokens Django checks."""
    shop.worker("alice")
    inside = Client()
    shop.sign_in(inside)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = inside.cookies
    assert browser.get("/marketplace/queue/").status_code == 200
    return browser


@pytest.mark.parametrize("pattern", ROUTES, ids=lambda pattern: str(pattern.name))
def test_no_page_takes_a_form_without_our_token(
    browser: Client, pattern: URLPattern
) -> None:
    reply = browser.post(address(pattern), {"name": "alice", "accepts_next": "on"})
    # a page that only shows something takes no form at all
    assert reply.status_code in {403, 405}
    assert not Worker.objects.get().accepts_next


def test_a_refused_form_says_so_on_a_page_of_ours(browser: Client) -> None:
    reply = browser.post("/marketplace/account/habits")
    assert "did not come from this site" in reply.text
    assert "default-src 'none'" in reply["Content-Security-Policy"]


def test_the_exempt_ones_are_as_listed() -> None:
    names = {
        pattern.name
        for pattern in urlpatterns
        if getattr(pattern.callback, "csrf_exempt", False)
    }
    assert names == EXEMPT


def test_a_foreign_form_neither_accepts_returns_nor_leaves(browser: Client) -> None:
    lab = shop.requester()
    alice = Worker.objects.get()
    held = services.accept(alice, shop.publish(lab), clock.now())
    other = shop.publish(lab, shop.Terms(title="Other"))
    for path, data in (
        (f"assignments/{held.assignment_id}/return", {}),
        (f"hits/{other.hit_id}/accept", {}),
        ("account/close", {"close-old_password": shop.PASSWORD}),
        (f"requesters/{lab.pk}/contact", {"subject": "x", "text": "x"}),
    ):
        reply = browser.post(
            f"/marketplace/{path}", data, headers={"origin": "https://evil.example"}
        )
        assert reply.status_code == 403, path
    assert [row.status for row in Assignment.objects.all()] == ["Accepted"]
    assert Requester.objects.get(pk=lab.pk).letters.count() == 0
    alice.refresh_from_db()
    assert alice.is_active
