"""HTMLQuestions: pages that the marketplace keeps, apart from its own."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.errors import RequestError
from marketplace.models import HIT, HITType, Requester, Requirement
from marketplace.questions import HTMLQuestion, read_question
from tests.marketplace import shop
from tests.marketplace.pages import HEAD, PLAIN, keep

SANDBOX = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"


@pytest.fixture
def hit(lab: Requester) -> HIT:
    return shop.publish(lab, shop.Terms(question=PLAIN))


def address(hit: HIT) -> str:
    return f"/marketplace/hits/{hit.hit_id}/page"


def ask_for_a_country(kind: HITType) -> None:
    Requirement.objects.create(
        hit_type=kind,
        type_id="00000000000000000071",
        comparator="EqualTo",
        countries=["IS"],
        integers=[],
        guarded=Requirement.Guarded.PREVIEW,
    )


def test_page_and_height_are_read() -> None:
    html = "<!DOCTYPE html><html><body><p>Hello</p></body></html>"
    assert read_question(PLAIN) == HTMLQuestion(html=html, frame_height=450)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (PLAIN.replace("2011-11-11", "2006-07-14"), "XMLParseError"),
        (PLAIN.replace("FrameHeight", "Height"), "XMLParseError"),
        (PLAIN.replace(">450<", ">tall<"), "XMLParseError"),
        (
            (
                f"{HEAD}<HTMLContent><p>no CDATA</p></HTMLContent>"
                "<FrameHeight>0</FrameHeight></HTMLQuestion>"
            ),
            "XMLParseError",
        ),
        (keep(" "), "InvalidParameterValue"),
        (keep("x" * 65_536), "InvalidParameterValue"),
    ],
)
def test_what_is_no_such_question_is_refused(xml: str, code: str) -> None:
    with pytest.raises(RequestError) as caught:
        read_question(xml)
    assert caught.value.code == f"AWS.MechanicalTurk.{code}"


def test_the_page_has_an_origin_that_is_nobodys(client: Client, hit: HIT) -> None:
    reply = client.get(address(hit))
    assert reply.status_code == 200
    html = reply.content.decode()
    assert html.startswith('<!DOCTYPE html><script src="http://testserver/static/')
    assert html.endswith("</script><html><body><p>Hello</p></body></html>")
    assert reply["Content-Security-Policy"] == (
        f"sandbox {SANDBOX}; frame-ancestors 'self' http://127.0.0.1:8000"
    )
    assert reply["Referrer-Policy"] == "no-referrer"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "X-Frame-Options" not in reply
    assert not reply.cookies


def test_preview_and_work_frame_it_with_the_parameters_of_an_external_page(
    client: Client, hit: HIT
) -> None:
    preview = client.get(f"/marketplace/hits/{hit.hit_id}/")
    source = urlsplit(shop.frame_source(preview.content.decode()))
    assert source.path == address(hit)
    assert parse_qs(source.query) == {
        "assignmentId": ["ASSIGNMENT_ID_NOT_AVAILABLE"],
        "hitId": [hit.hit_id],
    }
    alice = shop.worker()
    shop.sign_in(client)
    mine = services.accept(alice, hit, clock.now())
    work = client.get(f"/marketplace/assignments/{mine.assignment_id}/")
    html = work.content.decode()
    assert parse_qs(urlsplit(shop.frame_source(html)).query) == {
        "assignmentId": [mine.assignment_id],
        "hitId": [hit.hit_id],
        "workerId": [alice.worker_id],
        "turkSubmitTo": ["http://127.0.0.1:8000/marketplace"],
    }
    assert f'sandbox="{SANDBOX}"' in html
    assert 'height="450"' in html
    assert "frame-src 'self' http://127.0.0.1:8000" in work["Content-Security-Policy"]


def test_it_opens_for_those_who_may_preview_or_hold_it(
    client: Client, hit: HIT
) -> None:
    alice = shop.worker()
    held = services.accept(alice, hit, clock.now())
    ask_for_a_country(hit.hit_type)
    assert client.get(address(hit)).status_code == 403
    shop.sign_in(client)
    assert client.get(address(hit)).status_code == 200
    services.give_back(held, clock.now())
    refused = client.get(address(hit))
    assert (refused.status_code, b"Hello" in refused.content) == (403, False)


def test_other_hits_have_no_such_page(client: Client, lab: Requester) -> None:
    assert client.get(address(shop.publish(lab))).status_code == 404
    assert client.get("/marketplace/hits/3NOTHING/page").status_code == 404


def test_a_disposed_hit_has_no_page_any_more(client: Client, hit: HIT) -> None:
    HIT.objects.update(disposed_at=clock.now())
    assert client.get(address(hit)).status_code == 404


def test_the_requester_gets_the_question_as_it_was_given(api: str) -> None:
    requester = shop.mturk(api)
    made = requester.create_hit(**{**shop.HIT_REQUEST, "Question": PLAIN})["HIT"]
    told = requester.get_hit(HITId=made["HITId"])["HIT"]
    assert made["Question"] == told["Question"] == PLAIN


def test_layouts_stay_refused(api: str) -> None:
    asked = {**shop.HIT_REQUEST, "HITLayoutId": "3ABC"}
    code, message = shop.failure(shop.mturk(api).create_hit, **asked)
    assert (code, "HITLayoutId" in message) == ("NotOffered", True)
