"""120 days after it became reviewable a HIT goes by itself, with nothing left open."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketplace import clock, services
from marketplace.models import HIT, Requester
from marketplace.services.settle import DISPOSED_AFTER
from tests.marketplace import books, listening, shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def status(client: "MTurkClient", hit: HIT) -> str:
    return client.get_hit(HITId=hit.hit_id)["HIT"]["HITStatus"]


def test_an_expired_hit_goes_after_120_days_and_is_no_longer_listed(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab)
    advance(timedelta(days=1) + DISPOSED_AFTER - MINUTE)
    assert status(client, hit) == "Reviewable"
    advance(2 * MINUTE)
    assert client.list_hits()["NumResults"] == 0
    assert client.list_reviewable_hits()["NumResults"] == 0
    assert status(client, hit) == "Disposed"
    hit.refresh_from_db()
    # when it was due, not when somebody looked
    assert hit.disposed_at == hit.expires_at + DISPOSED_AFTER
    assert services.balances(lab).held_cents == 0
    books.check_books()


def test_the_days_count_from_the_last_submission(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab, shop.Terms(places=1, lifetime=timedelta(days=365)))
    advance(timedelta(days=100))
    mine = shop.submitted(hit, shop.worker())
    advance(DISPOSED_AFTER - MINUTE)
    assert status(client, hit) == "Reviewable"
    advance(2 * MINUTE)
    assert status(client, hit) == "Disposed"
    # what nobody had reviewed was approved long before, and paid
    mine.refresh_from_db()
    assert mine.status == "Approved"
    books.check_books()


def test_an_extension_starts_the_days_anew(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab)
    advance(timedelta(days=100))
    later = clock.now() + timedelta(days=10)
    client.update_expiration_for_hit(HITId=hit.hit_id, ExpireAt=later)
    advance(timedelta(days=10) + DISPOSED_AFTER - MINUTE)
    assert status(client, hit) == "Reviewable"
    advance(2 * MINUTE)
    assert status(client, hit) == "Disposed"


def test_reviewing_keeps_no_hit_for_ever(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab)
    advance(timedelta(days=2))
    client.update_hit_review_status(HITId=hit.hit_id)
    assert status(client, hit) == "Reviewing"
    advance(DISPOSED_AFTER)
    assert status(client, hit) == "Disposed"


def test_a_long_sleep_does_everything_in_its_order(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    probe = shop.publish(lab)
    listening.tell(probe.hit_type)
    services.accept(shop.worker("alice"), probe, clock.now())
    mine = shop.submitted(probe, shop.worker("bob"))
    advance(timedelta(days=400))
    assert status(client, probe) == "Disposed"
    assert listening.noted() == [
        *("AssignmentAccepted", "AssignmentAccepted", "AssignmentSubmitted"),
        *("AssignmentAbandoned", "HITExpired", "HITReviewable"),
        *("AssignmentApproved", "HITDisposed"),
    ]
    mine.refresh_from_db()
    assert mine.approved_at == mine.auto_approval_at
    books.check_books()


def test_a_disposed_hits_rejections_stand(
    client: "MTurkClient", lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab, shop.Terms(places=1))
    mine = shop.submitted(hit, shop.worker())
    services.reject(mine, clock.now(), feedback="no")
    advance(DISPOSED_AFTER + MINUTE)
    code, _ = shop.failure(
        client.approve_assignment,
        AssignmentId=mine.assignment_id,
        OverrideRejection=True,
    )
    assert code == "InvalidAssignmentState"
    # what was handed in can be fetched still
    kept = client.list_assignments_for_hit(HITId=hit.hit_id)["Assignments"]
    assert [each["AssignmentStatus"] for each in kept] == ["Rejected"]
