"""With a lag, reads see the marketplace as it was: writes show when they are older."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketplace import clock, faults, services
from marketplace.models import HIT
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]
LATER = timedelta(seconds=9)


@pytest.fixture
def client(api: str) -> Iterator["MTurkClient"]:
    with faults.injected(faults.read_plan("lag=8")):
        yield shop.mturk(api)


def test_a_new_hit_shows_when_the_lag_is_over(
    client: "MTurkClient", advance: Advance
) -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    assert client.list_hits()["NumResults"] == 0
    assert shop.failure(client.get_hit, HITId=hit_id)[0] == "HITDoesNotExist"
    assert client.get_account_balance()["OnHoldBalance"] == "0.00"
    advance(LATER)
    assert client.list_hits()["NumResults"] == 1
    assert client.get_hit(HITId=hit_id)["HIT"]["HITId"] == hit_id
    assert client.get_account_balance()["OnHoldBalance"] == "0.54"


def test_what_workers_do_shows_late_too(
    client: "MTurkClient", advance: Advance
) -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    advance(LATER)
    assert client.get_hit(HITId=hit_id)["HIT"]["NumberOfAssignmentsAvailable"] == 3
    hit = HIT.objects.get(hit_id=hit_id)
    shop.submitted(hit, shop.worker())
    assert client.list_assignments_for_hit(HITId=hit_id)["NumResults"] == 0
    assert client.get_hit(HITId=hit_id)["HIT"]["NumberOfAssignmentsAvailable"] == 3
    advance(LATER)
    assert client.list_assignments_for_hit(HITId=hit_id)["NumResults"] == 1
    assert client.get_hit(HITId=hit_id)["HIT"]["NumberOfAssignmentsAvailable"] == 2


def test_writes_do_not_lag(client: "MTurkClient") -> None:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    mine = services.accept(
        shop.worker(), HIT.objects.get(hit_id=hit_id), clock.now()
    ).assignment_id
    services.submit(mine, {"a": "1"}, clock.now())
    client.approve_assignment(AssignmentId=mine)
    code, _ = shop.failure(client.approve_assignment, AssignmentId=mine)
    assert code == "InvalidAssignmentState"
    client.update_expiration_for_hit(HITId=hit_id, ExpireAt=shop.EPOCH)
    assert services.balances(shop.requester()).held_cents == 0


def test_old_reads_are_old_by_no_more_than_the_lag_and_an_eighth(
    client: "MTurkClient", advance: Advance
) -> None:
    for seen in range(3):
        client.create_hit(**{**shop.HIT_REQUEST, "Title": f"Number {seen}"})
        assert client.list_hits()["NumResults"] == seen
        advance(timedelta(seconds=9, milliseconds=1))
    assert client.list_hits()["NumResults"] == 3
