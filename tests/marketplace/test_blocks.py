"""A blocked worker meets none of the requester's HITs; others' stay open."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.errors import RequestError, WorkerRefusalError
from marketplace.models import HIT, Assignment, Requester, Worker, WorkerBlock
from marketplace.services import blocks
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def alice(db: None) -> Worker:
    return shop.worker()


@pytest.fixture
def hit(lab: Requester) -> HIT:
    return shop.publish(lab)


def block(lab: Requester, alice: Worker) -> None:
    services.block(lab, alice, "spam", clock.now())


def test_blocks_are_made_listed_and_lifted(client: "MTurkClient") -> None:
    made = [shop.worker(f"worker {number}").worker_id for number in range(3)]
    for worker_id in made:
        client.create_worker_block(WorkerId=worker_id, Reason="spam")
    client.create_worker_block(WorkerId=made[0], Reason="more spam")
    pages = client.get_paginator("list_worker_blocks").paginate(
        PaginationConfig={"PageSize": 2}
    )
    rows = [(b["WorkerId"], b["Reason"]) for p in pages for b in p["WorkerBlocks"]]
    assert rows == [(made[0], "more spam"), (made[1], "spam"), (made[2], "spam")]
    for _ in range(2):
        client.delete_worker_block(WorkerId=made[0], Reason="sorry")
    assert client.list_worker_blocks()["NumResults"] == 2


@pytest.mark.parametrize("call", ["create_worker_block", "delete_worker_block"])
@pytest.mark.parametrize("worker_id", ["AUNKNOWN", "lower", "B1", "A" * 65])
def test_a_worker_who_is_not_there_is_refused_by_name(
    client: "MTurkClient", call: str, worker_id: str
) -> None:
    code, message = shop.failure(
        getattr(client, call), WorkerId=worker_id, Reason="spam"
    )
    assert (code, "WorkerId" in message) == ("InvalidParameterValue", True)


def test_another_requesters_blocks_are_not_listed(
    client: "MTurkClient", api: str
) -> None:
    block(shop.requester(key="OTHERREQUESTER000000"), shop.worker())
    assert client.list_worker_blocks()["WorkerBlocks"] == []


def test_a_block_closes_list_preview_and_accept(
    lab: Requester, hit: HIT, alice: Worker, client: "MTurkClient"
) -> None:
    other = shop.requester(key="OTHERREQUESTER000000")
    shop.publish(other, shop.Terms(title="Open to all"))
    block(lab, alice)
    site = Client()
    shop.sign_in(site)
    page = site.get("/marketplace/").content.decode()
    assert "Real or fake?" not in page
    assert "Open to all" in page
    group = f"/marketplace/projects/{hit.hit_type.group_id}"
    one = f"/marketplace/hits/{hit.hit_id}/"
    for url in (f"{group}/tasks", one):
        reply = site.get(url)
        assert (reply.status_code, b"task-frame" in reply.content) == (403, False)
    for url in (f"{group}/accept", f"{one}accept"):
        reply = site.post(url)
        assert (reply.status_code, b"has blocked you" in reply.content) == (409, True)
    assert Assignment.objects.count() == 0
    services.unblock(lab, alice)
    assert "Real or fake?" in site.get("/marketplace/").content.decode()
    assert site.post(f"{one}accept").status_code == 302


def test_who_holds_a_hit_may_finish_it_though_blocked(
    lab: Requester, hit: HIT, alice: Worker
) -> None:
    mine = services.accept(alice, hit, clock.now())
    block(lab, alice)
    assert services.accept(alice, hit, clock.now()) == mine
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    with pytest.raises(WorkerRefusalError, match="blocked you"):
        services.accept(alice, shop.publish(lab), clock.now())


def test_there_is_a_most_of_blocks(
    lab: Requester, alice: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "MAX_BLOCKS", 1)
    block(lab, alice)
    block(lab, alice)
    with pytest.raises(RequestError, match="blocked 1 workers"):
        block(lab, shop.worker("bob"))
    assert WorkerBlock.objects.count() == 1
