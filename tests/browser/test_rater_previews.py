"""Looking without taking part: before accepting, and as staff."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Study, Trial, Vote
from studies.services.previews import item_token
from tests.browser.rater import Rater, grave_faults, shoot
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser


@pytest.fixture
def booth(live_server: LiveServer) -> Booth:
    return open_booth()


def nothing_is_stored() -> bool:
    stored = (Assignment, Trial, Vote)
    return not any(model.objects.exists() for model in stored)


def play_and_answer(page: Page) -> None:
    rater = Rater(page)
    rater.watch()
    rater.answer("Fake")
    expect(page.locator("[data-hint]")).to_contain_text("your answer is not stored")


def test_a_preview_offers_a_clip_and_allocates_nothing(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    page = laptop.new_page()
    page.goto(live_server.url + booth.preview_path())
    expect(page.get_by_text("Accept the task to start.")).to_be_visible()
    expect(page.get_by_text("$0.20")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_enabled()
    shoot(page, "laptop-0-offer")
    assert grave_faults(page) == []
    play_and_answer(page)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    ("items_per_session", "said"),
    [(2, "Press Play; sound on."), (5, "Press Play; here it has no sound.")],
)
def test_the_clip_of_a_preview_asks_for_sound_only_where_it_has_any(
    items_per_session: int,
    said: str,
    live_server: LiveServer,
    laptop: BrowserContext,
) -> None:
    # of six clips, sessions of five leave none over for a preview
    booth = open_booth(items_per_session=items_per_session)
    page = laptop.new_page()
    page.goto(live_server.url + booth.preview_path())
    told = page.get_by_role("heading", name="(here without its sound)")
    expect(told).to_be_visible(visible="no sound" in said)
    expect(page.locator("[data-announce]")).to_have_text(f"The clip is loaded. {said}")


def test_a_preview_on_a_phone_reads_well(
    live_server: LiveServer, booth: Booth, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(live_server.url + booth.preview_path())
    expect(page.get_by_role("button", name="Play")).to_be_enabled()
    shoot(page, "phone-0-offer")
    assert grave_faults(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 320, "the page must not scroll sideways"


def test_staff_see_an_item_as_a_rater_does_and_store_nothing(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    item = booth.study.items.scored().first()
    assert item is not None
    page = laptop.new_page()
    page.goto(live_server.url + reverse("rating:preview", args=[item_token(item)]))
    expect(page.get_by_text("Preview: nothing is stored.")).to_be_visible()
    play_and_answer(page)
    shoot(page, "laptop-look")
    play_and_answer(page)
    assert nothing_is_stored()


def test_a_closed_study_says_so_in_words(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    Study.objects.update(state=Study.State.CLOSED)
    page = laptop.new_page()
    for path in (booth.path(), booth.preview_path()):
        page.goto(live_server.url + path)
        title = page.get_by_role("heading", name="This study is closed")
        expect(title).to_be_focused()
    shoot(page, "laptop-refused")
    assert grave_faults(page) == []


def test_a_browser_that_cannot_play_is_told_so(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    page = laptop.new_page()
    page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    page.goto(live_server.url + booth.path())
    title = page.get_by_role("heading", name="This browser cannot play the clips")
    expect(title).to_be_visible()
    page.wait_for_timeout(300)
    assert page.locator("[data-view]:visible").count() == 1


def test_without_javascript_the_page_says_what_to_do(
    live_server: LiveServer, booth: Booth, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + booth.path())
    title = page.get_by_role("heading", name="Please switch JavaScript on")
    expect(title).to_be_visible()
    context.close()
