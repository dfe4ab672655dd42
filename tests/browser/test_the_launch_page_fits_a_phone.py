"""The page of a launched study on 360 pixels: its open link, and the bar of steps."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, expect

from studies.services.publish import launch
from tests.browser.desk import open_site, shot
from tests.worlds import World, built_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTH = 360
MEASURED = """() => {
  const link = document.querySelector("[data-open-link]");
  const card = link.closest("p").parentElement.getBoundingClientRect();
  const lines = [...link.getClientRects()];
  const bar = document.querySelector(".sa-steps");
  const open = bar.querySelector("a.bg-white").getBoundingClientRect();
  return {
    page: document.documentElement.scrollWidth,
    lines: lines.length,
    beyond: Math.max(...lines.map((each) => each.right)) - card.right,
    bar: [bar.clientWidth, bar.scrollWidth],
    open: [open.left, open.right],
  };
}"""


def test_its_link_wraps_and_its_steps_scroll_by_themselves(
    live_server: Any, settings: Any, phone: BrowserContext
) -> None:
    site = open_site(live_server, settings)
    study = launch(built_study(World(systems=("real", "flow"))), "link")
    signed_in = Client()
    signed_in.force_login(User.objects.get(username="ada"))
    cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    phone.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}]
    )
    page = phone.new_page()
    page.goto(f"{site}/admin/studies/study/{study.pk}/launch/")
    expect(page.locator("[data-open-link]")).to_be_visible()
    shot(page, "admin-phone-open-link")
    seen = page.evaluate(MEASURED)
    assert seen["page"] == WIDTH
    assert seen["lines"] > 1
    assert seen["beyond"] <= 0
    shown, whole = seen["bar"]
    assert shown <= WIDTH < whole
    # the step that is open is in sight, though it is the fifth
    left, right = seen["open"]
    assert 0 <= left < right <= WIDTH
