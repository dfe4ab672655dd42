"""Time's part in the life cycles, done when somebody looks.

Deadlines, auto-approvals and expirations are in the tables as times; `settle` turns
those that have passed into states. It is cheap when nothing is due, so every read and
write of the marketplace begins with it, and no background process is needed.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace.models import HIT, Assignment, Requester
from marketplace.services import funds, review
from marketplace.services.locks import lock_hit

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
    expired = HIT.objects.filter(expires_at__lte=now, held_cents__gt=0, **scope)
    return sorted(
        {
            *overdue.values_list("hit_id", flat=True),
            *unreviewed.values_list("hit_id", flat=True),
            *expired.values_list("pk", flat=True),
        }
    )


def _settle_hit(pk: int, now: datetime) -> None:
    _free_overdue_places(pk, now)
    unreviewed = Assignment.objects.filter(
        hit=pk, status=Status.SUBMITTED, auto_approval_at__lte=now
    )
    for assignment in unreviewed:
        _approve_due(assignment, now)


@transaction.atomic
def _free_overdue_places(pk: int, now: datetime) -> None:
    hit = lock_hit(pk)
    overdue = Assignment.objects.filter(
        hit=hit, status=Status.ACCEPTED, deadline__lte=now
    )
    for assignment in overdue:
        give_up(hit, assignment, Status.ABANDONED, assignment.deadline)
    funds.hold_for_free_places(hit, now)


# one transaction each: paying several workers in one, two HITs could deadlock
@transaction.atomic
def _approve_due(assignment: Assignment, now: datetime) -> None:
    lock_hit(assignment.hit_id)
    assignment.refresh_from_db()
    if assignment.status == Status.SUBMITTED:
        review.approve(assignment, assignment.auto_approval_at or now)


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
