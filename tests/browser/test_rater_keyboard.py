"""A session without a mouse, and what keys must not do."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Vote
from tests.browser.rater import Rater, trials_begun
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser


@pytest.fixture
def page(live_server: LiveServer, laptop: BrowserContext) -> Page:
    booth: Booth = open_booth()
    trials_begun(booth)
    page = laptop.new_page()
    page.goto(live_server.url + booth.path())
    return page


def test_a_session_is_done_with_the_keyboard_alone(page: Page) -> None:
    rater = Rater(page)
    for number, key in enumerate(["r", "F", "ArrowLeft", "ArrowRight"], start=1):
        rater.at_clip(number)
        play = page.get_by_role("button", name="Play")
        expect(play).to_be_focused()
        page.keyboard.press("Enter" if number == 2 else "Space")
        expect(rater.choice("Real")).to_be_enabled()
        page.keyboard.press(key)
        if number == 1:
            expect(page.get_by_role("button", name="Next clip")).to_be_focused()
            page.keyboard.press("Enter")
            title = page.get_by_role("heading", name="Practice is over")
            expect(title).to_be_focused()
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Submit the task")).to_be_focused()
    votes = Vote.objects.order_by("trial__index").values_list("choice", flat=True)
    assert list(votes) == ["real", "fake", "real", "fake"]


def test_no_key_answers_before_the_clip_has_ended(page: Page) -> None:
    rater = Rater(page)
    rater.at_clip(1)
    for key in ("r", "f", "ArrowLeft"):
        page.keyboard.press(key)
    rater.play()
    page.keyboard.press("r")
    expect(rater.choice("Real")).to_be_enabled()
    assert page.locator("[aria-pressed=true]").count() == 0
    assert Vote.objects.count() == 0


def test_space_after_the_end_plays_again_and_never_answers(page: Page) -> None:
    rater = Rater(page)
    rater.watch()
    expect(page.get_by_role("button", name="Play again")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("Playing.")).to_be_visible()
    expect(page.get_by_role("button", name="Play again")).to_be_visible()
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()
    assert Vote.objects.get().telemetry["replays"] == 1


def test_letters_can_be_switched_off(page: Page) -> None:
    rater = Rater(page)
    page.get_by_label("Answer with keys").uncheck()
    rater.watch()
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert Vote.objects.count() == 0
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()


def test_a_clip_that_is_left_must_be_played_again(page: Page) -> None:
    rater = Rater(page)
    rater.play()
    # what the browser does to the page when another tab comes to the front
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", {value: true, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
          delete document.hidden;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(page.locator("[data-hint]")).to_contain_text("Playback stopped because you")
    expect(rater.choice("Real")).to_be_disabled()
    rater.watch()
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()
    telemetry = Vote.objects.get().telemetry
    assert telemetry["interrupted"] == 1
    assert (telemetry["plays"], telemetry["full_plays"]) == (2, 1)
