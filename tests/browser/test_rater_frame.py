"""The page where it really lives: in the marketplace's frame, another site's guest."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Vote
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.rater import Rater, accept_form, shoot
from tests.rating.booth import open_booth

pytestmark = pytest.mark.browser

# as Mechanical Turk frames an ExternalQuestion: sandboxed, autoplay not delegated
OUTER = """<!doctype html><html lang="en"><title>Market</title><h1>Market</h1>
<iframe src="{url}" width="1000" height="640" title="The task"
 sandbox="allow-scripts allow-same-origin allow-forms allow-popups"></iframe>"""


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


def test_a_session_in_a_foreign_frame_with_storage_blocked(
    live_server: LiveServer, strict: BrowserContext, settings: Settings
) -> None:
    market = live_server.url.replace("localhost", "127.0.0.1")
    assert market != live_server.url, "the frame must be of another site"
    settings.MARKETPLACE_URL = f"{market}/marketplace"
    booth = open_booth(practice_items=0, catch_items=0)
    page = strict.new_page()
    outer = OUTER.format(url=live_server.url + booth.path().replace("&", "&amp;"))
    page.route(
        f"{market}/task",
        lambda route: route.fulfill(body=outer, content_type="text/html"),
    )
    page.route("**/mturk/externalSubmit", accept_form)
    page.goto(f"{market}/task")
    rater = Rater(frame_of(page))
    rater.agree()
    assert storage_is_blocked(page)
    rater.count_tones()
    rater.start()
    rater.at_clip(1, of=2)
    rater.watch()
    shoot(page, "frame-trial")
    rater.answer("Fake")
    rater.at_clip(2, of=2)
    rater.watch()
    rater.answer("Real")
    rater.submit()
    # the recruiter's answer is in the frame, the market around it still there
    thanks = page.frame_locator("iframe").get_by_role("heading", name="Thank you")
    expect(thanks).to_be_visible()
    expect(page.get_by_role("heading", name="Market")).to_be_visible()
    assert len(strict.pages) <= 2, "a popup was opened"
    assert strict.cookies() == []
    assert Vote.objects.count() == 2
    assert Assignment.objects.get().state == Assignment.State.COMPLETED


def test_no_other_site_may_frame_the_page(
    live_server: LiveServer, laptop: BrowserContext
) -> None:
    booth = open_booth()
    page = laptop.new_page()
    outer = OUTER.format(url=live_server.url + booth.path().replace("&", "&amp;"))
    page.route(
        "http://elsewhere.test/",
        lambda route: route.fulfill(body=outer, content_type="text/html"),
    )
    page.goto("http://elsewhere.test/")
    page.wait_for_timeout(500)
    assert "chrome-error" in page.frames[1].url


def frame_of(page: Page) -> Frame:
    page.wait_for_load_state()
    return page.frames[1]


def storage_is_blocked(page: Page) -> bool:
    """Read, not press: what the page's own script would meet."""
    tried = "() => { try { sessionStorage; return false } catch { return true } }"
    return bool(page.frames[1].evaluate(tried))
