"""An answer is final: who plays the clip again is not asked for another."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Vote
from tests.browser.rater import Rater, shoot, trials_begun
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser

SECONDS = 4.0
"""Long enough that a clip is still playing while the test looks."""


@pytest.fixture
def booth(live_server: LiveServer) -> Booth:
    return open_booth(seconds=SECONDS)


def practised(page: Page, url: str) -> Rater:
    """Answer the practice clip, and stop where the rater is told of it."""
    page.goto(url)
    rater = Rater(page)
    rater.at_clip(1)
    rater.watch()
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()
    return rater


@pytest.mark.parametrize("device", ["laptop", "phone"])
def test_the_practice_clip_played_again_asks_for_nothing_and_may_be_left(
    device: str,
    live_server: LiveServer,
    booth: Booth,
    request: pytest.FixtureRequest,
) -> None:
    trials_begun(booth)
    context: BrowserContext = request.getfixturevalue(device)
    page = context.new_page()
    rater = practised(page, live_server.url + booth.path())
    hint = page.locator("[data-hint]")
    rater.play()
    expect(hint).to_have_text("Playing again. Your answer stays.")
    shoot(page, f"{device}-feedback-replay")
    expect(rater.choice("Fake")).to_be_disabled()
    rater.go_on()
    rater.at_clip(2)
    expect(hint).to_have_text("Watch the clip to its end, then answer.")


def test_what_breaks_a_replay_off_does_not_ask_for_one_more(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    rater = practised(page, live_server.url + booth.path())
    rater.play()
    page.evaluate("document.querySelector('video').pause()")
    expect(rater.page.get_by_role("button", name="Play again")).to_be_visible()
    expect(page.locator("[data-hint]")).to_be_empty()


def test_a_replay_while_the_answer_is_saved_takes_no_other_answer(
    live_server: LiveServer, laptop: BrowserContext
) -> None:
    booth = open_booth(practice_items=0, catch_items=0)
    trials_begun(booth)
    page = laptop.new_page()
    page.goto(live_server.url + booth.path())
    rater = Rater(page)
    rater.at_clip(1, of=2)
    rater.watch()
    laptop.set_offline(True)
    rater.answer("Real")
    rater.play()
    expect(page.locator("[data-hint]")).to_be_empty()
    expect(rater.choice("Fake")).to_be_disabled()
    laptop.set_offline(False)
    rater.at_clip(2, of=2)
    assert Vote.objects.count() == 1
