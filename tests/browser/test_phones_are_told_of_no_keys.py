"""The instructions tell of keys where there are some: not on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.rating.booth import Booth, open_booth
from tests.rating.caller import Caller

pytestmark = pytest.mark.browser


def instructions(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    expect(page.get_by_text("at your own pace")).to_be_visible()
    return page


def listened(booth: Booth) -> None:
    """Do what comes before the instructions."""
    caller = Caller(booth)
    caller.begin()
    caller.post("sound", {"count": caller.true_count()})


def test_keys_are_told_of_at_a_keyboard_alone(
    live_server: LiveServer, phone: BrowserContext, laptop: BrowserContext
) -> None:
    booth = open_booth()
    listened(booth)
    url = live_server.url + booth.path()
    keys = "You can use keys"
    expect(instructions(phone, url).get_by_text(keys)).to_be_hidden()
    expect(instructions(laptop, url).get_by_text(keys)).to_be_visible()
