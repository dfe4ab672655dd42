"""What others can't see, and what a page may not do."""

from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from marketplace import clock, services
from marketplace.models import Requester
from tests.marketplace import shop

urlpatterns = [path("", include("marketplace.urls"))]


@pytest.mark.parametrize(
    ("method", "rest"),
    [("get", ""), ("get", "submitted"), ("post", "return")],
)
def test_another_workers_assignment_is_not_found(
    client: Client, lab: Requester, method: str, rest: str
) -> None:
    mine = services.accept(shop.worker("alice"), shop.publish(lab), clock.now())
    url = f"/marketplace/assignments/{mine.assignment_id}/{rest}"
    assert getattr(client, method)(url).status_code == 302
    shop.worker("mallory")
    shop.sign_in(client, "mallory")
    assert getattr(client, method)(url).status_code == 404
    mine.refresh_from_db()
    assert mine.status == "Accepted"


def test_pages_may_not_be_framed_and_frame_the_question_alone(
    client: Client, lab: Requester, settings: Any
) -> None:
    settings.MARKETPLACE_URL = "https://market.example/m"
    settings.MARKETPLACE_ALLOW_HTTP_LOOPBACK = False
    hit = shop.publish(lab)
    page = client.get(f"/marketplace/hits/{hit.hit_id}/")
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    frames = "frame-src 'self' https://market.example https://rate.example https:"
    assert policy.endswith(frames)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page["X-Frame-Options"] == "DENY"
    listed = client.get("/marketplace/")["Content-Security-Policy"]
    assert "frame-src" not in listed


def test_the_frame_may_not_play_by_itself_nor_leave(
    client: Client, lab: Requester
) -> None:
    hit = shop.publish(lab)
    page = client.get(f"/marketplace/hits/{hit.hit_id}/").content.decode()
    sandbox = page.partition('sandbox="')[2].partition('"')[0]
    assert sandbox.split() == [
        *("allow-scripts", "allow-same-origin", "allow-forms"),
        *("allow-popups", "allow-popups-to-escape-sandbox"),
    ]
    assert " allow=" not in page
    assert "<script>" not in page
    assert " style=" not in page


def test_a_requesters_words_are_not_markup(client: Client, lab: Requester) -> None:
    evil = '"><script>alert(1)</script>'
    hit = shop.publish(lab, shop.Terms(title=evil))
    for url in ("/marketplace/", f"/marketplace/hits/{hit.hit_id}/"):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_link_does_not_accept_or_return(client: Client, lab: Requester) -> None:
    shop.worker()
    shop.sign_in(client)
    hit = shop.publish(lab)
    assert client.get(f"/marketplace/hits/{hit.hit_id}/accept").status_code == 405
    group = hit.hit_type.group_id
    assert client.get(f"/marketplace/projects/{group}/accept").status_code == 405


@pytest.mark.parametrize(
    "url",
    [
        "hits/3NOTHING/",
        "projects/3NOTHING/tasks",
        "mturk/preview?groupId=/x",
        "no/such/page",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, db: None, url: str) -> None:
    page = client.get(f"/marketplace/{url}")
    assert page.status_code == 404
    assert "There is no such" in page.text
    assert "All HIT groups" in page.text


@override_settings(ROOT_URLCONF=__name__)
def test_it_works_at_the_root_of_a_site_too(client: Client, lab: Requester) -> None:
    hit = shop.publish(lab)
    page = client.get("/").content.decode()
    assert f'href="/projects/{hit.hit_type.group_id}/tasks"' in page
    assert client.get(f"/hits/{hit.hit_id}/").status_code == 200
