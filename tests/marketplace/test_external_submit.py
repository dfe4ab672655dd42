"""POST /mturk/externalSubmit, as a form in a frame of another site sends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Assignment, Requester
from tests.marketplace import shop

URL = "/marketplace/mturk/externalSubmit"


@pytest.fixture
def mine(lab: Requester) -> Assignment:
    return services.accept(shop.worker(), shop.publish(lab), clock.now())


def stranger() -> Client:
    """A browser that sends no cookie and whose tokens Django checks."""
    return Client(enforce_csrf_checks=True)


def answer_of(mine: Assignment) -> str:
    mine.refresh_from_db()
    return mine.answer.partition('QuestionFormAnswers.xsd">')[2]


def test_results_are_taken_without_any_cookie(mine: Assignment) -> None:
    reply = stranger().post(
        URL, {"assignmentId": mine.assignment_id, "votes": '[{"item":1}]'}
    )
    assert reply.status_code == 200
    assert not reply.cookies
    assert b"Submitted" in reply.content
    assert answer_of(mine) == (
        "<Answer><QuestionIdentifier>votes</QuestionIdentifier>"
        '<FreeText>[{"item":1}]</FreeText></Answer></QuestionFormAnswers>'
    )
    assert mine.status == "Submitted"


def test_fields_may_be_in_the_query_and_reserved_names_are_dropped(
    mine: Assignment,
) -> None:
    reply = stranger().post(
        f"{URL}?assignmentId={mine.assignment_id}&a=1&b=query",
        {"b": "body", "hitId": "x", "workerId": "y", "turkSubmitTo": "z"},
    )
    assert reply.status_code == 200
    answer = answer_of(mine)
    assert answer.count("<Answer>") == 2
    assert ">1</FreeText>" in answer
    assert ">body</FreeText>" in answer


def test_one_value_of_a_repeated_name_is_kept(mine: Assignment) -> None:
    data = {"assignmentId": mine.assignment_id, "a": ["1", "2"]}
    stranger().post(URL, data)
    assert answer_of(mine).count("<Answer>") == 1


def test_the_page_leads_out_of_the_frame_and_only_the_marketplace_frames_it(
    mine: Assignment, settings: Any
) -> None:
    settings.MARKETPLACE_URL = "https://market.example/m"
    reply = stranger().post(URL, {"assignmentId": mine.assignment_id, "a": "1"})
    target = f"/marketplace/assignments/{mine.assignment_id}/submitted"
    assert f'target="_top" href="{target}"' in reply.content.decode()
    assert "X-Frame-Options" not in reply
    policy = reply["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://market.example" in policy
    assert "unsafe" not in policy


def refused(data: dict[str, str], **extra: Any) -> tuple[int, str]:
    reply = stranger().post(URL, data, **extra)
    return reply.status_code, reply.content.decode()


def test_a_preview_can_not_be_submitted(db: None) -> None:
    status, page = refused({"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "a": "1"})
    assert status == 400
    assert "You are previewing it" in page
    assert 'data-reason="preview"' in page


def test_an_unknown_assignment_can_not_be_submitted(db: None) -> None:
    assert refused({"assignmentId": "3NOBODY", "a": "1"})[0] == 404
    assert refused({"a": "1"})[0] == 404


def test_the_second_submission_changes_nothing(mine: Assignment) -> None:
    data = {"assignmentId": mine.assignment_id, "a": "first"}
    stranger().post(URL, data)
    status, page = refused({**data, "a": "second"})
    assert status == 409
    assert "There was a problem submitting your results for this HIT" in page
    assert "first" in answer_of(mine)


def test_a_returned_assignment_can_not_be_submitted(mine: Assignment) -> None:
    services.give_back(mine, clock.now())
    status, page = refused({"assignmentId": mine.assignment_id, "a": "1"})
    assert (status, "You returned it" in page) == (409, True)


def test_nothing_is_taken_after_the_deadline(
    mine: Assignment, advance: Callable[[timedelta], None]
) -> None:
    advance(timedelta(hours=1))
    status, page = refused({"assignmentId": mine.assignment_id, "a": "1"})
    assert (status, "Its time ran out" in page) == (410, True)
    assert answer_of(mine) == ""


def test_a_form_without_an_answer_stays_with_the_worker(mine: Assignment) -> None:
    status, page = refused({"assignmentId": mine.assignment_id, "hitId": "x"})
    assert (status, "still assigned" in page) == (400, True)
    mine.refresh_from_db()
    assert mine.status == "Accepted"


def test_results_must_be_posted(mine: Assignment) -> None:
    reply = stranger().get(URL, {"assignmentId": mine.assignment_id, "a": "1"})
    assert reply.status_code == 405
    assert answer_of(mine) == ""


def test_too_long_results_are_refused(mine: Assignment) -> None:
    data = {"assignmentId": mine.assignment_id, "a": "x" * 1_048_577}
    assert refused(data)[0] == 413


def test_results_of_too_many_fields_are_refused_as_such(mine: Assignment) -> None:
    fields = {f"item-{number}": "1" for number in range(1_000)}
    reply = stranger().post(URL, {"assignmentId": mine.assignment_id, **fields})
    assert reply.status_code == 413
    assert "They have more than 1000 fields" in reply.text


def test_what_a_worker_typed_is_not_markup(mine: Assignment) -> None:
    stranger().post(
        URL, {"assignmentId": mine.assignment_id, "<b>": "</FreeText><x>&\u00e9"}
    )
    answer = answer_of(mine)
    assert "&lt;/FreeText&gt;&lt;x&gt;&amp;&#233;" in answer
    assert "<QuestionIdentifier>&lt;b&gt;</QuestionIdentifier>" in answer
