"""What happens to a HIT is noted once, in its order, for those who asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from marketplace import clock, services
from marketplace.errors import RequestError, WorkerRefusalError
from marketplace.models import HIT, Notice, Requester, Subscription
from tests.marketplace import listening, shop
from tests.marketplace.listening import noted
from tests.marketplace.test_accept_race import at_once

Advance = Callable[[timedelta], None]


def published(lab: Requester, **terms: object) -> HIT:
    """A HIT whose requester wants to know everything; its making is noted."""
    given = shop.Terms(**terms)  # type: ignore[arg-type] # by name
    probe = shop.publish(lab, given)
    services.set_expiration(probe, shop.EPOCH, clock.now())
    services.delete_hit(probe, clock.now())
    listening.tell(probe.hit_type)
    return shop.publish(lab, given)


def test_a_whole_life(lab: Requester, advance: Advance) -> None:
    hit = published(lab, places=2)
    first = shop.submitted(hit, shop.worker("alice"))
    second = services.accept(shop.worker("bob"), hit, clock.now())
    services.give_back(second, clock.now())
    third = shop.submitted(hit, shop.worker("carol"))
    services.approve(first, clock.now())
    services.reject(third, clock.now(), feedback="no")
    services.approve(third, clock.now(), override=True)
    services.extend_hit(hit, 1, clock.now())
    advance(timedelta(days=2))
    services.settle(clock.now())
    services.settle(clock.now())
    services.delete_hit(hit, clock.now())
    assert noted() == [
        "HITCreated",
        *("AssignmentAccepted", "AssignmentSubmitted"),
        *("AssignmentAccepted", "AssignmentReturned"),
        *("AssignmentAccepted", "AssignmentSubmitted", "HITReviewable"),
        *("AssignmentApproved", "AssignmentRejected", "AssignmentApproved"),
        "HITExtended",
        *("HITExpired", "HITReviewable"),
        "HITDisposed",
    ]
    # its id was handed on: bob's two events, and carol's four
    about = Notice.objects.filter(assignment_id=third.assignment_id)
    assert about.count() == 6
    assert {each.hit_id for each in Notice.objects.all()} == {hit.hit_id}


def test_what_time_does_is_noted_when_it_was_due(
    lab: Requester, advance: Advance
) -> None:
    hit = published(lab, places=3, lifetime=timedelta(minutes=90))
    services.accept(shop.worker("alice"), hit, clock.now())
    advance(timedelta(minutes=80))
    late = services.accept(shop.worker("bob"), hit, clock.now())
    advance(timedelta(days=1))
    services.settle(clock.now())
    assert noted() == [
        "HITCreated",
        "AssignmentAccepted",
        "AssignmentAbandoned",
        "AssignmentAccepted",
        "HITExpired",
        "AssignmentAbandoned",
        "HITReviewable",
    ]
    times = dict(Notice.objects.order_by("pk").values_list("event_type", "happened_at"))
    assert times["HITExpired"] == hit.expires_at
    assert times["HITReviewable"] == times["AssignmentAbandoned"] == late.deadline


def test_expiring_by_hand_and_again_is_one_expiration(lab: Requester) -> None:
    hit = published(lab)
    for _ in range(2):
        services.set_expiration(hit, shop.EPOCH, clock.now())
    assert noted() == ["HITCreated", "HITExpired", "HITReviewable"]
    services.set_expiration(hit, clock.now() + timedelta(days=1), clock.now())
    services.set_expiration(hit, clock.now() + timedelta(hours=1), clock.now())
    services.set_expiration(hit, shop.EPOCH, clock.now())
    assert noted()[3:] == ["HITExtended", "HITExpired", "HITReviewable"]


def test_reviewing_and_back_is_not_reviewable_anew(lab: Requester) -> None:
    hit = published(lab, places=1)
    shop.submitted(hit, shop.worker())
    for reviewing in (True, False):
        services.set_reviewing(hit, clock.now(), reviewing=reviewing)
    assert noted().count("HITReviewable") == 1


def test_a_submission_approved_at_once_is_noted_as_both(lab: Requester) -> None:
    hit = published(lab, places=1, auto_approval_seconds=0)
    shop.submitted(hit, shop.worker())
    assert noted()[2:] == ["AssignmentSubmitted", "HITReviewable", "AssignmentApproved"]


def test_only_what_was_asked_for_is_noted(lab: Requester) -> None:
    kind = shop.publish(lab).hit_type
    listening.tell(kind, events=("AssignmentSubmitted",))
    shop.submitted(shop.publish(lab), shop.worker())
    assert noted() == ["AssignmentSubmitted"]
    services.subscribe(kind, None, active=False)
    shop.submitted(shop.publish(lab), shop.worker("bob"))
    Subscription.objects.all().delete()
    shop.submitted(shop.publish(lab), shop.worker("carol"))
    assert noted() == ["AssignmentSubmitted"]


def test_what_is_refused_or_rolled_back_never_happened(lab: Requester) -> None:
    hit = published(lab, places=1)
    mine = services.accept(shop.worker("alice"), hit, clock.now())
    with pytest.raises(WorkerRefusalError):
        services.accept(shop.worker("bob"), hit, clock.now())
    with pytest.raises(RequestError):
        services.approve(mine, clock.now())
    with pytest.raises(RequestError):
        shop.publish(lab, shop.Terms(places=9, reward_cents=90_000))

    def die_after_submitting() -> None:
        with transaction.atomic():
            services.submit(mine.assignment_id, {"a": "1"}, clock.now())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die_after_submitting()
    assert noted() == ["HITCreated", "AssignmentAccepted"]


@pytest.mark.django_db(transaction=True)
def test_a_race_for_places_notes_each_place_once() -> None:
    hit = published(shop.requester(), places=5)
    workers = [shop.worker(f"worker {number}") for number in range(12)]
    got = [answer for answer in at_once(workers, hit) if answer != "gone"]
    accepted = Notice.objects.filter(event_type="AssignmentAccepted")
    assert sorted(each.assignment_id for each in accepted) == sorted(got)
