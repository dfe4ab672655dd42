"""The researcher's pages with a screen reader, on a phone, in the dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from studies.models import Study
from tests.admin.judged import judged_study
from tests.browser.desk import desk, open_site, shot
from tests.worlds import World, built_study

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = ("clips", "change", "build", "preview", "launch", "watch", "report")


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    return open_site(live_server, settings)


def serious(page: Page) -> list[str]:
    """Serious and critical violations within our own part of the page."""
    answer = Axe().run(page, context="#content").response
    assert answer["passes"]
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in answer["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


def test_no_page_has_a_serious_violation(site: str, laptop: BrowserContext) -> None:
    ready, live = built_study(World(slug="ready")), judged_study()
    before, after = STEPS[:5], ("change", "launch", "watch", "report")
    paths = [
        "",
        "studies/study/",
        "studies/study/add/",
        "studies/assignment/",
        f"studies/assignment/{live.assignments.order_by('pk')[0].pk}/change/",
        *(f"studies/study/{ready.pk}/{step}/" for step in before),
        *(f"studies/study/{live.pk}/{step}/" for step in after),
    ]
    problems: dict[str, list[str]] = {}
    with desk(laptop, site) as page:
        for path in paths:
            page.goto(f"{site}/admin/{path}")
            problems[path] = serious(page)
    assert {path: found for path, found in problems.items() if found} == {}


def test_nothing_is_wider_than_a_phone(site: str, phone: BrowserContext) -> None:
    study = judged_study()
    Study.objects.update(is_demo=True)
    with desk(phone, site) as page:
        for step in STEPS:
            page.goto(f"{site}/admin/studies/study/{study.pk}/{step}/")
            width = page.evaluate("() => document.documentElement.scrollWidth")
            shot(page, f"admin-phone-{step}")
            assert width <= 390, f"{step} is {width} wide"
