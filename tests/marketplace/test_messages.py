"""NotifyWorkers, and the page on which workers read."""

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import Message, Worker
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(api: str) -> Worker:
    alice = shop.worker()
    mine = shop.submitted(shop.publish(shop.requester()), alice)
    services.approve(mine, clock.now())
    return alice


def letter(*worker_ids: str, **changes: Any) -> dict[str, Any]:
    return {
        "Subject": "New <i>clips</i>",
        "MessageText": "There are more.\nCome again.",
        "WorkerIds": list(worker_ids),
        **changes,
    }


def test_a_worker_reads_what_a_requester_wrote(
    client: "MTurkClient", alice: Worker
) -> None:
    twice = letter(alice.worker_id, alice.worker_id)
    assert client.notify_workers(**twice)["NotifyWorkersFailureStatuses"] == []
    site = Client()
    shop.sign_in(site)
    assert "Messages (1 new)" in site.get("/marketplace/").content.decode()
    page = site.get("/marketplace/messages/").content.decode()
    assert "New &lt;i&gt;clips&lt;/i&gt;" in page
    assert "There are more.<br>Come again." in page
    assert "new)" not in site.get("/marketplace/").content.decode()


def test_only_workers_whose_work_was_judged_are_reached(
    client: "MTurkClient", alice: Worker
) -> None:
    bob = shop.worker("bob")
    shop.submitted(shop.publish(shop.requester()), bob)
    failures = client.notify_workers(
        **letter(bob.worker_id, alice.worker_id, "AUNKNOWN")
    )["NotifyWorkersFailureStatuses"]
    assert [(row["WorkerId"], row["NotifyWorkersFailureCode"]) for row in failures] == [
        (bob.worker_id, "HardFailure"),
        ("AUNKNOWN", "HardFailure"),
    ]
    assert "approved or rejected" in failures[0]["NotifyWorkersFailureMessage"]
    assert [message.worker for message in Message.objects.all()] == [alice]


def test_another_workers_messages_are_not_shown(
    client: "MTurkClient", alice: Worker
) -> None:
    client.notify_workers(**letter(alice.worker_id))
    shop.worker("bob")
    site = Client()
    assert site.get("/marketplace/messages/").status_code == 302
    shop.sign_in(site, "bob")
    page = site.get("/marketplace/messages/").content.decode()
    assert "No requester has written to you." in page
    assert Message.objects.get().read_at is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("Subject", "x" * 201),
        ("MessageText", "x" * 4_097),
        ("WorkerIds", ["A1"] * 101),
        ("WorkerIds", ["lower"]),
    ],
)
def test_a_message_out_of_bounds_is_refused_by_name(
    client: "MTurkClient", member: str, value: Any
) -> None:
    code, message = shop.failure(client.notify_workers, **letter(**{member: value}))
    assert (code, member in message) == ("InvalidParameterValue", True)


def test_the_bounds_themselves_are_taken(client: "MTurkClient", alice: Worker) -> None:
    client.notify_workers(
        **letter(*[alice.worker_id] * 100, Subject="x" * 200, MessageText="x" * 4_096)
    )
    assert len(Message.objects.get().text) == 4_096
