"""Who cannot take part is told why, by a code that has its own text."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from studies.models import Assignment, Posting, Study
from tests.rating.booth import Booth
from tests.rating.caller import Caller

TEXTS = Path(__file__).parents[2] / "studies/templates/rating/refusals.html"

CODES = {
    *("preview", "closed", "full", "done_already", "nothing_left", "expired", "taken"),
    *("returned", "bad_token", "unknown_posting", "bad_link", "other"),
    *("unsupported", "not_loaded"),
}


def known_codes() -> set[str]:
    return set(re.findall(r'data-refusal="(\w+)"', TEXTS.read_text()))


def test_every_refusal_has_a_text_of_its_own() -> None:
    assert known_codes() == CODES


def test_a_closed_study_says_so_before_anyone_agrees(booth: Booth) -> None:
    Study.objects.update(state=Study.State.CLOSED)
    rater = Caller(booth)
    assert rater.begin(consent=False)["error"]["code"] == "closed"
    assert rater.status == 403


def test_a_full_posting_refuses_the_next_rater(booth: Booth) -> None:
    Posting.objects.update(places=1)
    Caller(booth).begin()
    late = Caller(booth, worker="AWORKER2", asg="ASG2")
    assert late.begin()["error"]["code"] == "full"


def test_who_has_submitted_is_told_that_she_did_it(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin()
    Assignment.objects.update(state=Assignment.State.SUBMITTED)
    assert Caller(booth).begin(consent=False)["error"]["code"] == "done_already"


def test_a_session_past_its_deadline_is_expired(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin()
    Assignment.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    assert rater.get("trial")["error"]["code"] == "expired"


def test_an_accepted_preview_is_asked_to_accept(booth: Booth) -> None:
    rater = Caller(booth, asg="ASSIGNMENT_ID_NOT_AVAILABLE")
    assert rater.begin()["error"]["code"] == "preview"


@pytest.mark.parametrize("token", ["", "forged:token:x"])
def test_without_a_token_of_ours_nothing_is_told(booth: Booth, token: str) -> None:
    rater = Caller(booth)
    rater.token = token
    assert rater.get("trial")["error"]["code"] == "bad_token"
    assert rater.status == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [("/rate/nothing/?p=x", 404), ("/rate/booth/?p=x", 404), ("/rate/booth/", 404)],
)
def test_a_wrong_link_is_refused_in_words(booth: Booth, path: str, status: int) -> None:
    reply = Client().get(path)
    assert reply.status_code == status
    assert b"This link does not work" in reply.content


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/plain", "{}"),
        ("application/json", "no json"),
        ("application/json", "[]"),
        ("application/json", '{"study": "booth"}'),
        ("application/json", '{"study": "a\\u0000b", "query": {}}'),
        ("application/json", '"' + "x" * 70_000 + '"'),
    ],
)
def test_a_body_that_is_no_call_of_ours_is_refused(
    booth: Booth, content_type: str, body: str
) -> None:
    reply = Client().post("/rate/api/begin/", body, content_type=content_type)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "bad_request"


def test_a_call_by_the_wrong_method_names_the_right_one(booth: Booth) -> None:
    reply = Client().get("/rate/api/begin/")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
