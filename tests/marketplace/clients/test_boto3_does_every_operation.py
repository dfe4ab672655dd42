"""Unmodified boto3: every operation of the model, over HTTP."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from marketplace.models import HIT
from marketplace.shapes import service
from tests.marketplace import shop
from tests.marketplace.clients.scenes import kind, requested

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def called(client: "MTurkClient") -> set[str]:
    """The names of the operations that the client has called."""
    names: set[str] = set()
    client.meta.events.register(
        "before-call.mturk", lambda model, **_: names.add(model.name)
    )
    return names


def hits(client: "MTurkClient") -> None:
    client.get_account_balance()
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    type_id = client.create_hit_type(**{**shop.TYPE, "Title": "Another"})["HITTypeId"]
    client.create_hit_with_hit_type(
        HITTypeId=type_id, LifetimeInSeconds=600, Question=shop.QUESTION
    )
    client.get_hit(HITId=hit_id)
    client.list_hits()
    client.update_hit_type_of_hit(HITId=hit_id, HITTypeId=type_id)
    client.create_additional_assignments_for_hit(
        HITId=hit_id, NumberOfAdditionalAssignments=1
    )
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=shop.EPOCH)
    client.list_reviewable_hits()
    client.update_hit_review_status(HITId=hit_id)
    client.delete_hit(HITId=hit_id)
    note: Any = {
        "Destination": "lab@rate.example",
        "Transport": "Email",
        "Version": "2014-08-15",
        "EventTypes": ["AssignmentSubmitted"],
    }
    client.update_notification_settings(HITTypeId=type_id, Notification=note)
    client.send_test_event_notification(Notification=note, TestEventType="Ping")


def assignments(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    hit = HIT.objects.get(hit_id=hit_id)
    alice, bob = shop.worker("alice"), shop.worker("bob")
    first, second = (shop.submitted(hit, each).assignment_id for each in (alice, bob))
    client.list_assignments_for_hit(HITId=hit_id)
    client.get_assignment(AssignmentId=first)
    client.approve_assignment(AssignmentId=first)
    client.reject_assignment(AssignmentId=second, RequesterFeedback="Not the task.")
    client.send_bonus(
        WorkerId=alice.worker_id, BonusAmount="1", AssignmentId=first, Reason="Thanks."
    )
    client.list_bonus_payments(HITId=hit_id)
    client.notify_workers(Subject="S", MessageText="T", WorkerIds=[alice.worker_id])
    client.create_worker_block(WorkerId=bob.worker_id, Reason="Spam.")
    client.list_worker_blocks()
    client.delete_worker_block(WorkerId=bob.worker_id)


def qualifications(client: "MTurkClient") -> None:
    type_id = kind(client, "Careful")
    client.get_qualification_type(QualificationTypeId=type_id)
    client.update_qualification_type(QualificationTypeId=type_id, Description="New.")
    client.list_qualification_types(MustBeRequestable=False)
    client.list_hits_for_qualification_type(QualificationTypeId=type_id)
    requested(type_id)
    pending = client.list_qualification_requests()["QualificationRequests"]
    first, second = (each["QualificationRequestId"] for each in pending)
    client.accept_qualification_request(QualificationRequestId=first)
    client.reject_qualification_request(QualificationRequestId=second)
    held: Any = {"QualificationTypeId": type_id, "WorkerId": pending[0]["WorkerId"]}
    client.associate_qualification_with_worker(**held, IntegerValue=7)
    client.get_qualification_score(**held)
    client.list_workers_with_qualification_type(QualificationTypeId=type_id)
    client.disassociate_qualification_from_worker(**held)
    client.delete_qualification_type(QualificationTypeId=type_id)


def refused(client: "MTurkClient") -> None:
    calls: list[tuple[Any, dict[str, Any], str]] = [
        (client.list_review_policy_results_for_hit, {"HITId": "3A"}, "not offered"),
        (
            client.get_file_upload_url,
            {"AssignmentId": "3A", "QuestionIdentifier": "q"},
            "does not exist",
        ),
    ]
    for call, members, said in calls:
        with pytest.raises(ClientError, match=said):
            call(**members)


def test_every_operation_of_the_model_is_called(
    client: "MTurkClient", called: set[str]
) -> None:
    for scene in (hits, assignments, qualifications, refused):
        scene(client)
    assert called == set(service().operation_names)
