"""What the pages of a running study say."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from kombu.exceptions import OperationalError

from analysis.render import SIMULATED_LABEL
from studies import tasks
from studies.models import Assignment, Study
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter
from tests.worlds import add_posting


def get(client: Client, study: Study, page: str) -> str:
    return client.get(f"/admin/studies/study/{study.pk}/{page}/").content.decode()


def test_a_session_shows_what_was_shown_and_said(ada: Client) -> None:
    made = judged_study(sessions=1).assignments.get()
    page = ada.get(f"/admin/studies/assignment/{made.pk}/change/").content.decode()
    for vote in (trial.votes.get() for trial in made.trials.all()):
        assert vote.trial.clip.key in page


def test_the_report_shows_percentages_with_their_counts(ada: Client) -> None:
    study = judged_study()
    page = get(ada, study, "report")
    assert "100.00" in page  # real, seen through by everybody
    assert "Category 0" in page
    assert "12 votes by 3 raters" in page


def test_an_interim_report_is_marked_on_the_page_and_in_the_name(ada: Client) -> None:
    study = judged_study()
    assert "Interim: the study is not closed" in get(ada, study, "report")
    url = f"/admin/studies/study/{study.pk}/report/csv/"
    assert 'filename="judged-interim.csv"' in ada.get(url)["Content-Disposition"]
    Study.objects.update(state=Study.State.CLOSED)
    assert "Interim" not in get(ada, study, "report")
    assert 'filename="judged.csv"' in ada.get(url)["Content-Disposition"]


@pytest.mark.parametrize("name", ["text", "md", "csv", "latex", "json"])
def test_every_format_can_be_downloaded(ada: Client, name: str) -> None:
    study = judged_study()
    answer = ada.get(f"/admin/studies/study/{study.pk}/report/{name}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Category 0" in answer.content.decode()


def test_another_format_is_not_found(ada: Client) -> None:
    study = judged_study()
    url = f"/admin/studies/study/{study.pk}/report/pdf/"
    assert ada.get(url).status_code == 404


def test_a_demo_is_called_so_everywhere(ada: Client) -> None:
    study = judged_study(is_demo=True)
    for page in ("clips", "report", "watch", "launch"):
        assert "Demo" in get(ada, study, page)
    assert "Demo" in ada.get("/admin/").content.decode()
    assert "Demo" in ada.get("/admin/studies/study/").content.decode()


def test_simulated_raters_are_named(ada: Client) -> None:
    study = judged_study(sessions=1)
    assert "Simulated raters" not in get(ada, study, "watch")
    study.assignments.update(rater="mturk:ASIM001")
    assert "Simulated raters took part" in get(ada, study, "watch")
    assert SIMULATED_LABEL in get(ada, study, "report")


def test_the_watch_page_counts_votes_sessions_and_money(ada: Client) -> None:
    study = judged_study()
    session(study, 8, Assignment.State.SUBMITTED)
    page = ada.get(f"/admin/studies/study/{study.pk}/watch/")
    progress = page.context["progress"]
    assert (progress.votes_counted, progress.votes_wanted) == (16, 72)
    assert dict(page.context["sessions"])["Approved"] == 3
    assert "$0.72" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_closing_needs_a_second_yes(ada: Client, recruiter: FakeRecruiter) -> None:
    study = judged_study()
    for posting in study.postings.all():
        recruiter.sessions[posting.external_id] = {}
    url = f"/admin/studies/study/{study.pk}/watch/"
    ada.post(url, {"close": "1"})
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
    ada.post(url, {"close": "1", "confirm": "on"})
    study.refresh_from_db()
    assert study.state in (Study.State.CLOSING, Study.State.CLOSED)


def test_the_cap_of_a_running_study_is_raised_on_its_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    url = f"/admin/studies/study/{study.pk}/watch/"
    low = ada.post(url, {"cap": "1", "hard_cap_usd": "0.50"}).content.decode()
    assert "$0.72 are spent already" in low
    ada.post(url, {"cap": "1", "hard_cap_usd": "750.00"})
    study.refresh_from_db()
    assert f"{study.hard_cap_usd}" == "750.00"


def test_a_queue_that_does_not_answer_is_said(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unreachable:
        def delay_on_commit(self, *_args: object) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr(tasks, "advance_study", Unreachable())
    study = judged_study(sessions=1)
    url = f"/admin/studies/study/{study.pk}/watch/"
    page = ada.post(url, {"advance": "1"}, follow=True).content.decode()
    assert "queue of the background worker does not answer" in page


def test_the_overview_leads_to_what_is_next(ada: Client) -> None:
    study = judged_study()
    page = ada.get("/admin/").content.decode()
    assert f"/admin/studies/study/{study.pk}/watch/" in page
    assert "Watch it fill" in page


def test_the_overview_hides_studies_from_those_who_may_not_see(
    staff: Callable[..., Client],
) -> None:
    judged_study()
    assert "A tiny study" not in staff().get("/admin/").content.decode()


def test_an_import_shows_its_report_and_no_launch(ada: Client) -> None:
    study = judged_study(is_import=True)
    Study.objects.update(state=Study.State.CLOSED)
    page = get(ada, study, "report")
    assert "Imported votes" in page
    assert f"/admin/studies/study/{study.pk}/launch/" not in page


def test_the_first_login_is_made_once(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("first_login")
    said = capsys.readouterr().out
    password = said.split("password ")[1].split()[0]
    assert Client().login(username="admin", password=password)
    assert User.objects.get().is_superuser
    call_command("first_login")
    assert capsys.readouterr().out == ""
    assert Client().login(username="admin", password=password)


def test_postings_of_one_offer_have_one_link(ada: Client) -> None:
    study = judged_study()
    add_posting(study)
    url = "http://127.0.0.1:8000/marketplace/projects/3X/tasks"
    study.postings.update(state="open", url=url, external_group="3X")
    page = get(ada, study, "watch")
    assert page.count("Open at mturk") == 1
    assert "Postings: 2 open" in page
