"""A researcher at a real browser: signs in, clicks, may leave a picture behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page

SHOTS = os.environ.get("SHOTS", "")
PASSWORD = "lovelace-1843"


def open_site(live_server: Any, settings: Any) -> str:
    """Serve the site and its marketplace to a browser; the administrator is ada."""
    url = str(live_server.url)
    settings.SITE_URL = url
    settings.MARKETPLACE_URL = f"{url.replace('localhost', '127.0.0.1')}/marketplace"
    User.objects.create_superuser("ada", password=PASSWORD)
    return url


@contextmanager
def desk(context: BrowserContext, url: str) -> Iterator[Page]:
    """Sign in at `url`; whatever the page then logs as an error fails the test."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if said.type == "error" else None,
    )
    page.goto(f"{url}/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#content >> text=New study")
    yield page
    assert not faults, faults


def shot(page: Page, name: str) -> None:
    """Keep a picture of the whole page where SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
