"""The report's page renews itself while votes come in, without tests until the end."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from studies.models import Study
from tests.admin.judged import judged_study, session
from tests.browser.desk import desk, open_site, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_new_votes_appear_by_themselves_and_tests_once_it_is_closed(
    live_server: Any, settings: Any, laptop: BrowserContext
) -> None:
    site = open_site(live_server, settings)
    study = judged_study(sessions=2)
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/report/")
        expect(page.locator("#report-results")).to_contain_text("8 votes by 2 raters")
        expect(page.locator("#section-comparisons")).to_contain_text("Interim")
        expect(page.locator("#section-overview svg")).to_be_visible()
        assert page.locator("#grid-contrasts-generated").count() == 0
        session(study, 2)
        # what the page does every twenty seconds
        page.evaluate(
            "htmx.ajax('GET', location.pathname,"
            " {target: '#report-results', headers: {'HX-Request': 'true'}})"
        )
        expect(page.locator("#report-results")).to_contain_text("12 votes by 3 raters")
        assert page.locator("#report").count() == 1
        shot(page, "report-1-live")
        Study.objects.update(state=Study.State.CLOSED)
        page.goto(f"{site}/admin/studies/study/{study.pk}/report/")
        expect(page.locator("#grid-contrasts-generated")).to_be_visible()
        expect(page.locator("#section-comparisons")).not_to_contain_text("Interim")
        assert page.locator("#report-results [hx-get]").count() == 0
        shot(page, "report-2-closed")


def test_figures_say_in_words_what_they_show(
    live_server: Any, settings: Any, laptop: BrowserContext
) -> None:
    site = open_site(live_server, settings)
    study = judged_study()
    with desk(laptop, site) as page:
        page.goto(f"{site}/admin/studies/study/{study.pk}/report/")
        figures = page.locator(".sa-picture svg[role=img]")
        assert figures.count() >= 4
        for number in range(figures.count()):
            assert figures.nth(number).locator("> title").count() == 1
            assert figures.nth(number).locator("> desc").count() == 1
