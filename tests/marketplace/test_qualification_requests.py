"""Workers ask for qualifications, and requesters decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from marketplace.models import Message, Worker
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]
OTHER = "OTHERREQUESTER000000"


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker()


def made(client: "MTurkClient", name: str = "hears well", **more: Any) -> str:
    return client.create_qualification_type(
        Name=name,
        Description="Has good ears.",
        QualificationTypeStatus="Active",
        **more,
    )["QualificationType"]["QualificationTypeId"]


def site_of(name: str) -> Client:
    site = Client()
    shop.sign_in(site, name)
    return site


def ask(type_id: str, name: str = "alice") -> int:
    url = f"/marketplace/qualifications/{type_id}/request"
    return site_of(name).post(url).status_code


def page(type_id: str = "", name: str = "alice") -> str:
    folder = f"{type_id}/" if type_id else ""
    return site_of(name).get(f"/marketplace/qualifications/{folder}").content.decode()


def pending(client: "MTurkClient", **of: Any) -> list[Any]:
    pages = client.get_paginator("list_qualification_requests").paginate(
        PaginationConfig={"PageSize": 2}, **of
    )
    return [row for page in pages for row in page["QualificationRequests"]]


def letters(worker: Worker) -> list[tuple[str, str]]:
    found = Message.objects.filter(worker=worker).order_by("pk")
    return list(found.values_list("subject", "text"))


def test_a_request_waits_and_its_grant_can_be_used_at_once(
    client: "MTurkClient", alice: Worker
) -> None:
    type_id = made(client)
    hit = client.create_hit(
        **shop.HIT_REQUEST,
        QualificationRequirements=[
            {
                "QualificationTypeId": type_id,
                "Comparator": "GreaterThanOrEqualTo",
                "IntegerValues": [80],
            }
        ],
    )["HIT"]
    accept = f"/marketplace/hits/{hit['HITId']}/accept"
    assert site_of("alice").post(accept).status_code == 409
    assert ask(type_id) == 302
    assert "has not answered yet" in page(type_id)
    assert ask(type_id) == 409
    (asked,) = pending(client, QualificationTypeId=type_id)
    assert asked.pop("SubmitTime").tzinfo is not None
    request_id = asked.pop("QualificationRequestId")
    assert asked == {"QualificationTypeId": type_id, "WorkerId": alice.worker_id}
    client.accept_qualification_request(
        QualificationRequestId=request_id, IntegerValue=90
    )
    assert pending(client) == []
    assert site_of("alice").post(accept).status_code == 302
    assert "Your value is <strong>90</strong>" in page(type_id)
    assert letters(alice) == [("You have the qualification hears well", "")]


def test_a_value_of_one_is_given_where_none_is_named(
    client: "MTurkClient", alice: Worker
) -> None:
    type_id = made(client)
    ask(type_id)
    (asked,) = pending(client)
    client.accept_qualification_request(
        QualificationRequestId=asked["QualificationRequestId"]
    )
    score = client.get_qualification_score(
        QualificationTypeId=type_id, WorkerId=alice.worker_id
    )["Qualification"]
    assert (score["IntegerValue"], score["Status"]) == (1, "Granted")


def test_who_is_rejected_reads_why_and_may_not_ask_again(
    client: "MTurkClient", alice: Worker
) -> None:
    type_id = made(client)
    ask(type_id)
    (asked,) = pending(client)
    one = {"QualificationRequestId": asked["QualificationRequestId"]}
    client.reject_qualification_request(**one, Reason="Too <few> hours")
    assert letters(alice) == [
        (
            "Your request for the qualification hears well was rejected",
            "Too <few> hours",
        )
    ]
    shown = page(type_id)
    assert "Too &lt;few&gt; hours" in shown
    assert "only once" in shown
    assert ask(type_id) == 409
    assert "hears well" not in page()


def test_with_a_retry_delay_one_may_ask_again_after_it(
    client: "MTurkClient", alice: Worker, advance: Advance
) -> None:
    type_id = made(client, RetryDelayInSeconds=600)
    ask(type_id)
    advance(timedelta(seconds=590))
    (asked,) = pending(client)
    client.reject_qualification_request(
        QualificationRequestId=asked["QualificationRequestId"]
    )
    assert ask(type_id) == 409
    advance(timedelta(seconds=10))
    assert ask(type_id) == 302


def test_a_request_is_decided_once(client: "MTurkClient", alice: Worker) -> None:
    ask(made(client))
    (asked,) = pending(client)
    one = {"QualificationRequestId": asked["QualificationRequestId"]}
    client.accept_qualification_request(**one)
    for call in (
        client.accept_qualification_request,
        client.reject_qualification_request,
    ):
        code, message = shop.failure(call, **one)
        assert code == "InvalidQualificationRequestState"
        assert "can be called with a status of: Submitted" in message


def test_another_requesters_requests_do_not_exist(
    client: "MTurkClient", api: str, alice: Worker
) -> None:
    type_id = made(client)
    ask(type_id)
    (asked,) = pending(client)
    shop.requester(key=OTHER)
    other = shop.mturk(api, key=OTHER)
    assert pending(other) == []
    code, _ = shop.failure(
        other.list_qualification_requests, QualificationTypeId=type_id
    )
    assert code == "QualificationTypeDoesNotExist"
    for request_id in (asked["QualificationRequestId"], "3UNKNOWN", "x y\u00e9"):
        for call in (
            other.accept_qualification_request,
            other.reject_qualification_request,
        ):
            code, _ = shop.failure(call, QualificationRequestId=request_id)
            assert code == "QualificationRequestDoesNotExist"
    assert len(pending(client)) == 1


def test_requests_are_listed_as_they_came(client: "MTurkClient", db: None) -> None:
    one, two = made(client, "one"), made(client, "two")
    names = [f"worker {number}" for number in range(5)]
    ids = {shop.worker(name).worker_id: name for name in names}
    for number, name in enumerate(reversed(names)):
        ask(one if number % 2 else two, name)
    assert [ids[row["WorkerId"]] for row in pending(client)] == names[::-1]
    of_one = pending(client, QualificationTypeId=one)
    assert [ids[row["WorkerId"]] for row in of_one] == [names[3], names[1]]


def test_a_deleted_type_rejects_what_is_pending(
    client: "MTurkClient", alice: Worker
) -> None:
    type_id = made(client)
    ask(type_id)
    client.delete_qualification_type(QualificationTypeId=type_id)
    assert pending(client) == []
    ((subject, text),) = letters(alice)
    assert (subject[-8:], "has deleted" in text) == ("rejected", True)
    assert ask(type_id) == 409


def test_giving_by_hand_leaves_a_request_pending(
    client: "MTurkClient", alice: Worker
) -> None:
    # AWS API reference, AssociateQualificationWithWorker: "does not affect any pending
    # Qualification requests"
    type_id = made(client)
    ask(type_id)
    client.associate_qualification_with_worker(
        QualificationTypeId=type_id, WorkerId=alice.worker_id, IntegerValue=5
    )
    assert len(pending(client)) == 1


def test_whom_a_requester_has_blocked_may_not_ask(
    client: "MTurkClient", alice: Worker
) -> None:
    type_id = made(client)
    client.create_worker_block(WorkerId=alice.worker_id, Reason="no")
    assert "hears well" not in page()
    assert ask(type_id) == 409
    assert pending(client) == []


def test_a_worker_sees_their_own_requests_alone(
    client: "MTurkClient", alice: Worker
) -> None:
    shop.worker("bob")
    type_id = made(client)
    ask(type_id, "bob")
    (asked,) = pending(client)
    client.reject_qualification_request(
        QualificationRequestId=asked["QualificationRequestId"], Reason="for bob alone"
    )
    assert "for bob alone" in page(type_id, "bob")
    assert "for bob alone" not in page(type_id)
    assert "Your requests" not in page(type_id)
