"""Noting events for requesters who asked to be told: rows now, messages later.

An event's row is written in the transaction that makes the event, under the HIT's
lock: what is rolled back was never noted, and the events of one HIT stand in the order
they happened. `deliver` sends them afterwards.
"""

from datetime import datetime
from enum import StrEnum

from marketplace.models import HIT, Assignment, Notice, Subscription


class Event(StrEnum):
    """What can happen to a HIT or an assignment (AWS, Notification: EventType)."""

    ASSIGNMENT_ACCEPTED = "AssignmentAccepted"
    ASSIGNMENT_ABANDONED = "AssignmentAbandoned"
    ASSIGNMENT_RETURNED = "AssignmentReturned"
    ASSIGNMENT_SUBMITTED = "AssignmentSubmitted"
    ASSIGNMENT_APPROVED = "AssignmentApproved"
    ASSIGNMENT_REJECTED = "AssignmentRejected"
    HIT_CREATED = "HITCreated"
    HIT_EXTENDED = "HITExtended"
    HIT_EXPIRED = "HITExpired"
    HIT_REVIEWABLE = "HITReviewable"
    HIT_DISPOSED = "HITDisposed"
    PING = "Ping"


_REVIEWABLE = ("Reviewable", "Reviewing")


def note(
    event: Event, hit: HIT, at: datetime, *, assignment: Assignment | None = None
) -> None:
    """Write down an event of a HIT whose type's requester wants to be told of it."""
    wanted = Subscription.objects.filter(hit_type=hit.hit_type_id, active=True).first()
    if wanted is None or event not in wanted.event_types:
        return
    Notice.objects.create(
        requester_id=hit.requester_id,
        transport=wanted.transport,
        destination=wanted.destination,
        version=wanted.version,
        event_type=event,
        happened_at=at,
        hit_type_id=hit.hit_type.hit_type_id,
        hit_id=hit.hit_id,
        assignment_id=assignment.assignment_id if assignment is not None else "",
    )


def note_state(
    hit: HIT, now: datetime, *, reviewable_at: datetime | None = None
) -> None:
    """Note that a HIT has expired or become reviewable, once each time it does.

    Call it under the HIT's lock, after each change of its places or expiration;
    `reviewable_at` says when it became so, where that is not `now`.
    """
    if hit.disposed_at is not None:
        return
    before = (hit.expired_at, hit.reviewable_at)
    if hit.expires_at > now:
        hit.expired_at = None
    elif hit.expired_at is None:
        hit.expired_at = hit.expires_at
        note(Event.HIT_EXPIRED, hit, hit.expires_at)
    if hit.status(now) not in _REVIEWABLE:
        hit.reviewable_at = None
    elif hit.reviewable_at is None:
        hit.reviewable_at = reviewable_at or now
        note(Event.HIT_REVIEWABLE, hit, hit.reviewable_at)
    if before != (hit.expired_at, hit.reviewable_at):
        hit.save(update_fields=["expired_at", "reviewable_at"])
