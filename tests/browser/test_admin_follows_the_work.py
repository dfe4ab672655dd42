"""Pages that renew themselves while the worker works, and faults seen at once."""

import uuid
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from studies.models import Assignment, Stimulus, Study, Upload
from tests.admin import parcel
from tests.admin.judged import judged_study, session
from tests.browser.desk import desk, open_site, shot
from tests.worlds import NOW, built_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    return open_site(live_server, settings)


def test_the_build_page_follows_the_work_without_a_reload(
    site: str, laptop: BrowserContext
) -> None:
    study = built_study()
    rows = study.stimuli.order_by("pk")
    rows.update(built_at=None)
    Study.objects.update(state=Study.State.BUILDING)
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/build/")
        expect(page.locator("#build-count")).to_have_text(f"0 of {len(rows)}")
        page.evaluate("() => { window.stayed = true }")
        half = [row.pk for row in rows[:18]]
        Stimulus.objects.filter(pk__in=half).update(built_at=NOW)
        expect(page.locator("#build-count")).to_have_text(f"18 of {len(rows)}")
        shot(page, "admin-20-building")
        rows.update(built_at=NOW)
        Study.objects.update(state=Study.State.READY)
        expect(page.locator("#study-state")).to_contain_text("Ready")
        expect(page.locator("text=Preview items")).to_be_visible()
        assert page.evaluate("() => window.stayed") is True


def test_the_watch_page_follows_the_votes(site: str, laptop: BrowserContext) -> None:
    study = judged_study(sessions=2)
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/watch/")
        expect(page.locator("#counted")).to_have_text("8 of 72")
        session(study, 5, Assignment.State.SUBMITTED)
        expect(page.locator("#counted")).to_have_text("12 of 72")
        shot(page, "admin-21-watching")


def test_an_upload_is_followed_until_its_draft_is_there(
    site: str, laptop: BrowserContext
) -> None:
    upload = Upload.objects.create(
        key=uuid.uuid4().hex, slug="s", state="reading", total=24, done=6, seen_at=NOW
    )
    Upload.objects.update(seen_at="2999-01-01T00:00Z")
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/upload/{upload.key}/")
        expect(page.locator("#upload-state")).to_contain_text("6 of 24")
        shot(page, "admin-22-reading")
        study = Study.objects.create(slug="s", title="S")
        Upload.objects.update(state="done", study=study, summary="24 files stored.")
        expect(page.locator("text=24 files stored.")).to_be_visible()


def test_faults_are_listed_and_the_rest_can_be_stored(
    site: str, laptop: BrowserContext
) -> None:
    content = parcel.files(clips=1)
    content["real/dog-0.mp4"] = b"version https://git-lfs.github.com/spec/v1\n"
    content["flow/drum-0.wav"] = b""
    with desk(laptop, site) as page:
        page.click("#content >> text=New study")
        page.fill("#id_slug", "faulty")
        archive = parcel.zipped(content)
        page.set_input_files(
            "#id_media_files",
            {"name": "f.zip", "mimeType": "application/zip", "buffer": archive},
        )
        page.click("text=Upload and check")
        expect(page.locator("#faults li")).to_have_count(2)
        shot(page, "admin-23-faults")
        page.click("text=Skip bad rows, store the rest")
        expect(page.locator("#matrix")).to_contain_text("drum")
        shot(page, "admin-24-rest-stored")
