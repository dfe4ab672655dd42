"""Real, Fake and what comes after them are in sight without scrolling, however held."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.rater import Rater, shoot, trials_begun
from tests.rating.booth import open_booth

pytestmark = pytest.mark.browser

PHONES = [(390, 844), (844, 390), (667, 375), (740, 360), (568, 320), (360, 640)]
OTHERS = [(1366, 768), (1024, 500), (768, 1024)]


def below(page: Page, *names: str) -> list[str]:
    """Return the buttons of which a part lies outside the window."""
    size = page.viewport_size
    assert size is not None
    out = []
    for name in names:
        box = page.get_by_role("button", name=name).bounding_box()
        assert box is not None, name
        inside = (
            box["x"] >= 0
            and box["y"] >= 0
            and box["x"] + box["width"] <= size["width"]
            and box["y"] + box["height"] <= size["height"]
        )
        if not inside:
            out.append(f"{name}: {box}")
    return out


@pytest.mark.parametrize(("width", "height"), [*PHONES, *OTHERS])
def test_nothing_to_press_lies_below_the_window(
    live_server: LiveServer, chromium: Browser, width: int, height: int
) -> None:
    booth = open_booth()
    trials_begun(booth)
    is_phone = (width, height) in PHONES
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        is_mobile=is_phone,
        has_touch=is_phone,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(live_server.url + booth.path())
    rater = Rater(page)
    rater.at_clip(1)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    shoot(page, f"trial-{width}x{height}")
    assert below(page, "Play", "Real", "Fake") == []
    stage = page.locator("[data-stage]").bounding_box()
    assert stage is not None
    # a picture that is worth judging
    assert stage["width"] >= min(300, 0.45 * width)
    rater.watch()
    assert below(page, "Real", "Fake") == []
    rater.answer("Fake")
    expect(page.get_by_role("button", name="Next clip")).to_be_visible()
    shoot(page, f"answered-{width}x{height}")
    assert below(page, "Real", "Fake", "Next clip") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
