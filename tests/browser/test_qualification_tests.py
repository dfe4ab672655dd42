"""A worker takes a qualification's test in a real browser, against the time."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.clock import CLOCK
from marketplace.models import QualificationType
from tests.marketplace import exams, shop

pytestmark = pytest.mark.browser

TEST = exams.exam("bell", "dog")
KEY = exams.key(exams.keyed("bell", {"a": 40}), exams.keyed("dog", {"b": 60}))


@pytest.fixture
def market(live_server: Any, settings: Any) -> str:
    """A marketplace with a test of twelve minutes and a worker, alice."""
    home = f"{live_server.url}/marketplace"
    settings.MARKETPLACE_URL = home
    settings.ALLOWED_HOSTS = ["*"]
    shop.requester()
    shop.worker("alice")
    shop.mturk(f"{home}/api/").create_qualification_type(
        Name="Hears well",
        Description="Tells sounds apart.",
        QualificationTypeStatus="Active",
        Test=TEST,
        TestDurationInSeconds=720,
        AnswerKey=KEY,
    )
    return home


def looked_at(page: Page, name: str) -> None:
    """No serious fault that axe finds, nothing wider than the window; a picture."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    grave = [v["id"] for v in found if v["impact"] in {"serious", "critical"}]
    assert grave == [], name
    assert page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    ), name


def signed_in(context: BrowserContext, home: str) -> Page:
    page = context.new_page()
    page.goto(f"{home}/sign-in/?next=/marketplace/qualifications/")
    page.get_by_label("Name or WorkerId").fill("alice")
    page.get_by_label("Password").fill(shop.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def begin(page: Page, left: str = r"^1[12]:\d\d$") -> None:
    page.get_by_role("link", name="To the test of Hears well").click()
    page.get_by_role("button", name="Take the test").click()
    expect(page.locator("#timer")).to_have_text(re.compile(left))


def test_a_short_test_does_not_begin_with_a_warning(
    laptop: BrowserContext, market: str
) -> None:
    QualificationType.objects.update(test_seconds=300)
    page = signed_in(laptop, market)
    page.clock.install()
    begin(page, r"^0[45]:\d\d$")
    page.clock.fast_forward(2_000)
    expect(page.locator("#warning")).to_have_text("")
    page.clock.fast_forward(240_000)
    expect(page.locator("#warning")).to_contain_text("Less than a minute")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_test_is_taken_with_the_time_in_sight(
    laptop: BrowserContext, market: str, width: int
) -> None:
    page = signed_in(laptop, market)
    page.set_viewport_size({"width": width, "height": 800})
    page.clock.install()
    looked_at(page, f"qualifications-{width}")
    begin(page)
    looked_at(page, f"qualification-test-{width}")
    expect(page.locator("#warning")).to_have_text("")
    page.clock.fast_forward(7 * 60_000 + 2_000)
    expect(page.locator("#timer")).to_have_text(re.compile(r"^04:\d\d$"))
    expect(page.locator("#warning")).to_contain_text("Less than five minutes")
    bell = page.get_by_role("group", name="Sound bell")
    bell.get_by_label("Letter a").focus()
    page.keyboard.press("Space")
    # the browser itself asks for what is missing
    page.get_by_role("button", name="Hand in").click()
    dog = page.get_by_role("group", name="Sound dog")
    expect(dog.get_by_label("Letter a")).to_be_focused()
    dog.get_by_label("Letter c").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("#standing")).to_contain_text("Your value is 40")
    looked_at(page, f"qualification-{width}")
    page.get_by_role("link", name="All qualifications").click()
    expect(page.get_by_role("region", name="Your qualifications")).to_contain_text("40")
    looked_at(page, f"qualifications-held-{width}")


def test_when_the_time_is_over_the_page_and_the_server_say_so(
    laptop: BrowserContext, market: str
) -> None:
    page = signed_in(laptop, market)
    page.clock.install()
    begin(page)
    with CLOCK.ahead() as advance:
        advance(timedelta(seconds=721))
        page.clock.fast_forward(721_000)
        expect(page.locator("#timer")).to_have_text("00:00")
        expect(page.locator("#warning")).to_contain_text("The time ran out")
        looked_at(page, "qualification-test-late")
        for name, letter in (("bell", "a"), ("dog", "b")):
            group = page.get_by_role("group", name=f"Sound {name}")
            group.get_by_label(f"Letter {letter}").check()
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("alert")).to_contain_text("were not taken")
        looked_at(page, "qualification-too-late")
