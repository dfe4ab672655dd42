"""Prolific's token is taken out of the settings while a study runs."""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from studies.models import Assignment, Payment, Study
from studies.services.sessions import session_token
from studies.services.settle import settle
from tests.admin.judged import judged_study, session

pytestmark = pytest.mark.django_db
IDS = dict.fromkeys(("PROLIFIC_PID", "STUDY_ID", "SESSION_ID"), "a" * 24)


@pytest.fixture
def study(settings: Settings) -> Study:
    settings.PROLIFIC_TOKEN = ""
    made = judged_study()
    made.postings.update(recruiter="prolific")
    made.channels.update(recruiter="prolific")
    return made


def test_raters_find_the_page_and_finish_and_read_nothing_of_our_settings(
    study: Study,
) -> None:
    query = {"p": study.postings.get().key, **IDS}
    assert Client().get("/rate/judged/", query).status_code == 200
    body = {"study": "judged", "query": query, "consent": True}
    begun = Client().post("/rate/api/begin/", body, content_type="application/json")
    assert begun.status_code == 200
    done = session(study, 7, Assignment.State.COMPLETED)
    headers = {"X-Session-Token": session_token(done)}
    finished = Client().get("/rate/api/finish/", headers=headers)
    assert finished.json()["action"].endswith("/submissions/complete")


def test_what_is_owed_waits_and_needs_nobody_to_try_again(study: Study) -> None:
    owed = Payment.objects.create(
        kind=Payment.Kind.BONUS,
        assignment=study.assignments.all()[0],
        amount_usd=Decimal("0.20"),
        fee_usd=Decimal("0.04"),
        token="bonus",
        reason="Careful work",
    )
    assert settle(study) == 0
    owed.refresh_from_db()
    assert (owed.state, owed.sent_at) == (Payment.State.PLANNED, None)
    assert "set PROLIFIC_TOKEN" in owed.problem
