"""HTMLQuestion and QuestionForm in a real browser: previewed, accepted, answered."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.models import Assignment
from tests.browser.desk import shot
from tests.browser.rater import grave_faults
from tests.marketplace import shop
from tests.marketplace.forms import GAME
from tests.marketplace.pages import keep

pytestmark = pytest.mark.browser

IMAGE = "http://tictactoe.example/01523/board.gif"
# reads its address and posts to where it says, as pages without Amazon's script do
COPYING = keep("""<!doctype html><html lang="en"><title>Page</title>
<p id="who"></p><p id="reach"></p>
<form method="post"><input type="hidden" name="assignmentId">
<label>Weather <input name="weather"></label><button>Send</button></form>
<script>
const given = new URLSearchParams(document.location.search);
document.getElementById("who").textContent = given.get("workerId") || "preview";
document.forms[0].assignmentId.value = given.get("assignmentId");
document.forms[0].action = given.get("turkSubmitTo") + "/mturk/externalSubmit";
const reached = [];
const tries = {
  cookie: () => document.cookie,
  storage: () => localStorage.length,
  parent: () => parent.document.title,
  leave: () => { if (top !== window) top.location.assign("/marketplace/queue/"); },
};
for (const [name, attempt] of Object.entries(tries)) {
  try { attempt(); reached.push(name); } catch { /* kept out */ }
}
fetch(location.origin + "/marketplace/earnings/", {credentials: "include"})
  .then(() => reached.push("earnings"), () => {})
  .finally(() => {
    document.getElementById("reach").textContent = `reached: ${reached}.`;
  });
</script></html>""")
# a window that a page opens is out of the sandbox; what does it find there?
OPENING = keep("""<!doctype html><html lang="en"><title>Page</title>
<p id="reach"></p>
<p><button onclick="look()">Blank</button>
<button onclick="window.open(location.href)">Itself</button></p>
<script>
function told(attempt) {
  try { return `reached ${attempt()}`; } catch (error) { return error.name; }
}
function look() {
  const opened = window.open();
  const said = told(() => opened.document.cookie);
  document.getElementById("reach").textContent = said;
}
</script></html>""")
# Amazon's own example: its script is gone, its address too
AMAZONS = keep("""<!DOCTYPE html>
<html><head>
<script type='text/javascript' src='https://s3.amazonaws.com/mturk-public/externalHIT_v1.js'></script>
</head><body>
<form name='mturk_form' method='post' id='mturk_form'
 action='https://www.mturk.com/mturk/externalSubmit'>
