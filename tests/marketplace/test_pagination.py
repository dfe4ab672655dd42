"""Lists come in pages, and the last page of a list names one more, which is empty."""

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from marketplace import clock, services
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def test_a_page_holds_ten_unless_told(client: "MTurkClient") -> None:
    owner = shop.requester()
    for _ in range(11):
        shop.publish(owner)
    assert client.list_hits()["NumResults"] == 10


def test_the_end_is_an_empty_page_without_a_token(client: "MTurkClient") -> None:
    owner = shop.requester()
    made = [shop.publish(owner).hit_id for _ in range(4)]
    one = client.list_hits(MaxResults=2)
    two = client.list_hits(MaxResults=2, NextToken=one["NextToken"])
    end = client.list_hits(MaxResults=2, NextToken=two["NextToken"])
    assert [h["HITId"] for h in one["HITs"] + two["HITs"]] == made
    assert (end["NumResults"], end["HITs"]) == (0, [])
    assert "NextToken" not in end


def test_the_paginator_sees_each_hit_once_while_hits_come_and_go(
    client: "MTurkClient",
) -> None:
    owner = shop.requester()
    made = [shop.publish(owner) for _ in range(6)]
    seen = []
    pages = client.get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 2})
    for number, page in enumerate(pages):
        seen += [hit["HITId"] for hit in page["HITs"]]
        if number == 0:
            client.update_expiration_for_hit(HITId=made[0].hit_id, ExpireAt=shop.EPOCH)
            client.delete_hit(HITId=made[0].hit_id)
            made.append(shop.publish(owner))
    assert seen == [hit.hit_id for hit in made]


def test_assignments_are_paged_by_status(client: "MTurkClient") -> None:
    hit = shop.publish(shop.requester(), shop.Terms(places=5))
    for number in range(5):
        mine = services.accept(shop.worker(f"worker {number}"), hit, clock.now())
        services.submit(mine.assignment_id, {"a": "1"}, clock.now())
        if number % 2 == 0:
            services.approve(mine, clock.now())
    pages = client.get_paginator("list_assignments_for_hit").paginate(
        HITId=hit.hit_id,
        AssignmentStatuses=["Approved"],
        PaginationConfig={"PageSize": 1},
    )
    statuses = [row["AssignmentStatus"] for p in pages for row in p["Assignments"]]
    assert statuses == ["Approved"] * 3


def test_a_token_continues_its_own_list_alone(client: "MTurkClient") -> None:
    owner = shop.requester()
    hit = shop.publish(owner)
    token = client.list_hits()["NextToken"]
    with pytest.raises(ClientError) as caught:
        client.list_assignments_for_hit(HITId=hit.hit_id, NextToken=token)
    reply: Any = caught.value.response
    assert "belongs to another list" in reply["Message"]
    for others in (client.list_reviewable_hits, client.list_worker_blocks):
        assert shop.failure(others, NextToken=token)[0] == "InvalidParameterValue"


def test_a_long_query_has_a_next_page_too(client: "MTurkClient") -> None:
    word = "x" * 200
    for number in range(2):
        client.create_qualification_type(
            Name=f"{number} {word[2:]}",
            Description=word,
            QualificationTypeStatus="Active",
        )
    found = client.get_paginator("list_qualification_types").paginate(
        MustBeRequestable=True, Query=word, PaginationConfig={"PageSize": 1}
    )
    assert [page["NumResults"] for page in found] == [1, 1, 0]
