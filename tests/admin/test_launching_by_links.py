"""The launch page offers each recruiter, and shows the link where there is one."""

import pytest
from django.test import Client

from studies.models import Study
from studies.services.inviting import completion_code
from studies.services.sessions import begin, read_entry
from studies.services.votes import finish
from tests.studies.conftest import answer_all
from tests.worlds import NOW, built_study

pytestmark = pytest.mark.django_db(transaction=True)


def launched(ada: Client) -> tuple[Study, str]:
    study = built_study()
    url = f"/admin/studies/study/{study.pk}/launch/"
    typed = {"recruiter": "link", "shown_total": "0.00"}
    page = ada.post(url, typed, follow=True).content.decode()
    study.refresh_from_db()
    return study, page


def test_a_recruiter_is_chosen_on_the_page(ada: Client) -> None:
    study = built_study()
    url = f"/admin/studies/study/{study.pk}/launch/"
    page = ada.get(f"{url}?recruiter=link").content.decode()
    assert 'name="recruiter" value="mturk" >' in page
    assert "you invite people yourself" in page
    assert "No real money is spent" in page
    assert '<td id="total">$0.00</td>' in page


def test_the_link_is_shown_once_it_is_open(ada: Client) -> None:
    study, page = launched(ada)
    assert study.state == Study.State.LIVE
    assert study.postings.get().url.replace("&", "&amp;") in page
    assert f"invite --study {study.slug}" in page


def test_the_code_of_a_finished_session_can_be_looked_up(ada: Client) -> None:
    study, _ = launched(ada)
    posting = study.postings.get()
    opened = {"p": posting.key, "open": posting.url.rpartition("=")[2]}
    _, first = read_entry(study, posting.key, opened)
    _, entry = read_entry(study, posting.key, {"p": posting.key, **first.keep})
    session = begin(study, posting, entry, now=NOW, client={})
    url = f"/admin/studies/assignment/{session.pk}/change/"
    assert completion_code(session) not in ada.get(url).content.decode()
    answer_all(session)
    finish(session, NOW)
    assert completion_code(session) in ada.get(url).content.decode()
