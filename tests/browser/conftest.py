"""A real Chromium; tests that need it are skipped, saying so, where it is absent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Playwright,
    expect,
    sync_playwright,
)

from studies.services import sound_check

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        # Playwright's loop makes Django believe that tests run inside async code
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # a second of work is several on a busy machine
        expect.set_options(timeout=15_000)
        yield started


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def brief_tones(monkeypatch: pytest.MonkeyPatch) -> None:
    """One second of tones in place of five, for tests of what comes after them."""
    lengths = {"SECONDS": 1.0, "LEAD": 0.02, "TONE": 0.05, "LEAST_GAP": 0.05}
    for name, seconds in lengths.items():
        monkeypatch.setattr(sound_check, f"_{name}", seconds)


@pytest.fixture
def laptop(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 780},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()
