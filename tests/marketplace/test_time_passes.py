"""Deadlines, auto-approval and expiration, told by the clock alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketplace import clock, services
from marketplace.models import HIT
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def publish(**terms: object) -> HIT:
    given = shop.Terms(**{"places": 1, **terms})  # type: ignore[arg-type] # by name
    return shop.publish(shop.requester(), given)


def test_an_abandoned_place_is_open_again(
    client: "MTurkClient", advance: Advance
) -> None:
    hit = publish()
    services.accept(shop.worker("alice"), hit, clock.now())
    got = client.get_hit(HITId=hit.hit_id)["HIT"]
    assert (got["HITStatus"], got["NumberOfAssignmentsPending"]) == ("Unassignable", 1)
    advance(timedelta(minutes=61))
    got = client.get_hit(HITId=hit.hit_id)["HIT"]
    assert (got["HITStatus"], got["NumberOfAssignmentsAvailable"]) == ("Assignable", 1)
    assert services.accept(shop.worker("bob"), hit, clock.now()).status == "Accepted"


def test_an_accepted_assignment_outlives_the_hits_expiration(
    client: "MTurkClient", advance: Advance
) -> None:
    hit = publish(places=2)
    advance(timedelta(hours=23, minutes=30))
    mine = services.accept(shop.worker(), hit, clock.now())
    advance(timedelta(minutes=45))
    assert client.get_hit(HITId=hit.hit_id)["HIT"]["HITStatus"] == "Unassignable"
    assert client.list_reviewable_hits()["NumResults"] == 0
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    assert client.get_hit(HITId=hit.hit_id)["HIT"]["HITStatus"] == "Reviewable"
    assert client.list_reviewable_hits()["NumResults"] == 1


def test_a_submission_is_approved_by_itself_when_its_time_has_come(
    client: "MTurkClient", advance: Advance
) -> None:
    hit = publish(auto_approval_seconds=3_600)
    mine = services.accept(shop.worker(), hit, clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    got = client.get_assignment(AssignmentId=mine.assignment_id)["Assignment"]
    assert got["AutoApprovalTime"] - got["SubmitTime"] == timedelta(hours=1)
    assert "ApprovalTime" not in got
    advance(timedelta(hours=2))
    got = client.get_assignment(AssignmentId=mine.assignment_id)["Assignment"]
    assert got["AssignmentStatus"] == "Approved"
    # when it was due, not when somebody looked
    assert got["ApprovalTime"] == got["AutoApprovalTime"]


def test_no_delay_approves_at_once(client: "MTurkClient") -> None:
    hit = publish(auto_approval_seconds=0)
    mine = services.accept(shop.worker(), hit, clock.now())
    services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    got = client.get_assignment(AssignmentId=mine.assignment_id)["Assignment"]
    assert got["AssignmentStatus"] == "Approved"


def test_submitted_and_unreviewed_is_what_the_counters_leave(
    client: "MTurkClient",
) -> None:
    hit = publish(places=5)
    names = ("alice", "bob", "carol")
    held = [services.accept(shop.worker(name), hit, clock.now()) for name in names]
    for mine in held[:2]:
        services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    services.approve(held[0], clock.now())
    got = client.get_hit(HITId=hit.hit_id)["HIT"]
    counters = (
        got["NumberOfAssignmentsPending"],
        got["NumberOfAssignmentsAvailable"],
        got["NumberOfAssignmentsCompleted"],
    )
    assert counters == (1, 2, 1)
    assert got["MaxAssignments"] - sum(counters) == 1
