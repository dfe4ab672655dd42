"""Whatever breaks in the middle, every answer arrives, and once."""

import pytest
from playwright.sync_api import BrowserContext, Route, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Vote
from tests.browser.rater import Rater, accept_form, shoot, trials_begun
from tests.rating.booth import Booth, open_booth

pytestmark = pytest.mark.browser


@pytest.fixture
def booth(live_server: LiveServer) -> Booth:
    return open_booth()


def test_a_reload_goes_on_at_the_same_clip(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    rater = Rater(page)
    page.goto(live_server.url + booth.path())
    rater.at_clip(1)
    rater.watch()
    rater.answer("Real")
    rater.go_on()
    rater.at_clip(2)
    rater.play()
    page.reload()
    rater.at_clip(2)
    expect(rater.choice("Real")).to_be_disabled()
    rater.finish_trials(2)
    expect(
        page.get_by_role("heading", name="All your answers are saved")
    ).to_be_visible()
    assert Vote.objects.count() == 4
    assert Assignment.objects.count() == 1


def test_an_answer_given_offline_is_kept_and_stored_once(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    rater = Rater(page)
    page.goto(live_server.url + booth.path())
    rater.watch()
    laptop.set_offline(True)
    rater.answer("Real")
    expect(page.get_by_text("The connection is lost")).to_be_visible()
    shoot(page, "laptop-offline")
    assert Vote.objects.count() == 0
    laptop.set_offline(False)
    expect(page.get_by_text("The connection is back")).to_be_visible()
    expect(page.locator("[data-feedback]")).to_be_visible()
    assert Vote.objects.count() == 1


def test_an_answer_given_offline_survives_a_reload(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    rater = Rater(page)
    page.goto(live_server.url + booth.path())
    rater.watch()
    page.route("**/api/answer/", lambda route: route.abort())
    rater.answer("Fake")
    expect(page.get_by_text("The connection is lost")).to_be_visible()
    page.unroute("**/api/answer/")
    page.reload()
    rater.at_clip(2)
    assert [vote.choice for vote in Vote.objects.all()] == ["fake"]


def test_an_answer_whose_acknowledgement_is_lost_is_stored_once(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    rater = Rater(page)
    lost: list[int] = []

    def lose_the_first_reply(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/answer/", lose_the_first_reply)
    page.goto(live_server.url + booth.path())
    rater.watch()
    rater.answer("Real")
    expect(page.locator("[data-feedback]")).to_be_visible()
    assert lost == [200]
    assert Vote.objects.count() == 1


def test_half_a_clip_is_not_played(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth)
    page = laptop.new_page()
    # until the message was seen: the page tries again by itself, and a busy
    # machine may look only after the second try
    page.route("**/media/*.mp4", lambda route: route.abort("connectionreset"))
    page.goto(live_server.url + booth.path())
    expect(page.get_by_text("The connection is lost")).to_be_visible()
    page.unroute("**/media/*.mp4")
    Rater(page).watch()


def test_a_form_that_did_not_arrive_can_be_sent_again(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    trials_begun(booth).answer_all()
    page = laptop.new_page()
    page.route("**/mturk/externalSubmit", lambda route: route.abort())
    page.goto(live_server.url + booth.path())
    with page.expect_event("requestfailed"):
        Rater(page).submit()
    page.unroute("**/mturk/externalSubmit")
    page.route("**/mturk/externalSubmit", accept_form)
    page.goto(live_server.url + booth.path())
    Rater(page).submit()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
