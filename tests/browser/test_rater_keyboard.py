"""A session without a mouse, and what keys must not do."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Vote
from tests.browser.rater import Rater, trials_begun
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser


def at_first_clip(server: LiveServer, context: BrowserContext, booth: Booth) -> Page:
    trials_begun(booth)
    page = context.new_page()
    page.goto(server.url + booth.path())
    return page


@pytest.fixture
def page(live_server: LiveServer, laptop: BrowserContext) -> Page:
    return at_first_clip(live_server, laptop, open_booth())


@pytest.fixture
def slow_page(live_server: LiveServer, laptop: BrowserContext) -> Page:
    """A clip long enough to do something while it plays, on a busy machine too."""
    return at_first_clip(live_server, laptop, open_booth(seconds=4.0))


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


def test_no_key_answers_before_the_clip_has_ended(slow_page: Page) -> None:
    page = slow_page
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
    expect(page.get_by_role("button", name="Play again")).to_be_visible()
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()
    assert Vote.objects.get().telemetry["replays"] == 1


def test_an_answer_during_a_replay_ends_it(slow_page: Page) -> None:
    rater = Rater(slow_page)
    rater.watch()
    rater.play()
    slow_page.wait_for_timeout(800)
    rater.answer("Fake")
    expect(slow_page.locator("[data-feedback]")).to_be_visible()
    assert slow_page.evaluate("document.querySelector('video').paused")
    telemetry = Vote.objects.get().telemetry
    assert (telemetry["full_plays"], telemetry["replays"]) == (1, 1)
    assert 4.0 < telemetry["played_seconds"] < 8.0


def test_letters_can_be_switched_off(page: Page) -> None:
    rater = Rater(page)
    page.get_by_label("Answer with keys").uncheck()
    rater.watch()
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert Vote.objects.count() == 0
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()


def test_a_clip_that_is_left_must_be_played_again(slow_page: Page) -> None:
    page = slow_page
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
