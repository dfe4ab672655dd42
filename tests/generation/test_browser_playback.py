"""A real Chromium plays what was built, filled frames and all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from generation.media import ArmSource, RenderSpec, build_clip
from tests.generation.makers import video

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"]
PLAY = """async () => {
  const video = document.querySelector("video");
  await video.play();
  await new Promise(done => video.onended = done);
  return [video.duration, video.videoWidth, video.webkitAudioDecodedByteCount,
          video.webkitVideoDecodedByteCount, video.error === null];
}"""


@pytest.fixture
def no_async_guard() -> Iterator[None]:
    # Playwright's loop makes Django believe that tests run inside async code
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.mark.browser
@pytest.mark.usefixtures("no_async_guard")
def test_chromium_plays_a_stimulus_to_its_end(tmp_path: Path) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium")
    source = video(tmp_path / "s.mp4", seconds=1.0)
    built = build_clip(
        [ArmSource("real", source, "x1")], source, tmp_path / "out", RenderSpec()
    )
    page_file = tmp_path / "page.html"
    page_file.write_text(f'<video src="{built.arms[0].path.as_uri()}"></video>')
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.goto(page_file.as_uri())
        seconds, width, heard, seen, fine = page.evaluate(PLAY)
        browser.close()
    assert fine
    assert seconds == pytest.approx(1.0, abs=0.03)
    assert width == 128
    assert heard > 40 * 768  # every filled AAC frame went through the decoder
    assert seen > 0
