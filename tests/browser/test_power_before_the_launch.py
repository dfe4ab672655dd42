"""What a study can show stands on the launch page; a click simulates its power."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.desk import desk, open_site, shot
from tests.worlds import World, built_study, drop_sounds

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("device", ["laptop", "phone"])
def test_one_press_simulates_and_says_what_cannot_be_decided(
    device: str, live_server: Any, settings: Any, request: pytest.FixtureRequest
) -> None:
    context: BrowserContext = request.getfixturevalue(device)
    site = open_site(live_server, settings)
    study = built_study(World(categories=2, clips_per_category=8))
    drop_sounds(study, "frame", keep=1)
    with desk(context, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/launch/")
        expect(page.locator("#intervals tbody tr")).to_have_count(4)
        expect(page.get_by_text("15 clips lack frame")).to_be_visible()
        expect(page.get_by_text("frame is on 1 of 16 clips")).to_be_visible()
        shot(page, f"power-1-{device}")
        page.click("#simulate button")
        expect(page.locator("#powers tbody tr")).to_have_count(9)
        expect(page.locator("#verdicts")).to_contain_text("cannot be decided")
        shot(page, f"power-2-{device}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.evaluate("window.innerWidth")
