"""A person opens an invitation, is interrupted, comes back, ends with a code."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Vote
from studies.services.inviting import completion_code
from studies.services.publish import launch
from tests.browser.rater import Rater, grave_faults, shoot
from tests.worlds import World, built_study

pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("brief_tones")
def test_a_session_by_the_open_link(
    live_server: LiveServer, settings: Settings, laptop: BrowserContext
) -> None:
    settings.SITE_URL = live_server.url
    world = World(
        slug="links",
        systems=("real", "flow"),
        media=True,
        settings={"items_per_session": 2, "practice_items": 1, "catch_items": 1},
    )
    study = launch(built_study(world), "link")

    page = laptop.new_page()
    page.goto(study.postings.get().url)
    assert "who=" in page.url
    assert "open=" not in page.url
    rater = Rater(page)
    expect(page.get_by_text("address of this page is yours alone")).to_be_visible()
    shoot(page, "link-1-consent")
    rater.agree()
    rater.count_tones()
    rater.start()
    rater.at_clip(1)
    page.reload()
    rater.finish_trials(1)
    rater.submit()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    shoot(page, "link-2-done")
    assert grave_faults(page) == []
    session = Assignment.objects.get()
    expect(page.get_by_text(completion_code(session))).to_be_visible()
    assert session.state == Assignment.State.COMPLETED
    assert re.fullmatch(r"link:o[0-9a-f]{20}", session.rater)
    assert Vote.objects.filter(usable=True).count() == 4
    assert laptop.cookies() == []
