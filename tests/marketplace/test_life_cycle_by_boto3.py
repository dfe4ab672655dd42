"""Unmodified boto3 takes a HIT from creation to deletion."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketplace import clock, services
from marketplace.models import HIT
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

HIT_KEYS = {
    "HITId",
    "HITTypeId",
    "HITGroupId",
    "CreationTime",
    "Title",
    "Description",
    "Question",
    "Keywords",
    "HITStatus",
    "MaxAssignments",
    "Reward",
    "AutoApprovalDelayInSeconds",
    "Expiration",
    "AssignmentDurationInSeconds",
    "QualificationRequirements",
    "HITReviewStatus",
    "NumberOfAssignmentsPending",
    "NumberOfAssignmentsAvailable",
    "NumberOfAssignmentsCompleted",
}


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def do(hit_id: str, name: str) -> str:
    """Let a new worker accept and submit; the assignment's id."""
    hit = HIT.objects.get(hit_id=hit_id)
    assignment = services.accept(shop.worker(name), hit, clock.now())
    services.submit(assignment.assignment_id, {"votes": "[1]"}, clock.now())
    return assignment.assignment_id


def test_a_hit_goes_from_creation_to_deletion(client: "MTurkClient") -> None:
    created = client.create_hit(**{**shop.HIT_REQUEST, "MaxAssignments": 2})["HIT"]
    hit_id = created["HITId"]
    assert created["HITStatus"] == "Assignable"
    first, second = do(hit_id, "alice"), do(hit_id, "bob")
    assert client.get_hit(HITId=hit_id)["HIT"]["HITStatus"] == "Reviewable"
    assert [h["HITId"] for h in client.list_reviewable_hits()["HITs"]] == [hit_id]
    got = client.get_assignment(AssignmentId=first)
    assert got["Assignment"]["AssignmentStatus"] == "Submitted"
    assert "[1]" in got["Assignment"]["Answer"]
    assert got["HIT"]["HITId"] == hit_id
    approved = client.approve_assignment(AssignmentId=first)
    assert list(approved) == ["ResponseMetadata"]
    client.reject_assignment(AssignmentId=second, RequesterFeedback="not the task")
    statuses = [
        row["AssignmentStatus"]
        for row in client.list_assignments_for_hit(HITId=hit_id)["Assignments"]
    ]
    assert statuses == ["Approved", "Rejected"]
    client.delete_hit(HITId=hit_id)
    assert client.list_hits()["NumResults"] == 0
    assert client.get_hit(HITId=hit_id)["HIT"]["HITStatus"] == "Disposed"


def test_a_hit_has_every_member_that_clients_index(client: "MTurkClient") -> None:
    minimal = {k: v for k, v in shop.HIT_REQUEST.items() if k != "Keywords"}
    created = client.create_hit(**minimal)["HIT"]
    assert set(created) == HIT_KEYS
    assert created["QualificationRequirements"] == []
    assert created["Keywords"] == ""
    named = client.create_hit(**minimal, RequesterAnnotation="b17")["HIT"]
    assert named["RequesterAnnotation"] == "b17"


def test_ids_look_as_mturks_do(client: "MTurkClient") -> None:
    created = client.create_hit(**shop.HIT_REQUEST)["HIT"]
    for name in ("HITId", "HITTypeId", "HITGroupId"):
        assert len(created[name]) == 30
        assert created[name].startswith("3")


def test_equal_values_are_one_hit_type(client: "MTurkClient") -> None:
    one = client.create_hit_type(**shop.TYPE)["HITTypeId"]
    assert client.create_hit_type(**shop.TYPE)["HITTypeId"] == one
    assert client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITTypeId"] == one
    other = client.create_hit_type(**{**shop.TYPE, "Reward": "0.16"})["HITTypeId"]
    assert other != one
    made = client.create_hit_with_hit_type(
        HITTypeId=other, LifetimeInSeconds=600, Question=shop.QUESTION
    )["HIT"]
    assert (made["HITTypeId"], made["Reward"], made["MaxAssignments"]) == (
        other,
        "0.16",
        1,
    )


def test_a_hit_moves_to_another_type(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    other = client.create_hit_type(**{**shop.TYPE, "Reward": "1.00"})["HITTypeId"]
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=other)
    assert client.get_hit(HITId=hit_id)["HIT"]["Reward"] == "1.00"
    # 3 places of 1.00 and 20 %
    assert client.get_account_balance()["OnHoldBalance"] == "3.60"


def test_reviewing_and_back(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**{**shop.HIT_REQUEST, "MaxAssignments": 1})["HIT"][
        "HITId"
    ]
    do(hit_id, "alice")
    client.update_hit_review_status(HITId=hit_id)
    assert client.list_reviewable_hits()["NumResults"] == 0
    listed = client.list_reviewable_hits(Status="Reviewing")["HITs"]
    assert [hit["HITStatus"] for hit in listed] == ["Reviewing"]
    client.update_hit_review_status(HITId=hit_id, Revert=True)
    assert client.list_reviewable_hits()["NumResults"] == 1


def test_an_expired_hit_is_extended_in_time_and_places(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=shop.EPOCH)
    assert client.get_hit(HITId=hit_id)["HIT"]["HITStatus"] == "Reviewable"
    later = clock.now() + timedelta(days=2)
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=later)
    client.create_additional_assignments_for_hit(
        HITId=hit_id, NumberOfAdditionalAssignments=6
    )
    hit = client.get_hit(HITId=hit_id)["HIT"]
    assert (hit["HITStatus"], hit["MaxAssignments"]) == ("Assignable", 9)
    assert hit["Expiration"] == later.replace(microsecond=0)
