"""The marketplace's own qualifications: looked up, listed, and worth what was done."""

from typing import TYPE_CHECKING, Any

import pytest

from marketplace import clock, services
from marketplace.models import Assignment, Worker
from marketplace.services import system_types
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def names(client: "MTurkClient", **wanted: Any) -> list[str]:
    pages = client.get_paginator("list_qualification_types").paginate(
        PaginationConfig={"PageSize": 3}, **wanted
    )
    return [kind["Name"] for page in pages for kind in page["QualificationTypes"]]


def test_they_are_looked_up_by_their_ids(client: "MTurkClient") -> None:
    # the ids and names of the AWS API reference, QualificationRequirement
    for type_id, name in (
        ("000000000000000000L0", "Worker_PercentAssignmentsApproved"),
        ("00000000000000000040", "Worker_NumberHITsApproved"),
        ("00000000000000000071", "Worker_Locale"),
        ("00000000000000000060", "Worker_Adult"),
        ("2F1QJWKUDD8XADTFD2Q0G6UTO95ALH", "Masters"),
    ):
        found = client.get_qualification_type(QualificationTypeId=type_id)
        kind = found["QualificationType"]
        assert (kind["Name"], kind["IsRequestable"]) == (name, False)
        assert kind["QualificationTypeStatus"] == "Active"
        asked = client.list_hits_for_qualification_type(QualificationTypeId=type_id)
        assert asked["NumResults"] == 0


def test_they_are_listed_before_the_requesters(client: "MTurkClient") -> None:
    for number in range(4):
        client.create_qualification_type(
            Name=f"own {number}", Description="-", QualificationTypeStatus="Active"
        )
    own = [f"own {number}" for number in range(4)]
    system = [kind.name for kind in system_types.SYSTEM_TYPES]
    assert names(client, MustBeRequestable=False) == system + own
    assert names(client, MustBeRequestable=True) == own
    assert names(client, MustBeRequestable=False, MustBeOwnedByCaller=True) == own
    found = names(client, MustBeRequestable=False, Query="percentassignments judged")
    assert found == [
        "Worker_PercentAssignmentsApproved",
        "Worker_PercentAssignmentsRejected",
    ]


def test_nobody_gives_or_changes_them(client: "MTurkClient", db: None) -> None:
    alice = shop.worker()
    one = {"QualificationTypeId": system_types.NUMBER_APPROVED}
    both: dict[str, Any] = {**one, "WorkerId": alice.worker_id}
    for call, given in (
        (client.update_qualification_type, one),
        (client.delete_qualification_type, one),
        (client.list_qualification_requests, one),
        (client.associate_qualification_with_worker, both),
    ):
        assert shop.failure(call, **given)[0] == "QualificationTypeDoesNotExist"


def test_percentages_count_what_a_worker_did(
    client: "MTurkClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = shop.worker()
    lab = shop.requester()
    done = [shop.submitted(shop.publish(lab), alice) for _ in range(3)]
    services.approve(done[0], clock.now())
    services.approve(done[1], clock.now())
    services.reject(done[2], clock.now(), feedback="no")
    services.give_back(
        services.accept(alice, shop.publish(lab), clock.now()), clock.now()
    )
    services.accept(alice, shop.publish(lab), clock.now())

    def percentages() -> list[Any]:
        values = system_types.values_of(Worker.objects.get())
        return [
            values[type_id]
            for type_id in (
                system_types.PERCENT_SUBMITTED,
                system_types.PERCENT_ABANDONED,
                system_types.PERCENT_RETURNED,
                system_types.PERCENT_APPROVED,
                system_types.PERCENT_REJECTED,
            )
        ]

    assert percentages() == [100, 0, 0, 100, 0]
    monkeypatch.setattr(system_types, "MEANINGFUL_PERCENTAGE", 3)
    # 3 of 5 accepted were submitted and 1 returned; 2 of 3 judged were approved
    assert percentages() == [60, 0, 20, 66, 33]
    Assignment.objects.filter(status="Accepted").update(status="Abandoned")
    assert percentages() == [60, 20, 20, 66, 33]
