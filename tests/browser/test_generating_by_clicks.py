"""A training run asked for by clicks, followed while it works, heard on Clips."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from studies.models import Generation, GenerationJob
from studies.services import generate
from studies.services.generation_jobs import ask
from tests.browser.desk import desk, open_site, shot
from tests.browser.test_admin_is_for_everybody import serious
from tests.studies.generate.booth import FakeSampler, FakeTrained, real_study

CELL = """() => {
  const box = document.querySelector("td.sa-text").getBoundingClientRect();
  return [box.width, box.height];
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(
    live_server: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    settings.RUNS_ROOT = tmp_path / "runs"
    for name in ("vegas/dog-frame", "vegas/dog-seq"):
        (settings.RUNS_ROOT / name).mkdir(parents=True)
        (settings.RUNS_ROOT / name / "best.net").write_bytes(b"")
    fake = FakeSampler(
        [
            FakeTrained(settings.RUNS_ROOT / f"vegas/dog-{m}/best.net", m[0] * 64, m)
            for m in ("frame", "seq")
        ]
    )
    monkeypatch.setattr(generate, "sampler", lambda: fake)
    return open_site(live_server, settings)


def test_a_study_is_sounded_by_clicks(
    site: str, laptop: BrowserContext, tmp_path: Path
) -> None:
    study = real_study(tmp_path / "clips")
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/clips/")
        page.click(".sa-steps >> text=Generate")
        shot(page, "admin-30-generate")
        assert serious(page) == []
        page.select_option("#id_run", "vegas")
        page.click("#content >> button:has-text('Generate')")
        expect(page.locator("#generate-state")).to_contain_text("4 sounds stored.")
        shot(page, "admin-31-generated")
        assert serious(page) == []
        page.click("text=Hear them")
        expect(page.locator("#matrix thead")).to_contain_text("seq")
        shot(page, "admin-32-heard")


def test_the_page_follows_the_work_without_a_reload(
    site: str, laptop: BrowserContext, tmp_path: Path, settings: Any
) -> None:
    study = real_study(tmp_path / "clips")
    asked = ask(study, settings.RUNS_ROOT / "vegas", now=timezone.now())
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/generate/")
        expect(page.locator("#generate-state")).to_contain_text("queue gpu")
        page.evaluate("() => { window.stayed = true }")
        generate.plan(asked, now=timezone.now())
        GenerationJob.objects.filter(method="frame").update(
            state="running", done=50, total=100
        )
        # two of four jobs are half done
        expect(page.locator("#generate-state .sa-figure")).to_have_text("25 %")
        shot(page, "admin-33-generating")
        Generation.objects.update(
            state=Generation.State.FAILED, problem="features vgg19-1 need a VGG19 file"
        )
        expect(page.locator("#generate-state")).to_contain_text("need a VGG19 file")
        shot(page, "admin-34-failed")
        assert page.evaluate("() => window.stayed") is True


def test_what_is_at_work_is_stopped_by_a_key_and_asked_again(
    site: str, laptop: BrowserContext, tmp_path: Path, settings: Any
) -> None:
    study = real_study(tmp_path / "clips")
    asked = ask(study, settings.RUNS_ROOT / "vegas", now=timezone.now())
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/generate/")
        state = page.locator("#generate-state")
        expect(state).to_contain_text("queue gpu")
        generate.plan(asked, now=timezone.now())
        GenerationJob.objects.filter(method="frame").update(
            state="running", seen_at=timezone.now() - timedelta(minutes=3)
        )
        page.get_by_role("button", name="Stop").focus()
        expect(state).to_contain_text("not heard from for 3 minutes")
        # the part around it has renewed itself
        page.keyboard.press("Enter")
        expect(state).to_contain_text("Stopped by ada.")
        shot(page, "admin-36-stopped")
        assert serious(page) == []
        page.get_by_role("button", name="Generate again").click()
        expect(state).to_contain_text("4 sounds stored.")


def test_the_page_fits_a_phone(
    site: str, phone: BrowserContext, tmp_path: Path
) -> None:
    study = real_study(tmp_path / "clips")
    run = Path("/runs/that/lie/elsewhere/run_" + "0123456789" * 9)
    asked = ask(study, run, now=timezone.now())
    generate.plan(asked, now=timezone.now())
    with desk(phone, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/generate/")
        width = page.evaluate("() => document.documentElement.scrollWidth")
        shot(page, "admin-35-generate-phone")
        assert width <= 390
        # words of a narrow column are not broken into letters
        expect(page.locator("td.sa-text").first).to_have_text("frame")
        wide, high = page.evaluate(CELL)
        assert wide > 80
        assert high < 60
        # the whole name is there to be read
        title = page.locator("h2:has-text('elsewhere/run_')").bounding_box()
        assert title is not None
        assert title["x"] + title["width"] <= 360
        # what becomes of it is seen without scrolling sideways
        state = page.locator("td.sa-text >> text=Planned").first.bounding_box()
        assert state is not None
        assert state["x"] + state["width"] <= 360
