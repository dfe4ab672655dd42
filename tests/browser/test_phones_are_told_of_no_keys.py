"""Keys are told of where there are some, to eyes and ears: not on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.rater import Rater, trials_begun
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


def first_clip(context: BrowserContext, url: str) -> Page:
    """Open the page where the first clip is to be watched."""
    page = context.new_page()
    page.goto(url)
    Rater(page).at_clip(1)
    return page


def test_a_screen_reader_is_told_of_no_keys_on_a_phone(
    live_server: LiveServer, phone: BrowserContext
) -> None:
    booth = open_booth()
    trials_begun(booth)
    page = first_clip(phone, live_server.url + booth.path())
    play = page.locator("[data-play]")
    expect(play).to_have_accessible_name("Play")
    Rater(page).watch()
    expect(page.locator("[data-announce]")).to_have_text(
        "The clip has ended. You can answer now: Real, Fake."
    )
    for label in ("Real", "Fake"):
        button = page.get_by_role("button", name=label, exact=True)
        expect(button).to_have_accessible_name(label)
    assert page.locator("[aria-keyshortcuts]").count() == 0


def test_a_screen_reader_is_told_of_the_keys_that_answer(
    live_server: LiveServer, laptop: BrowserContext
) -> None:
    booth = open_booth()
    trials_begun(booth)
    page = first_clip(laptop, live_server.url + booth.path())
    play, said = page.locator("[data-play]"), page.locator("[data-announce]")
    expect(play).to_have_accessible_name("Play")
    expect(play).to_have_attribute("aria-keyshortcuts", "Space")
    Rater(page).watch()
    ended = "The clip has ended. You can answer now: "
    expect(said).to_have_text(f"{ended}Real (R), Fake (F).")
    real = page.get_by_role("button", name="Real", exact=True)
    expect(real).to_have_attribute("aria-keyshortcuts", "R")
    # letters switched off answer nothing: a screen reader keeps them to itself
    page.get_by_label("Answer with keys").uncheck()
    expect(real).not_to_have_attribute("aria-keyshortcuts", "R")
    expect(real.locator("kbd")).to_be_hidden()
    Rater(page).watch()
    expect(said).to_have_text(f"{ended}Real, Fake.")
    page.get_by_label("Answer with keys").check()
    expect(real).to_have_attribute("aria-keyshortcuts", "R")
    expect(real.locator("kbd")).to_be_visible()
