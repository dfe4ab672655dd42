"""Lists of what happened: no votes edited, few queries, rejection with a reason."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from studies.models import Assignment, Event, Vote
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter

LISTS = ("study", "assignment", "vote", "posting", "payment", "event")
REASON = "Every clip was answered before it could have been heard."


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_few(
    ada: Client, name: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ada.get(f"/admin/studies/{name}/").status_code == 200
        return len(seen)

    study = judged_study(sessions=1)
    queries()
    few = queries()
    for number in range(1, 5):
        session(study, number)
        Event.objects.create(study=study, kind="x", message=str(number))
    judged_study(slug="other")
    assert queries() <= few


@pytest.mark.parametrize("name", LISTS[1:])
def test_a_row_can_be_opened_but_not_changed(ada: Client, name: str) -> None:
    study = judged_study()
    Event.objects.create(study=study, kind="x", message="something")
    row = apps.get_model("studies", name)._default_manager.first()
    assert row is not None
    url = f"/admin/studies/{name}/{row.pk}/change/"
    page = ada.get(url)
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert ada.post(url, {"choice": "real"}).status_code in (302, 403)
    assert ada.get(f"/admin/studies/{name}/add/").status_code == 403
    delete = f"/admin/studies/{name}/{row.pk}/delete/"
    assert ada.post(delete, {"post": "yes"}).status_code in (302, 403)


def test_nobody_changes_a_vote_not_even_the_administrator(ada: Client) -> None:
    judged_study()
    before = list(Vote.objects.order_by("pk").values_list("choice", "usable"))
    vote = Vote.objects.first()
    assert vote is not None
    ada.post(f"/admin/studies/vote/{vote.pk}/change/", {"choice": "x", "usable": ""})
    ada.post("/admin/studies/vote/", {"action": "delete_selected", "post": "yes"})
    assert list(Vote.objects.order_by("pk").values_list("choice", "usable")) == before


def test_the_session_list_shows_the_three_verdicts(ada: Client) -> None:
    study = judged_study(sessions=1)
    bad = session(study, 5, Assignment.State.SUBMITTED)
    bad.used, bad.unused_reason, bad.flags = False, "1 of 4 catch right", ["fast"]
    bad.save()
    page = ada.get("/admin/studies/assignment/").content.decode()
    for text in ("Confirmed", "Not paid", "Not used: 1 of 4", "fast", bad.rater):
        assert text in page


def test_rejecting_needs_the_permission(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    made = session(judged_study(), 5, Assignment.State.SUBMITTED)
    bob = staff("view_assignment", "view_study")
    page = bob.get(f"/admin/studies/assignment/{made.pk}/change/").content.decode()
    assert "Reject with a reason" not in page
    url = f"/admin/studies/assignment/{made.pk}/reject/"
    assert bob.post(url, {"reason": REASON}).status_code == 403
    assert recruiter.calls["reject"] == 0


def test_rejecting_needs_a_reason(ada: Client, recruiter: FakeRecruiter) -> None:
    made = session(judged_study(), 5, Assignment.State.SUBMITTED)
    page = ada.get(f"/admin/studies/assignment/{made.pk}/change/").content.decode()
    assert "Reject with a reason" in page
    url = f"/admin/studies/assignment/{made.pk}/reject/"
    assert ada.post(url, {"reason": "bad"}).status_code == 200
    assert recruiter.calls["reject"] == 0
    ada.post(url, {"reason": REASON})
    made.refresh_from_db()
    assert (made.state, made.feedback) == (Assignment.State.REJECTED, REASON)
    assert recruiter.calls["reject"] == 1
    assert made.used is True  # paid and used are two verdicts


def test_what_is_paid_cannot_be_rejected(ada: Client, recruiter: FakeRecruiter) -> None:
    study = judged_study(sessions=1)
    made = study.assignments.get()
    url = f"/admin/studies/assignment/{made.pk}/reject/"
    page = ada.post(url, {"reason": REASON}).content.decode()
    assert "can no longer be rejected" in page
    assert recruiter.calls["reject"] == 0


def test_a_rejection_that_the_recruiter_refuses_is_taken_back(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    made = session(judged_study(), 5, Assignment.State.SUBMITTED)
    recruiter.fail["reject"] = "before"
    url = f"/admin/studies/assignment/{made.pk}/reject/"
    assert "reject failed" in ada.post(url, {"reason": REASON}).content.decode()
    made.refresh_from_db()
    assert made.state == Assignment.State.SUBMITTED
