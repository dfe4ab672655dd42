"""Time's part in the life cycles, done when somebody looks.

Deadlines, auto-approvals, expirations, and the days a HIT stays reviewable, are in the
tables as times; `settle` turns those that have passed into states. It is cheap when
nothing is due, so every read and write of the marketplace begins with it, and no
background process is needed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.models import HIT, Assignment, Requester
from marketplace.services import funds, hits, review
from marketplace.services.locks import lock_hit
from marketplace.services.notices import Event, note, note_state

DISPOSED_AFTER = timedelta(days=120)
"""How long a HIT stays reviewable, as at MTurk (AWS, DeleteHIT)."""

Status = Assignment.Status


def settle(
    now: datetime, *, requester: Requester | None = None, hit: HIT | None = None
) -> None:
    """Bring a requester's HITs, one HIT, or all HITs up to `now`."""
    scope: dict[str, object] = {}
    if requester is not None:
        scope["requester"] = requester
    if hit is not None:
        scope["pk"] = hit.pk
    for pk in _due(now, scope):
        _settle_hit(pk, now)


def _due(now: datetime, scope: dict[str, object]) -> Iterable[int]:
    of_hit = {f"hit__{name}": value for name, value in scope.items()}
    overdue = Assignment.objects.filter(
        status=Status.ACCEPTED, deadline__lte=now, **of_hit
    )
    unreviewed = Assignment.objects.filter(
        status=Status.SUBMITTED, auto_approval_at__lte=now, **of_hit
    )
    listed = HIT.objects.listed().filter(**scope)
    expired = listed.filter(expires_at__lte=now, expired_at__isnull=True)
    old = listed.filter(reviewable_at__lte=now - DISPOSED_AFTER, submitted=0)
    return sorted(
        {
            *overdue.values_list("hit_id", flat=True),
            *unreviewed.values_list("hit_id", flat=True),
            *expired.values_list("pk", flat=True),
            *old.values_list("pk", flat=True),
        }
    )


def _settle_hit(pk: int, now: datetime) -> None:
    _free_overdue_places(pk, now)
    unreviewed = Assignment.objects.filter(
        hit=pk, status=Status.SUBMITTED, auto_approval_at__lte=now
    )
    for assignment in unreviewed:
        _approve_due(assignment, now)
    _dispose_old(pk, now)


@transaction.atomic
def _free_overdue_places(pk: int, now: datetime) -> None:
    hit = lock_hit(pk)
    overdue = Assignment.objects.filter(
        hit=hit, status=Status.ACCEPTED, deadline__lte=now
    )
    over_at = hit.expires_at
    for assignment in overdue.order_by("deadline"):
        if assignment.deadline >= hit.expires_at:
            # events stand in the order they happened
            note_state(hit, assignment.deadline)
        give_up(hit, assignment, Status.ABANDONED, assignment.deadline)
        over_at = max(over_at, assignment.deadline)
    funds.hold_for_free_places(hit, now)
    note_state(hit, now, reviewable_at=over_at)


# one transaction each: paying several workers in one, two HITs could deadlock
@transaction.atomic
def _approve_due(assignment: Assignment, now: datetime) -> None:
    lock_hit(assignment.hit_id)
    assignment.refresh_from_db()
    if assignment.status == Status.SUBMITTED:
        review.approve(assignment, assignment.auto_approval_at or now)


@transaction.atomic
def _dispose_old(pk: int, now: datetime) -> None:
    hit = lock_hit(pk)
    since = hit.reviewable_at
    if hit.disposed_at is not None or since is None or hit.submitted:
        return
    if since + DISPOSED_AFTER <= now:
        hits.dispose(hit, since + DISPOSED_AFTER)


def give_up(
    hit: HIT, assignment: Assignment, status: Assignment.Status, at: datetime
) -> None:
    """Take an accepted assignment from its worker: the place, with its money, is free.

    Under the HIT's lock; call `funds.hold_for_free_places` when all are done.
    """
    assignment.status = status
    assignment.given_up_at = at
    assignment.save(update_fields=["status", "given_up_at"])
    hit.pending -= 1
    hit.held_cents += assignment.reward_cents + assignment.fee_cents
    hit.save(update_fields=["pending", "held_cents"])
    gone = status == Status.RETURNED
    event = Event.ASSIGNMENT_RETURNED if gone else Event.ASSIGNMENT_ABANDONED
    note(event, hit, at, assignment=assignment)
