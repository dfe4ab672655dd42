"""A participant comes from Prolific, rates, and is led back with the code."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from studies.models import Assignment, Study, Vote
from studies.services.collect import advance
from tests.browser.rater import Rater, grave_faults, shoot
from tests.recruiters.prolific_server import Prolific
from tests.recruiters.prolific_study import launched, on_prolific
from tests.worlds import World

pytestmark = pytest.mark.browser
WORLD = World(
    slug="panel",
    systems=("real", "flow"),
    media=True,
    settings={"items_per_session": 2, "practice_items": 1, "catch_items": 1},
)


@pytest.fixture
def prolific(monkeypatch: pytest.MonkeyPatch) -> Iterator[Prolific]:
    with on_prolific(monkeypatch) as there:
        yield there


@pytest.fixture
def study(prolific: Prolific, live_server: LiveServer, settings: Settings) -> Study:
    settings.SITE_URL = live_server.url
    return launched(WORLD)


def code_of(prolific: Prolific) -> str:
    (there,) = prolific.world.studies.values()
    return str(there["completion_codes"][0]["code"])


def rate(page: Page, prolific: Prolific, study: Study) -> Rater:
    """Open the study as Prolific does and do everything up to the last button."""
    heard: list[Response] = []

    def hear(reply: Response) -> None:
        heard.append(reply)

    page.on("response", hear)
    posting = study.postings.get().external_id
    page.goto(prolific.link(posting, "a" * 24))
    rater = Rater(page)
    rater.agree()
    rater.count_tones()
    rater.start()
    rater.finish_trials(1)
    title = page.get_by_role("heading", name="All your answers are saved")
    expect(title).to_be_visible()
    texts = [
        (reply.url, reply.text())
        for reply in heard
        if "video" not in reply.headers["content-type"]
        and "audio" not in reply.headers["content-type"]
    ]
    assert len(texts) > 10
    holding = [url for url, text in texts if code_of(prolific) in text]
    # nothing but the last call brings it, once every vote is stored
    assert holding == [texts[-1][0]]
    assert holding[0].endswith("/finish/")
    return rater


@pytest.mark.usefixtures("brief_tones")
def test_a_participant_is_led_back_and_paid(
    prolific: Prolific, study: Study, laptop: BrowserContext
) -> None:
    page = laptop.new_page()
    rater = rate(page, prolific, study)
    session = Assignment.objects.get()
    assert session.rater == "prolific:" + "a" * 24
    assert Vote.objects.filter(usable=True).count() == 4
    prolific.at_screen = session.external_id
    rater.submit()
    expect(page.get_by_role("heading", name="Submission complete")).to_be_visible()
    assert page.url == f"{prolific.home}/submissions/complete?cc={code_of(prolific)}"
    assert laptop.cookies() == []
    advance(study)
    assert prolific.world.paid == {session.external_id: 1}
    session.refresh_from_db()
    assert session.state == Assignment.State.APPROVED
    # nothing is missed where no copy of the answers comes back
    assert not any("copy" in flag for flag in session.flags)


@pytest.mark.usefixtures("brief_tones")
def test_where_prolific_cannot_be_opened_the_code_is_shown(
    prolific: Prolific, study: Study, laptop: BrowserContext
) -> None:
    page = laptop.new_page()
    rater = rate(page, prolific, study)
    code = code_of(prolific)
    assert code not in page.inner_text("body")
    # no answer at all: the browser stays where it is
    page.route("**/submissions/complete**", lambda route: route.fulfill(status=204))
    page.clock.install()
    with page.expect_request("**/submissions/complete**"):
        rater.submit()
    told = page.get_by_text(f"enter this completion code where you started: {code}")
    expect(told).to_be_hidden()
    # the page says so when nothing has come for eight seconds
    page.clock.fast_forward(8_000)
    expect(told).to_be_visible()
    shoot(page, "prolific-code")
    assert grave_faults(page) == []


def test_whoever_only_looks_sees_the_offer(
    prolific: Prolific, study: Study, laptop: BrowserContext
) -> None:
    (there,) = prolific.world.studies.values()
    page = laptop.new_page()
    page.goto(there["external_study_url"])
    expect(page.get_by_text("This is a preview.")).to_be_visible()
    assert not Assignment.objects.exists()
