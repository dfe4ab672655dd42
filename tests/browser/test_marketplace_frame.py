"""A worker in a real browser: the question is a page of another site, in a frame."""

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.models import Assignment
from tests.marketplace import shop

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>Question</title>
<p id="who"></p>
<form method="post"><input type="hidden" name="assignmentId">
<input type="hidden" name="votes" value='[{"item":1,"vote":"real"}]'>
<button>Send</button></form>
<script>
const given = new URLSearchParams(location.search);
document.getElementById("who").textContent = given.get("workerId") || "preview";
const form = document.forms[0];
form.assignmentId.value = given.get("assignmentId");
form.action = (given.get("turkSubmitTo") || "") + "/mturk/externalSubmit";
</script></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def question(tmp_path: Path) -> Iterator[str]:
    """A page of a requester's, on another site than the marketplace."""
    (tmp_path / "question.html").write_text(PAGE)
    serve = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://localhost:{server.server_port}/question.html?study=vegas"
        server.shutdown()


@pytest.fixture
def market(live_server: Any, settings: Any, question: str) -> str:
    """A marketplace with one HIT of two places and a worker, alice."""
    home = f"{live_server.url.replace('localhost', '127.0.0.1')}/marketplace"
    settings.MARKETPLACE_URL = home
    settings.MARKETPLACE_ALLOW_HTTP_LOOPBACK = True
    settings.ALLOWED_HOSTS = ["*"]
    shop.requester()
    shop.worker("alice")
    xml = shop.QUESTION.replace(
        "https://rate.example/hit/?study=vegas&amp;b=17", question
    )
    client = shop.mturk(f"{home}/api/")
    for _ in range(2):
        client.create_hit(**{**shop.HIT_REQUEST, "Question": xml})
    return home


def picture(page: Page, name: str) -> None:
    """Leave a screenshot where PICTURES says, for people to look at."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"market-{name}.png", full_page=True)


def serious(page: Page) -> list[str]:
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html']}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]


def sign_in(page: Page, market: str) -> None:
    page.goto(f"{market}/sign-in/?next=/marketplace/")
    page.get_by_label("Name or WorkerId").fill("alice")
    page.get_by_label("Password").fill(shop.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_preview_accept_submit_and_the_next_hit(
    laptop: BrowserContext, market: str
) -> None:
    page = laptop.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, market)
    picture(page, "list")
    page.get_by_role("link", name="Preview Real or fake?").click()
    frame = page.frame_locator("#task-frame")
    expect(frame.locator("#who")).to_have_text("preview")
    picture(page, "preview")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(frame.locator("#who")).to_have_text(
        Assignment.objects.get().worker.worker_id
    )
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^59:\d\d$|^1:00:00$"))
    picture(page, "work")
    frame.get_by_role("button", name="Send").click()
    # the frame asks, the page around it goes on by itself
    page.wait_for_url("**/submitted")
    expect(page.get_by_role("heading", name="Submitted")).to_be_visible()
    picture(page, "submitted")
    first = Assignment.objects.get()
    assert first.status == "Submitted"
    assert '[{"item":1,"vote":"real"}]' in first.answer
    page.get_by_role("button", name="Next HIT of this group").click()
    expect(frame.locator("#who")).to_have_text(first.worker.worker_id)
    assert Assignment.objects.count() == 2
    assert problems == []


def test_little_time_left_is_said(laptop: BrowserContext, market: str) -> None:
    page = laptop.new_page()
    page.clock.install()
    sign_in(page, market)
    page.get_by_role("button", name="Accept and work on Real or fake?").first.click()
    # written by the script: from here on its clock is the one that is moved
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(1:00:00|59:\d\d)$"))
    expect(page.locator("#warning")).to_be_empty()
    page.clock.fast_forward(56 * 60 * 1000)
    expect(page.locator("#warning")).to_contain_text("Less than five minutes")
    page.clock.fast_forward(5 * 60 * 1000)
    expect(page.locator("#warning")).to_contain_text("The time ran out")
    expect(page.get_by_role("timer")).to_have_text("00:00")


def test_the_pages_fit_a_phone_and_have_no_serious_fault(
    phone: BrowserContext, market: str
) -> None:
    page = phone.new_page()
    for path in ("sign-in/", "sign-up/"):
        page.goto(f"{market}/{path}")
        assert serious(page) == []
    sign_in(page, market)
    page.get_by_role("button", name="Accept and work on Real or fake?").first.click()
    page.wait_for_selector("#task-frame")
    work = page.url
    for name, url in {
        "list": market,
        "work": work,
        "queue": f"{market}/queue/",
        "earnings": f"{market}/earnings/",
        "refusal": f"{market}/hits/3NOTHING/",
    }.items():
        page.goto(url)
        picture(page, f"phone-{name}")
        assert serious(page) == [], url
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(wide) <= 0, url