<input type='hidden' value='' name='assignmentId' id='assignmentId'/>
<p><textarea name='comment' aria-label='Comment'></textarea></p>
<p><input type='submit' id='submitButton' value='Submit'/></p></form>
<script language='Javascript'>
turkSetAssignmentID();
document.title = document.compatMode;
</script>
</body></html>""")


@pytest.fixture
def market(live_server: Any, settings: Any) -> str:
    """A marketplace with a requester and a worker, alice."""
    home = f"{live_server.url.replace('localhost', '127.0.0.1')}/marketplace"
    settings.MARKETPLACE_URL = home
    settings.ALLOWED_HOSTS = ["*"]
    shop.requester()
    shop.worker("alice")
    return home


def publish(market: str, question: str) -> str:
    client = shop.mturk(f"{market}/api/")
    made = client.create_hit(**{**shop.HIT_REQUEST, "Question": question})
    return str(made["HIT"]["HITId"])


def answer_of(market: str, hit_id: str) -> str:
    listed = shop.mturk(f"{market}/api/").list_assignments_for_hit(HITId=hit_id)
    return str(listed["Assignments"][0]["Answer"])


def sign_in(page: Page, market: str) -> None:
    page.goto(f"{market}/sign-in/?next=/marketplace/")
    page.get_by_label("Name or WorkerId").fill("alice")
    page.get_by_label("Password").fill(shop.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def accept(page: Page) -> None:
    page.get_by_role("button", name="Accept", exact=True).click()
    page.wait_for_url("**/assignments/**")


def fits(page: Page) -> bool:
    wide = "document.documentElement.scrollWidth - window.innerWidth"
    return int(page.evaluate(wide)) <= 0


def test_a_kept_page_is_answered_and_reaches_nothing_of_the_marketplace(
    laptop: BrowserContext, market: str
) -> None:
    hit_id = publish(market, COPYING)
    page = laptop.new_page()
    sign_in(page, market)
    page.goto(f"{market}/hits/{hit_id}/")
    frame = page.frame_locator("#task-frame")
    expect(frame.locator("#who")).to_have_text("preview")
    shot(page, "kept-preview")
    accept(page)
    worker = Assignment.objects.get().worker.worker_id
    expect(frame.locator("#who")).to_have_text(worker)
    expect(frame.locator("#reach")).to_have_text("reached: .")
    frame.get_by_label("Weather").fill("snow & ice")
    shot(page, "kept-work")
    frame.get_by_role("button", name="Send").click()
    page.wait_for_url("**/submitted")
    assert "<FreeText>snow &amp; ice</FreeText>" in answer_of(market, hit_id)


def test_a_kept_page_is_not_opened_by_itself(
    laptop: BrowserContext, market: str
) -> None:
    hit_id = publish(market, COPYING)
    page = laptop.new_page()
    sign_in(page, market)
    page.goto(f"{market}/hits/{hit_id}/page?workerId=A1")
    # it would stand below the marketplace's own address, and could look like it
    expect(page).to_have_url(f"{market}/hits/{hit_id}/")
    expect(page.frame_locator("#task-frame").locator("#reach")).to_have_text(
        "reached: ."
    )


def test_a_window_that_a_kept_page_opens_reaches_nothing_either(
    laptop: BrowserContext, market: str
) -> None:
    hit_id = publish(market, OPENING)
    page = laptop.new_page()
    sign_in(page, market)
    page.goto(f"{market}/hits/{hit_id}/")
    frame = page.frame_locator("#task-frame")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Blank").click()
    # it is not even handed the window
    expect(frame.locator("#reach")).to_have_text(re.compile("^[A-Z][a-z]+Error$"))
    opened.value.close()
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Itself").click()
    # there is the preview, with the page in its frame once more
    expect(opened.value).to_have_url(f"{market}/hits/{hit_id}/")


def test_a_page_made_for_amazon_is_submitted_here(
    laptop: BrowserContext, market: str
) -> None:
    hit_id = publish(market, AMAZONS)
    page = laptop.new_page()
    page.route("https://**", lambda route: route.abort())
    sign_in(page, market)
    page.goto(f"{market}/hits/{hit_id}/")
    frame = page.frame_locator("#task-frame")
    frame.get_by_role("button", name="Submit").click()
    expect(frame.get_by_role("heading", name="Not submitted")).to_be_visible()
    accept(page)
    frame.get_by_label("Comment").fill("as ever")
    assert page.frames[1].title() == "CSS1Compat"
    frame.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/submitted")
    assert "<FreeText>as ever</FreeText>" in answer_of(market, hit_id)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_form_is_previewed_accepted_mended_and_submitted(
    laptop: BrowserContext, market: str, width: int
) -> None:
    hit_id = publish(market, GAME)
    page = laptop.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.route(IMAGE, lambda route: route.fulfill(body=b"", content_type="image/gif"))
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, market)
    page.goto(f"{market}/hits/{hit_id}/")
    submit = page.get_by_role("button", name="Submit")
    expect(submit).to_be_disabled()
    expect(page.get_by_text("accept the HIT before you answer")).to_be_visible()
    shot(page, f"form-preview-{width}")
    accept(page)
    move = page.get_by_role("textbox", name="The Next Move")
    expect(move).to_have_value("C1")
    assert grave_faults(page) == []
    # the browser holds back what the pattern does not allow
    move.fill("Z9")
    submit.click()
    assert move.evaluate("field => field.validationMessage") == "As in C1."
    move.fill("b2")
    page.get_by_label("Likely", exact=True).check()
    page.get_by_label("A corner is free").check()
    page.get_by_label("The centre is free").check()
    page.get_by_label("What else").fill("luck")
    expect(page.get_by_label("Other", exact=True)).to_be_checked()
    submit.click()
    # the server tells what the browser does not count
    expect(page.locator("#answer-2-fault")).to_have_text(
        "Question 3: choose no more than 2."
    )
    expect(move).to_have_value("b2")
    shot(page, f"form-faults-{width}")
    assert grave_faults(page) == []
    assert fits(page)
    page.get_by_label("The centre is free").uncheck()
    submit.click()
    page.wait_for_url("**/submitted")
    answer = answer_of(market, hit_id)
    assert "<FreeText>b2</FreeText>" in answer
    assert "<SelectionIdentifier>corner</SelectionIdentifier>" in answer
    assert "<OtherSelectionText>luck</OtherSelectionText>" in answer
    assert problems == []
