"""The page where it really lives: in the marketplace's frame, another site's guest."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Vote
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.market import Market, open_market
from tests.browser.rater import Rater, shoot
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser


@pytest.fixture
def strict(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser that blocks third-party cookies and storage, as Safari does."""
    preferences = tmp_path / "Default" / "Preferences"
    preferences.parent.mkdir()
    blocked = {"cookie_controls_mode": 1, "block_third_party_cookies": True}
    preferences.write_text(json.dumps({"profile": blocked}))
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path),
        executable_path=CHROMIUM,
        args=FLAGS,
        viewport={"width": 1280, "height": 800},
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def market() -> Iterator[Market]:
    with open_market() as market:
        yield market


@pytest.fixture
def booth(live_server: LiveServer) -> Booth:
    return open_booth(practice_items=0, catch_items=0)


@pytest.mark.usefixtures("brief_tones")
def test_a_session_in_a_foreign_frame_with_storage_blocked(
    live_server: LiveServer,
    strict: BrowserContext,
    settings: Settings,
    market: Market,
    booth: Booth,
) -> None:
    settings.MARKETPLACE_URL = f"{market.url}/marketplace"
    market.task = live_server.url + booth.path()
    page = strict.new_page()
    page.goto(market.url)
    rater = Rater(page.frames[1])
    rater.agree()
    assert storage_is_blocked(page)
    rater.count_tones()
    rater.start()
    for number, label in enumerate(("Fake", "Real"), start=1):
        rater.at_clip(number, of=2)
        rater.watch()
        shoot(page, f"frame-trial-{number}")
        rater.answer(label)
    rater.submit()
    # the recruiter's answer is in the frame, the market around it still there
    thanks = page.frame_locator("iframe").get_by_role("heading", name="Thank you")
    expect(thanks).to_be_visible()
    expect(page.get_by_role("heading", name="Market")).to_be_visible()
    assert [form["path"] for form in market.taken] == [
        "/marketplace/mturk/externalSubmit"
    ]
    assert market.taken[0]["assignmentId"] == "ASG1"
    assert strict.cookies() == []
    assert Vote.objects.count() == 2
    assert Assignment.objects.get().state == Assignment.State.COMPLETED


def test_no_other_site_may_frame_the_page(
    live_server: LiveServer, laptop: BrowserContext, market: Market, booth: Booth
) -> None:
    market.task = live_server.url + booth.path()
    page = laptop.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(market.url)
    page.wait_for_timeout(300)
    assert page.frames[1].url.startswith("chrome-error")
    assert "frame-ancestors" in " ".join(said)


def storage_is_blocked(page: Page) -> bool:
    """Read, not press: what the page's own script would meet."""
    tried = "() => { try { sessionStorage; return false } catch { return true } }"
    return bool(page.frames[1].evaluate(tried))
