"""By clicking alone: from the upload of a manifest to the report."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from studies.models import Study
from tests.admin import parcel
from tests.browser.desk import desk, open_site, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    return open_site(live_server, settings)


def test_a_study_goes_from_upload_to_report_by_clicks(
    site: str, laptop: BrowserContext
) -> None:
    with desk(laptop, site) as page:
        shot(page, "admin-01-first")
        _upload(page)
        _settings(page)
        _build(page)
        _preview(page)
        _launch(page)
        _watch(page)
        _report(page)
        page.goto(f"{site}/admin/")
        expect(page.locator("#studies")).to_contain_text("Foley pilot")
        shot(page, "admin-12-dashboard")


def _upload(page: Page) -> None:
    page.click("#content >> text=New study")
    page.fill("#id_slug", "foley")
    page.fill("#id_title", "Foley pilot")
    shot(page, "admin-02-new")
    archive = parcel.zipped(parcel.files())
    page.set_input_files(
        "#id_media_files",
        {"name": "foley.zip", "mimeType": "application/zip", "buffer": archive},
    )
    page.click("text=Upload and check")
    expect(page.locator("#matrix tfoot")).to_contain_text("4")
    assert page.locator("#matrix tbody tr").count() == 2
    video = page.locator("video").first
    video.evaluate("video => video.load()")
    page.wait_for_function(
        "() => document.querySelector('video').readyState >= 1", timeout=5000
    )
    shot(page, "admin-03-clips")


def _settings(page: Page) -> None:
    page.click(".sa-steps >> text=Settings")
    page.fill("#id_votes_per_item", "2")
    page.fill("#id_items_per_session", "3")
    page.fill("#id_contact_email", "lab@example.org")
    shot(page, "admin-04-settings")
    page.click("text=Save")
    expect(page.locator("text=The settings are saved.")).to_be_visible()
    assert Study.objects.get(slug="foley").votes_per_item == 2


def _build(page: Page) -> None:
    shot(page, "admin-05-build")
    page.click("button:has-text('Build')")
    expect(page.locator("#study-state")).to_contain_text("Ready")
    expect(page.locator("#build-count")).to_have_text(re.compile(r"^(\d+) of \1$"))
    shot(page, "admin-06-built")


def _preview(page: Page) -> None:
    page.click("text=Preview items")
    shot(page, "admin-07-preview")
    with page.context.expect_page() as opened:
        page.locator("#items a").first.click()
    rater = opened.value
    rater.wait_for_load_state()
    expect(rater.locator("body")).to_contain_text("nothing is stored")
    shot(rater, "admin-08-as-a-rater")
    rater.close()


def _launch(page: Page) -> None:
    page.click(".sa-steps >> text=Launch")
    expect(page.locator("#plan")).to_contain_text("12")
    shot(page, "admin-09-launch")
    page.click("button:has-text('Launch')")
    expect(page.locator("#study-state")).to_contain_text("Live")
    page.click("text=Watch it fill")


def _watch(page: Page) -> None:
    expect(page.locator("#counted")).to_contain_text("0 of 24")
    page.click("text=Advance now")
    expect(page.locator("text=Asked the recruiter for news.")).to_be_visible()
    shot(page, "admin-10-watch")
    page.click("button:has-text('Close')")
    expect(page.locator("text=This field is required.")).to_be_visible()
    page.click("#id_confirm")
    page.click("button:has-text('Close')")
    expect(page.locator("#study-state")).to_contain_text("Closed")


def _report(page: Page) -> None:
    page.click(".sa-steps >> text=Report")
    shot(page, "admin-11-report")
    expect(page.locator("#report")).to_contain_text("dog")
    with page.expect_download() as download:
        page.click("#downloads >> text=latex")
    assert download.value.suggested_filename == "foley.tex"
