"""Several recruiters: chosen on the launch page, watched, added and stopped."""

import pytest
from django.test import Client

from studies.models import Study
from studies.services import recruiting
from tests.fakes import FakeRecruiter
from tests.worlds import built_study

pytestmark = pytest.mark.django_db(transaction=True)
Two = tuple[FakeRecruiter, FakeRecruiter]


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Two:
    mturk, panel = FakeRecruiter(name="mturk"), FakeRecruiter(name="panel")
    wired = {"mturk": lambda: mturk, "panel": lambda: panel}
    monkeypatch.setattr(recruiting, "RECRUITERS", wired)
    return mturk, panel


CHOSEN = {"recruiter": ["mturk", "panel"], "sessions-panel": "4"}


def page_of(study: Study, step: str) -> str:
    return f"/admin/studies/study/{study.pk}/{step}/"


def launched(client: Client) -> Study:
    study = built_study()
    typed = {**CHOSEN, "shown_total": "3.60"}
    client.post(page_of(study, "launch"), typed, follow=True)
    study.refresh_from_db()
    return study


def act(client: Client, study: Study, **typed: str) -> str:
    answer = client.post(page_of(study, "watch"), typed, follow=True)
    study.refresh_from_db()
    return answer.content.decode()


def test_the_plan_shows_each_recruiter_and_the_total(ada: Client, two: Two) -> None:
    study = built_study()
    url = f"{page_of(study, 'launch')}?recruiter=mturk&recruiter=panel&sessions-panel=4"
    page = ada.get(url).content.decode()
    assert '<td id="total">$3.60</td>' in page
    for line, total in (("line-mturk", "$2.64"), ("line-panel", "$0.96")):
        assert total in page[page.index(line) :]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("recruiter=panel&sessions-panel=x", "asks for no number of sessions"),
        ("recruiter=panel&recruiter=panel", "panel is named twice"),
        ("recruiter=fax", "there is no recruiter"),
        ("recruiter=panel&sessions-panel=99", "99 sessions are asked for"),
    ],
)
def test_a_choice_that_does_not_fit_is_told(
    ada: Client, two: Two, query: str, words: str
) -> None:
    study = built_study()
    answer = ada.get(f"{page_of(study, 'launch')}?{query}")
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_launch_sells_through_both(ada: Client, two: Two) -> None:
    study = launched(ada)
    assert study.state == Study.State.LIVE
    shares = dict(study.channels.values_list("recruiter", "sessions"))
    assert shares == {"mturk": 11, "panel": 4}


def test_the_watch_page_tells_them_apart(ada: Client, two: Two) -> None:
    study = launched(ada)
    study.channels.filter(recruiter="panel").update(problem="panel is down")
    page = ada.get(page_of(study, "watch")).content.decode()
    assert "11 of 11" in page
    assert "4 of 4" in page
    assert "panel is down" in page


def test_one_is_stopped_and_more_is_asked_of_the_other(ada: Client, two: Two) -> None:
    study = launched(ada)
    act(ada, study, stop="panel")
    assert study.channels.get(recruiter="panel").state == "stopped"
    page = act(ada, study, recruit="1", recruiter="mturk", sessions="")
    assert "4 sessions more by mturk: $0.96" in page
    assert study.channels.get(recruiter="mturk").sessions == 15


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"recruiter": "panel"}, "every place that tiny needs is sold"),
        ({"recruiter": "fax"}, "Select a valid choice"),
        ({"recruiter": "panel", "sessions": "0"}, "greater than or equal to 1"),
        ({"recruiter": "panel", "sessions": "3"}, "--yes-spend 0.72"),
        ({"recruiter": "panel", "sessions": "3", "amount": "1"}, "--yes-spend 0.72"),
    ],
)
def test_what_cannot_be_sold_is_said_beside_the_form(
    ada: Client, two: Two, typed: dict[str, str], words: str
) -> None:
    two[1].spends_real_money = True
    study = built_study()
    shown = {"recruiter": "mturk", "shown_total": "3.60"}
    ada.post(page_of(study, "launch"), shown, follow=True)
    assert words in act(ada, study, recruit="1", **typed)
    assert not study.channels.filter(recruiter="panel").exists()


def test_stopping_one_that_is_not_there_is_told(ada: Client, two: Two) -> None:
    study = launched(ada)
    assert "not by fax" in act(ada, study, stop="fax")
