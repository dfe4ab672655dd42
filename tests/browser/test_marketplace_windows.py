"""What requesters' pages have always done: lead on to another host, open a window."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from marketplace.models import Assignment
from tests.marketplace import shop

pytestmark = pytest.mark.browser

SURVEY = """<!doctype html><html lang="en"><title>Survey</title>
<button id="open">Begin the experiment</button>
<form method="post"><input type="hidden" name="assignmentId">
<input name="code" aria-label="Code"><button>Send</button></form>
<script>
const given = new URLSearchParams(location.search);
document.getElementById("open").onclick = () => window.open("/window");
const form = document.forms[0];
form.assignmentId.value = given.get("assignmentId");
form.action = given.get("turkSubmitTo") + "/mturk/externalSubmit";
</script></html>"""
# in a sandbox of the opener's it would have no dialogs
WINDOW = """<!doctype html><html lang="en"><title>Experiment</title><p id="said"></p>
<button id="go">Go on</button>
<script>
localStorage.setItem("code", "7431");
document.getElementById("go").onclick = () => {
  document.getElementById("said").textContent =
    confirm("Begin?") ? localStorage.getItem("code") : "no";
};
</script></html>"""


class Pages(BaseHTTPRequestHandler):
    """/start leads to the other host's survey with all that it was told."""

    survey_port = 0

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/start":
            self.send_response(302)
            self.send_header(
                "Location", f"http://localhost:{self.survey_port}/survey?{query}"
            )
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write((WINDOW if path == "/window" else SURVEY).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def start() -> Iterator[str]:
    """The address of a requester's page, whose survey is on another port."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Pages) for _ in range(2)]
    Pages.survey_port = servers[1].server_port
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://localhost:{servers[0].server_port}/start"
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_survey_elsewhere_opens_its_window_and_is_submitted(
    laptop: BrowserContext, live_server: Any, settings: Any, start: str
) -> None:
    home = f"{live_server.url.replace('localhost', '127.0.0.1')}/marketplace"
    settings.MARKETPLACE_URL = home
    settings.ALLOWED_HOSTS = ["*"]
    question = shop.QUESTION.replace("https://rate.example/hit/", start)
    shop.publish(shop.requester(), shop.Terms(question=question))
    shop.worker("alice")
    page = laptop.new_page()
    page.goto(f"{home}/sign-in/?next=/marketplace/")
    page.get_by_label("Name or WorkerId").fill("alice")
    page.get_by_label("Password").fill(shop.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Accept and work on Real or fake?").click()
    frame = page.frame_locator("#task-frame")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Begin the experiment").click()
    # asked only now, when somebody listens
    opened.value.on("dialog", lambda asked: asked.accept())
    opened.value.get_by_role("button", name="Go on").click()
    expect(opened.value.locator("#said")).to_have_text("7431")
    frame.get_by_label("Code").fill("7431")
    frame.get_by_role("button", name="Send").click()
    page.wait_for_url("**/submitted")
    assert "<FreeText>7431</FreeText>" in Assignment.objects.get().answer
