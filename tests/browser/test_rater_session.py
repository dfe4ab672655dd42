"""A person does a whole session with mouse or finger, and sound really plays."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Vote
from tests.browser.rater import PLAYED, Rater, accept_form, grave_faults, shoot
from tests.rating.booth import SECONDS, Booth, open_booth

pytestmark = pytest.mark.browser


@pytest.fixture
def booth(live_server: LiveServer) -> Booth:
    return open_booth()


@dataclass(frozen=True, slots=True)
class Walk:
    """A session in steps; at each one a picture is taken and axe reads the page."""

    page: Page
    rater: Rater
    device: str

    def look(self, name: str) -> None:
        self.page.wait_for_timeout(150)
        shoot(self.page, f"{self.device}-{name}")
        assert grave_faults(self.page) == []

    def heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def get_ready(self) -> None:
        self.heading("Before you start")
        self.look("1-consent")
        self.page.get_by_role("button", name="Agree and go on").click()
        expect(self.page.get_by_text("Please tick the box")).to_be_visible()
        self.look("1-consent-missing")
        self.rater.agree()
        self.heading("Check your sound")
        self.look("2-sound")
        if self.device == "laptop":
            self.rater.count_tones(wrong_by=1)
            expect(self.page.get_by_text("That was not the number")).to_be_visible()
            self.look("2-sound-wrong")
        self.rater.count_tones()
        self.heading("What to do")
        self.look("3-instructions")
        self.rater.start()

    def practise(self) -> None:
        self.rater.at_clip(1)
        expect(self.page.get_by_text("Practice", exact=True)).to_be_visible()
        expect(self.page.get_by_role("button", name="Play")).to_be_enabled()
        self.look("4-trial-loaded")
        expect(self.rater.choice("Real")).to_be_disabled()
        self.rater.play()
        shoot(self.page, f"{self.device}-4-trial-playing")
        expect(self.rater.choice("Real")).to_be_enabled()
        self.look("4-trial-ended")
        self.was_heard()
        self.rater.answer("Real")
        expect(self.page.locator("[data-feedback]")).to_be_visible()
        self.look("4-trial-feedback")
        self.page.get_by_role("button", name="Next clip").click()
        self.look("5-practice-over")
        self.page.get_by_role("button", name="Go on").click()

    def was_heard(self) -> None:
        played = self.page.evaluate(PLAYED)
        assert played["ended"]
        assert played["at"] == pytest.approx(played["of"], abs=0.05)
        assert played["sound"] > 1000
        assert played["picture"] > 10
        assert (played["muted"], played["volume"]) == (False, 1)

    def hand_in(self) -> None:
        self.heading("All your answers are saved")
        self.look("6-finish")
        with self.page.expect_request("**/mturk/externalSubmit") as posted:
            self.rater.submit()
        self.heading("Thank you")
        assert posted.value.method == "POST"
        assert "assignmentId=ASG1" in (posted.value.post_data or "")


def whole_session(page: Page, url: str, device: str) -> None:
    walk = Walk(page, Rater(page), device)
    page.route("**/mturk/externalSubmit", accept_form)
    page.goto(url)
    walk.get_ready()
    walk.practise()
    walk.rater.finish_trials(2)
    walk.hand_in()
    assert page.context.cookies() == []
    assert Vote.objects.filter(usable=True).count() == 4


def test_a_session_on_a_laptop(
    live_server: LiveServer, booth: Booth, laptop: BrowserContext
) -> None:
    whole_session(laptop.new_page(), live_server.url + booth.path(), "laptop")
    assert Assignment.objects.get().steps["sound"]["attempts"] == 2
    telemetry = Vote.objects.order_by("pk")[0].telemetry
    assert telemetry["plays"] == telemetry["full_plays"] == 1
    assert telemetry["played_seconds"] == pytest.approx(SECONDS, abs=0.06)
    assert telemetry["bytes"] > 5000
    assert 0 < telemetry["rt_ms"] < telemetry["total_ms"]
    assert telemetry["visible_share"] == 1
    assert not telemetry["muted"]


# the laptop's are played in full
@pytest.mark.usefixtures("brief_tones")
def test_a_session_on_a_phone(
    live_server: LiveServer, booth: Booth, phone: BrowserContext
) -> None:
    whole_session(phone.new_page(), live_server.url + booth.path(), "phone")
