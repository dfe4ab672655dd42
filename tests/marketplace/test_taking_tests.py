"""A worker takes a qualification's test: in time, once, scored or handed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from marketplace.models import Qualification, QualificationRequest, Sitting, Worker
from tests.marketplace import exams, shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]
TEST = exams.exam("bell", "dog")
KEY = exams.key(
    exams.keyed("bell", {"a": 5}),
    exams.keyed("dog", {"b": 10}),
    mapping="<PercentageMapping><MaximumSummedScore>15</MaximumSummedScore>"
    "</PercentageMapping>",
)
RIGHT = {"answer-0": "0", "answer-1": "1"}
HALF = {"answer-0": "2", "answer-1": "1"}


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker()


@pytest.fixture
def site(alice: Worker) -> Client:
    site = Client()
    shop.sign_in(site)
    return site


def made(client: "MTurkClient", **more: Any) -> str:
    given = {"Test": TEST, "TestDurationInSeconds": 600, **more}
    return client.create_qualification_type(
        Name="hears well",
        Description="Has good ears.",
        QualificationTypeStatus="Active",
        **given,
    )["QualificationType"]["QualificationTypeId"]


def url(type_id: str, page: str) -> str:
    return f"/marketplace/qualifications/{type_id}/{page}"


def value() -> int | None:
    return Qualification.objects.values_list("value", flat=True).first()


def test_a_test_is_begun_taken_and_scored_at_once(
    client: "MTurkClient", site: Client
) -> None:
    type_id = made(client, AnswerKey=KEY)
    assert "a test of 10 minutes" in site.get(url(type_id, "")).content.decode()
    begun = site.post(url(type_id, "request"), follow=True)
    assert begun.request["PATH_INFO"] == url(type_id, "test")
    shown = begun.content.decode()
    assert 'data-seconds="599"' in shown or 'data-seconds="600"' in shown
    assert "What makes sound bell?" in shown
    assert "AnswerScore" not in shown
    done = site.post(url(type_id, "test"), HALF, follow=True)
    assert done.status_code == 200
    assert "Your value is <strong>67</strong>" in done.content.decode()
    assert value() == 67
    assert client.list_qualification_requests()["NumResults"] == 0


def test_without_a_key_the_requester_reads_the_answers(
    client: "MTurkClient", site: Client, alice: Worker
) -> None:
    type_id = made(client)
    site.post(url(type_id, "request"))
    assert client.list_qualification_requests()["NumResults"] == 0
    site.post(url(type_id, "test"), RIGHT)
    assert "has not answered yet" in site.get(url(type_id, "")).content.decode()
    (asked,) = client.list_qualification_requests()["QualificationRequests"]
    assert (asked["Test"], asked["WorkerId"]) == (TEST, alice.worker_id)
    texts = [element.text for element in fromstring(asked["Answer"]).iter()]
    assert [text for text in texts if text] == ["bell", "a", "dog", "b"]
    client.accept_qualification_request(
        QualificationRequestId=asked["QualificationRequestId"], IntegerValue=70
    )
    assert value() == 70


def test_answers_after_the_time_are_not_taken(
    client: "MTurkClient", site: Client, advance: Advance
) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    advance(timedelta(seconds=601))
    late = site.post(url(type_id, "test"), RIGHT)
    assert (late.status_code, b"ran out" in late.content) == (410, True)
    assert value() is None
    assert not QualificationRequest.objects.exists()
    again = site.get(url(type_id, "test"), follow=True).content.decode()
    assert "The time for the test ran out" in again
    assert "only once" in again
    assert site.post(url(type_id, "request")).status_code == 409


def test_answers_within_the_time_are_taken(
    client: "MTurkClient", site: Client, advance: Advance
) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    advance(timedelta(seconds=590))
    assert site.post(url(type_id, "test"), RIGHT).status_code == 302
    assert value() == 100


def test_asking_again_goes_on_with_the_same_test_and_time(
    client: "MTurkClient", site: Client, advance: Advance
) -> None:
    type_id = made(client, RetryDelayInSeconds=0)
    site.post(url(type_id, "request"))
    deadline = Sitting.objects.get().deadline
    advance(timedelta(seconds=60))
    assert site.post(url(type_id, "request")).status_code == 302
    assert Sitting.objects.get().deadline == deadline
    assert "Go on with the test" in site.get(url(type_id, "")).content.decode()
    listed = site.get("/marketplace/qualifications/").content.decode()
    assert "Tests you are taking" in listed


def test_a_missing_answer_is_named_and_the_others_are_kept(
    client: "MTurkClient", site: Client
) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    page = site.post(url(type_id, "test"), {"answer-0": "0"})
    assert page.status_code == 422
    assert "Sound dog: choose one." in page.content.decode()
    assert page.content.decode().count("checked") == 1
    assert value() is None
    assert site.post(url(type_id, "test"), RIGHT).status_code == 302
    assert value() == 100


def test_a_test_is_handed_in_once(client: "MTurkClient", site: Client) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    site.post(url(type_id, "test"), HALF)
    again = site.post(url(type_id, "test"), RIGHT)
    assert (again.status_code, again["Location"]) == (302, url(type_id, ""))
    assert value() == 67
    assert site.post(url(type_id, "request")).status_code == 409


def test_with_a_retry_delay_a_better_value_can_be_had(
    client: "MTurkClient", site: Client, advance: Advance
) -> None:
    type_id = made(client, AnswerKey=KEY, RetryDelayInSeconds=3600)
    site.post(url(type_id, "request"))
    site.post(url(type_id, "test"), HALF)
    soon = site.post(url(type_id, "request"))
    assert (soon.status_code, b"again yet" in soon.content) == (409, True)
    advance(timedelta(seconds=3601))
    assert site.post(url(type_id, "request")).status_code == 302
    assert value() == 67
    site.post(url(type_id, "test"), RIGHT)
    assert value() == 100


def test_a_test_that_is_being_taken_does_not_change(
    client: "MTurkClient", site: Client
) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    client.update_qualification_type(
        QualificationTypeId=type_id,
        Test=exams.exam("cat"),
        TestDurationInSeconds=60,
    )
    assert "sound bell" in site.get(url(type_id, "test")).content.decode()
    site.post(url(type_id, "test"), RIGHT)
    assert value() == 100
    assert QualificationRequest.objects.get().test == TEST


def test_deleting_a_type_ends_its_tests(client: "MTurkClient", site: Client) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    client.delete_qualification_type(QualificationTypeId=type_id)
    page = site.post(url(type_id, "test"), RIGHT, follow=True).content.decode()
    assert "not given any more" in page
    assert value() is None


def test_nobody_hands_in_another_workers_test(
    client: "MTurkClient", site: Client
) -> None:
    type_id = made(client, AnswerKey=KEY)
    site.post(url(type_id, "request"))
    shop.worker("bob")
    other = Client()
    assert other.post(url(type_id, "test"), RIGHT)["Location"].startswith(
        "/marketplace/sign-in/"
    )
    shop.sign_in(other, "bob")
    assert other.get(url(type_id, "test"))["Location"] == url(type_id, "")
    other.post(url(type_id, "test"), RIGHT)
    assert value() is None
    assert Sitting.objects.get().ended_at is None


@pytest.mark.parametrize("page", ["", "test"])
def test_a_type_that_is_not_there_is_not_found(site: Client, page: str) -> None:
    assert site.get(url("3UNKNOWN", page)).status_code == 404
