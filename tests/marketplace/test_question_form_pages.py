"""A HIT whose question is a QuestionForm, on the worker site."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT, Assignment, Requester, Worker
from tests.marketplace import shop
from tests.marketplace.forms import GAME, POSTED, with_answer

EXTERNAL_SUBMIT = "/marketplace/mturk/externalSubmit"


@pytest.fixture
def hit(lab: Requester) -> HIT:
    return shop.publish(lab, shop.Terms(question=GAME))


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker("alice")


@pytest.fixture
def mine(hit: HIT, alice: Worker, client: Client) -> Assignment:
    """An assignment of alice's, who is signed in."""
    shop.sign_in(client)
    return services.accept(alice, hit, clock.now())


def work(mine: Assignment, action: str = "") -> str:
    return f"/marketplace/assignments/{mine.assignment_id}/{action}"


def test_a_preview_shows_the_form_and_says_why_it_can_not_be_sent(
    client: Client, hit: HIT
) -> None:
    reply = client.get(f"/marketplace/hits/{hit.hit_id}/")
    html = reply.content.decode()
    assert "Where should &quot;X&quot; move?" in html
    assert '<button type="submit" disabled aria-describedby="why-not">' in html
    assert "accept the HIT before you answer" in html
    assert "<iframe" not in html
    policy = reply["Content-Security-Policy"]
    assert "img-src 'self' data: http: https:" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_work_page_asks_and_other_sites_media_appear_there_alone(
    client: Client, mine: Assignment
) -> None:
    reply = client.get(work(mine))
    html = reply.content.decode()
    assert f'action="{work(mine, "answer")}"' in html
    assert 'value="C1"' in html
    assert 'minlength="2" maxlength="2"' in html
    assert "csrfmiddlewaretoken" in html
    assert "media-src http: https:" in reply["Content-Security-Policy"]
    elsewhere = client.get("/marketplace/")["Content-Security-Policy"]
    assert "http:" not in elsewhere


def test_answers_are_submitted_as_the_form_asks(
    client: Client, mine: Assignment
) -> None:
    reply = client.post(work(mine, "answer"), POSTED)
    assert (reply.status_code, reply["Location"]) == (302, work(mine, "submitted"))
    mine.refresh_from_db()
    assert mine.status == "Submitted"
    assert "<SelectionIdentifier>yes</SelectionIdentifier>" in mine.answer
    assert "<OtherSelectionText>it looks nice</OtherSelectionText>" in mine.answer


def test_what_is_wrong_is_told_beside_its_question_and_nothing_typed_is_lost(
    client: Client, mine: Assignment
) -> None:
    posted = {**POSTED, "answer-0": ["<i>B</i>"], "answer-3": ["dozens"]}
    reply = client.post(work(mine, "answer"), posted)
    html = reply.content.decode()
    assert reply.status_code == 422
    assert 'value="&lt;i&gt;B&lt;/i&gt;"' in html
    assert 'value="dozens"' in html
    assert 'value="it looks nice"' in html
    assert 'id="answer-1-1" value="1" checked' in html
    fault = "Question 4: write a number, such as 3 or 2.5."
    assert f'id="answer-3-fault">{fault}</p>' in html
    assert 'role="alert" id="answers-fault"' in html
    mine.refresh_from_db()
    assert (mine.status, mine.answer) == ("Accepted", "")


def test_an_empty_form_stays_with_the_worker(client: Client, lab: Requester) -> None:
    form = with_answer("<FreeTextAnswer/>")
    hit = shop.publish(lab, shop.Terms(question=form))
    mine = services.accept(shop.worker(), hit, clock.now())
    shop.sign_in(client)
    reply = client.post(work(mine, "answer"), {"answer-0": ""})
    assert reply.status_code == 422
    assert b"Nothing was answered" in reply.content


def test_the_second_submission_changes_nothing(
    client: Client, mine: Assignment
) -> None:
    client.post(work(mine, "answer"), POSTED)
    reply = client.post(work(mine, "answer"), {**POSTED, "answer-0": ["A1"]})
    assert reply.status_code == 409
    mine.refresh_from_db()
    assert "B2" in mine.answer


def test_nothing_is_taken_after_the_deadline(
    client: Client, mine: Assignment, advance: Callable[[timedelta], None]
) -> None:
    advance(timedelta(hours=1))
    # nor is anybody asked to mend answers that come too late
    for posted in (POSTED, {"answer-0": "zzz"}):
        reply = client.post(work(mine, "answer"), posted)
        assert (reply.status_code, b"time ran out" in reply.content) == (409, True)


def test_nobody_answers_for_another_worker(mine: Assignment, client: Client) -> None:
    shop.worker("bob")
    shop.sign_in(client, "bob")
    assert client.post(work(mine, "answer"), POSTED).status_code == 404
    visitor = Client().post(work(mine, "answer"), POSTED)
    assert (visitor.status_code, "sign-in" in visitor["Location"]) == (302, True)
    mine.refresh_from_db()
    assert mine.status == "Accepted"


def test_no_other_site_can_send_answers(mine: Assignment) -> None:
    browser = Client(enforce_csrf_checks=True)
    shop.sign_in(browser)
    assert browser.post(work(mine, "answer"), POSTED).status_code == 403


def test_the_forms_checks_can_not_be_gone_around(mine: Assignment) -> None:
    fields = {"assignmentId": mine.assignment_id, "nextmove": "anything"}
    reply = Client().post(EXTERNAL_SUBMIT, fields)
    assert (reply.status_code, b'data-reason="form"' in reply.content) == (409, True)
    mine.refresh_from_db()
    assert mine.status == "Accepted"


def test_a_page_in_a_frame_takes_no_answers_of_a_form(
    client: Client, lab: Requester, alice: Worker
) -> None:
    external = services.accept(alice, shop.publish(lab), clock.now())
    shop.sign_in(client)
    assert client.post(work(external, "answer"), POSTED).status_code == 404


def test_the_requester_gets_question_and_answers_by_the_api(
    api: str,
) -> None:
    requester = shop.mturk(api)
    made = requester.create_hit(**{**shop.HIT_REQUEST, "Question": GAME})["HIT"]
    assert made["Question"] == GAME
    assert requester.get_hit(HITId=made["HITId"])["HIT"]["Question"] == GAME
    hit = HIT.objects.get()
    alice = shop.worker()
    mine = services.accept(alice, hit, clock.now())
    services.submit_form(alice, mine.assignment_id, POSTED, clock.now())
    told = requester.list_assignments_for_hit(HITId=hit.hit_id)["Assignments"]
    assert [each["AssignmentStatus"] for each in told] == ["Submitted"]
    assert "<QuestionIdentifier>nextmove</QuestionIdentifier>" in told[0]["Answer"]
