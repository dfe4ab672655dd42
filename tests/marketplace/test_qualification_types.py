"""Qualification types and who holds them, as boto3 sees them."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.models import Message, Worker
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]
KIND: dict[str, Any] = {
    "Name": "did study vegas",
    "Description": "Took part before.",
    "QualificationTypeStatus": "Active",
}


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker()


def made(client: "MTurkClient", **changes: Any) -> str:
    reply = client.create_qualification_type(**{**KIND, **changes})
    return reply["QualificationType"]["QualificationTypeId"]


def test_a_type_is_made_read_and_changed(client: "MTurkClient") -> None:
    type_id = made(client, Keywords="sound", RetryDelayInSeconds=60)
    changed = client.update_qualification_type(
        QualificationTypeId=type_id,
        Description="Other words",
        QualificationTypeStatus="Inactive",
        AutoGranted=True,
        AutoGrantedValue=7,
    )["QualificationType"]
    assert (
        client.get_qualification_type(QualificationTypeId=type_id)["QualificationType"]
        == changed
    )
    assert changed.pop("CreationTime").tzinfo is not None
    assert changed == {
        "QualificationTypeId": type_id,
        "Name": "did study vegas",
        "Description": "Other words",
        "Keywords": "sound",
        "QualificationTypeStatus": "Inactive",
        "RetryDelayInSeconds": 60,
        "IsRequestable": True,
        "AutoGranted": True,
        "AutoGrantedValue": 7,
    }


def test_a_name_is_taken_until_its_type_is_deleted(client: "MTurkClient") -> None:
    type_id = made(client)
    code, message = shop.failure(client.create_qualification_type, **KIND)
    assert code == "QualificationTypeAlreadyExists"
    # Mephisto and Dallinger match on these words
    assert message.startswith(
        "You have already created a QualificationType with this name."
    )
    client.delete_qualification_type(QualificationTypeId=type_id)
    code, _ = shop.failure(client.get_qualification_type, QualificationTypeId=type_id)
    assert code == "QualificationTypeDoesNotExist"
    made(client)


def test_types_are_listed_by_owner_words_and_state(
    client: "MTurkClient", api: str
) -> None:
    for number in range(3):
        made(client, Name=f"vegas {number}")
    made(client, Name="asleep vegas", QualificationTypeStatus="Inactive")
    shop.requester(key="OTHERREQUESTER000000")
    made(shop.mturk(api, key="OTHERREQUESTER000000"), Name="vegas of others")
    pages = client.get_paginator("list_qualification_types")

    def names(**wanted: Any) -> list[str]:
        found = pages.paginate(PaginationConfig={"PageSize": 2}, **wanted)
        return [kind["Name"] for page in found for kind in page["QualificationTypes"]]

    mine = ["vegas 0", "vegas 1", "vegas 2"]
    assert names(MustBeRequestable=True, MustBeOwnedByCaller=True) == mine
    assert names(MustBeRequestable=False, MustBeOwnedByCaller=True) == [
        *mine,
        "asleep vegas",
    ]
    assert names(MustBeRequestable=True) == [*mine, "vegas of others"]
    assert names(MustBeRequestable=True, Query="BEFORE 1") == ["vegas 1"]


def test_a_qualification_is_given_changed_and_revoked(
    client: "MTurkClient", alice: Worker
) -> None:
    both: dict[str, Any] = {
        "QualificationTypeId": made(client),
        "WorkerId": alice.worker_id,
    }
    code, message = shop.failure(client.get_qualification_score, **both)
    assert (code, "does not exist" in message) == ("QualificationDoesNotExist", True)
    client.associate_qualification_with_worker(**both)
    score = client.get_qualification_score(**both)["Qualification"]
    assert (score["IntegerValue"], score["Status"]) == (1, "Granted")
    client.associate_qualification_with_worker(
        **both, IntegerValue=-5, SendNotification=False
    )
    assert client.get_qualification_score(**both)["Qualification"]["IntegerValue"] == -5
    client.disassociate_qualification_from_worker(**both, Reason="A mistake of ours")
    for call in (
        client.get_qualification_score,
        client.disassociate_qualification_from_worker,
    ):
        code, message = shop.failure(call, **both)
        assert code == "InvalidQualificationState"
        assert "operation can be called with a status of: Granted" in message
    assert list(Message.objects.order_by("pk").values_list("subject", "text")) == [
        ("You have the qualification did study vegas", ""),
        ("The qualification did study vegas was revoked", "A mistake of ours"),
    ]


def test_an_inactive_type_is_not_given(client: "MTurkClient", alice: Worker) -> None:
    type_id = made(client, QualificationTypeStatus="Inactive")
    code, _ = shop.failure(
        client.associate_qualification_with_worker,
        QualificationTypeId=type_id,
        WorkerId=alice.worker_id,
    )
    assert code == "InvalidQualificationTypeState"


def test_holders_are_listed_by_state(client: "MTurkClient") -> None:
    type_id = made(client)
    ids = [shop.worker(f"worker {number}").worker_id for number in range(4)]
    for worker_id in ids:
        client.associate_qualification_with_worker(
            QualificationTypeId=type_id, WorkerId=worker_id
        )
    client.disassociate_qualification_from_worker(
        QualificationTypeId=type_id, WorkerId=ids[0]
    )
    pages = client.get_paginator("list_workers_with_qualification_type")
    cases: list[tuple[Any, list[str]]] = [
        ({}, ids[1:]),
        ({"Status": "Revoked"}, ids[:1]),
    ]
    for status, expected in cases:
        found = pages.paginate(
            QualificationTypeId=type_id, PaginationConfig={"PageSize": 2}, **status
        )
        assert [q["WorkerId"] for p in found for q in p["Qualifications"]] == expected


def test_anothers_type_is_seen_but_not_used(
    client: "MTurkClient", api: str, alice: Worker
) -> None:
    one = {"QualificationTypeId": made(client)}
    both: dict[str, Any] = {**one, "WorkerId": alice.worker_id}
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    other.get_qualification_type(**one)
    for call, given_ in (
        (other.update_qualification_type, one),
        (other.delete_qualification_type, one),
        (other.list_workers_with_qualification_type, one),
        (other.associate_qualification_with_worker, both),
        (other.disassociate_qualification_from_worker, both),
        (other.get_qualification_score, both),
    ):
        assert shop.failure(call, **given_)[0] == "QualificationTypeDoesNotExist"


def test_a_worker_asks_for_what_is_granted_automatically(
    client: "MTurkClient", alice: Worker, advance: Advance
) -> None:
    kind = made(client, AutoGranted=True, AutoGrantedValue=3, RetryDelayInSeconds=60)
    asleep = made(client, Name="not given now", QualificationTypeStatus="Inactive")
    both: dict[str, Any] = {"QualificationTypeId": kind, "WorkerId": alice.worker_id}
    site = Client()
    shop.sign_in(site)
    url = "/marketplace/qualifications/"
    page = site.get(url).content.decode()
    assert "did study vegas" in page
    assert "not given now" not in page
    assert site.post(f"{url}{asleep}/request").status_code == 409
    assert site.post(f"{url}{kind}/request").status_code == 302
    assert client.get_qualification_score(**both)["Qualification"]["IntegerValue"] == 3
    client.disassociate_qualification_from_worker(**both)
    again = site.post(f"{url}{kind}/request")
    assert (again.status_code, b"again yet" in again.content) == (409, True)
    advance(timedelta(seconds=61))
    assert site.post(f"{url}{kind}/request").status_code == 302


def test_a_worker_finds_types_by_words(client: "MTurkClient", alice: Worker) -> None:
    made(client)
    made(client, Name="did another study")
    site = Client()
    shop.sign_in(site)
    found = site.get("/marketplace/qualifications/?q=VEGAS+took").content.decode()
    assert ("did study vegas" in found, "did another" in found) == (True, False)
    odd = site.get("/marketplace/qualifications/?q=%ff" + "x" * 900)
    assert odd.status_code == 200


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(value=st.integers(-(2**70), 2**70) | st.integers(2**31 - 2, 2**31 + 2))
def test_a_value_is_kept_exactly_or_refused(
    client: "MTurkClient", alice: Worker, value: int
) -> None:
    found = client.list_qualification_types(MustBeRequestable=True)
    kinds = found["QualificationTypes"]
    both: dict[str, Any] = {
        "QualificationTypeId": kinds[0]["QualificationTypeId"]
        if kinds
        else made(client),
        "WorkerId": alice.worker_id,
    }
    give = client.associate_qualification_with_worker
    if -(2**31) <= value < 2**31:
        give(**both, IntegerValue=value)
        held = client.get_qualification_score(**both)["Qualification"]
        assert held["IntegerValue"] == value
    else:
        code, message = shop.failure(give, **both, IntegerValue=value)
        assert (code, "IntegerValue" in message) == ("InvalidParameterValue", True)
