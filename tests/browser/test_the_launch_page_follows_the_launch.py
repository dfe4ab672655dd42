"""Once a study is live, its launch page no longer offers to launch it."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from studies.services.publish import launch
from tests.browser.desk import desk, open_site, shot
from tests.worlds import World, built_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("device", ["laptop", "phone"])
def test_the_plan_goes_when_the_worker_has_launched(
    device: str, live_server: Any, settings: Any, request: pytest.FixtureRequest
) -> None:
    context: BrowserContext = request.getfixturevalue(device)
    site = open_site(live_server, settings)
    study = built_study(World(systems=("real", "flow")))
    with desk(context, site) as page:
        url = f"{site}/admin/studies/study/{study.pk}/launch/"
        page.goto(url)
        expect(page.locator("#recruiters")).to_be_visible()
        page.goto(f"{url}?asked=1&recruiter=link")
        expect(page.locator("#launch-state")).to_contain_text("Waiting for the")
        expect(page.locator("#recruiters")).to_have_count(0)
        shot(page, f"launch-waiting-{device}")
        launch(study, "link")
        expect(page.locator("#launched")).to_contain_text("Live")
        expect(page.get_by_text("What will be published")).to_have_count(0)
        expect(page.get_by_text("What it can show")).to_have_count(0)
        expect(page.get_by_text("Frozen at launch.")).to_be_visible()
        expect(page).to_have_url(url)
        shot(page, f"launch-live-{device}")
