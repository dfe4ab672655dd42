"""A rater at the screen: presses what a person presses, reads what is shown."""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Locator, Page, Route, expect

from studies.models import Assignment
from studies.services.sound_check import attempts, tone_count
from tests.rating.booth import Booth
from tests.rating.caller import Caller

PLAYED = """
() => {
  const video = document.querySelector("video");
  return {
    ended: video.ended,
    at: video.currentTime,
    of: video.duration,
    muted: video.muted,
    volume: video.volume,
    sound: video.webkitAudioDecodedByteCount,
    picture: video.webkitDecodedFrameCount,
  };
}
"""


def trials_begun(booth: Booth) -> Caller:
    """Do everything before the first clip, so that a test may start there."""
    caller = Caller(booth)
    caller.get_ready()
    return caller


class Rater:
    """Drives the page, or the frame that it lives in."""

    def __init__(self, page: Page | Frame):
        self.page = page

    def agree(self) -> None:
        self.page.get_by_label("I have read this").check()
        self.page.get_by_role("button", name="Agree and go on").click()

    def count_tones(self, *, wrong_by: int = 0) -> None:
        self.page.get_by_role("button", name="Play the tones").click()
        mine = Assignment.objects.get()
        count = tone_count(str(mine.key), attempts(mine)) + wrong_by
        self.page.get_by_role("button", name=str(count), exact=True).click()

    def start(self) -> None:
        self.page.get_by_role("button", name="Start").click()

    def at_clip(self, number: int, of: int = 4) -> None:
        title = self.page.get_by_role("heading", name=f"Clip {number} of {of}")
        expect(title).to_be_visible()

    def play(self) -> None:
        self.page.get_by_role("button", name=re.compile("^Play")).click()

    def watch(self) -> None:
        self.play()
        expect(self.choice("Real")).to_be_enabled()

    def answer(self, label: str) -> None:
        self.choice(label).click()

    def go_on(self) -> None:
        self.page.get_by_role("button", name="Next clip").click()
        self.page.get_by_role("button", name="Go on").click()

    def finish_trials(self, first: int, of: int = 4) -> None:
        """Answer from clip `first` to the last; the practice clip is the first."""
        for number in range(first, of + 1):
            self.at_clip(number, of)
            self.watch()
            self.answer("Fake" if number % 2 else "Real")
            if number == 1:
                self.go_on()

    def submit(self) -> None:
        self.page.get_by_role("button", name="Submit the task").click()

    def choice(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=label, exact=True)


def accept_form(route: Route) -> None:
    """Stand in for the recruiter that takes the form."""
    route.fulfill(body="<h1>Thank you</h1>", content_type="text/html")


def grave_faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page where SHOTS names a folder."""
    folder = os.environ.get("SHOTS", "")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")
