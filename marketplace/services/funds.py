"""Moving money: every change of a balance is an entry between two accounts."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from marketplace.errors import insufficient_funds
from marketplace.models import HIT, Account, Assignment, LedgerEntry, Requester, Worker

Kind = Account.Kind
Reason = LedgerEntry.Reason


@dataclass(frozen=True, slots=True)
class Move:
    """Cents to move, why, and the HIT or assignment it is about."""

    cents: int
    reason: LedgerEntry.Reason
    about: str
    at: datetime


def account(
    kind: Account.Kind,
    *,
    requester: Requester | None = None,
    worker: Worker | None = None,
) -> Account:
    """The account of that kind and owner, opened when it is first asked for."""
    return Account.objects.get_or_create(kind=kind, requester=requester, worker=worker)[
        0
    ]


@transaction.atomic
def move(source: Account, target: Account, order: Move) -> None:
    """Move money; nothing happens for 0 cents.

    Raises RequestError InsufficientFunds when `source` (not the bank) has less.
    """
    if order.cents == 0:
        return
    both = (source.pk, target.pk)
    # locked in one order by everybody, so that opposite moves can't deadlock
    rows = {
        row.pk: row
        for row in Account.objects.select_for_update()
        .filter(pk__in=both)
        .order_by("pk")
    }
    have = rows[source.pk].balance_cents
    if source.kind != Kind.BANK and have < order.cents:
        raise insufficient_funds(needed=order.cents, available=have)
    Account.objects.filter(pk=source.pk).update(
        balance_cents=F("balance_cents") - order.cents
    )
    Account.objects.filter(pk=target.pk).update(
        balance_cents=F("balance_cents") + order.cents
    )
    LedgerEntry.objects.create(
        source=source,
        target=target,
        amount_cents=order.cents,
        reason=order.reason,
        about=order.about,
        created_at=order.at,
    )


def hold_for_free_places(hit: HIT, now: datetime) -> None:
    """Make what is held for the HIT's free places what they cost now.

    A place that nobody can take any more costs nothing. Call it under the HIT's lock,
    after each change of places, price or expiration; saves `held_cents`.
    """
    closed = hit.disposed_at is not None or hit.reviewing or hit.expires_at <= now
    wanted = 0 if closed else hit.available * hit.price_cents
    change = wanted - hit.held_cents
    available = account(Kind.AVAILABLE, requester=hit.requester)
    held = account(Kind.HELD, requester=hit.requester)
    if change > 0:
        move(available, held, Move(change, Reason.HOLD, hit.hit_id, now))
    else:
        move(held, available, Move(-change, Reason.RELEASE, hit.hit_id, now))
    hit.held_cents = wanted
    hit.save(update_fields=["held_cents"])


def pay(assignment: Assignment, now: datetime, *, source: Account.Kind) -> None:
    """Pay the worker and the marketplace for an assignment, from held or free funds."""
    purse = account(source, requester=assignment.hit.requester)
    about = assignment.assignment_id
    total = assignment.reward_cents + assignment.fee_cents
    purse.refresh_from_db(fields=["balance_cents"])
    if purse.balance_cents < total:
        raise insufficient_funds(needed=total, available=purse.balance_cents)
    move(
        purse,
        account(Kind.EARNINGS, worker=assignment.worker),
        Move(assignment.reward_cents, Reason.REWARD, about, now),
    )
    move(purse, account(Kind.FEES), Move(assignment.fee_cents, Reason.FEE, about, now))


def release(assignment: Assignment, now: datetime) -> None:
    """Give back to the requester what was held for an assignment that isn't paid."""
    requester = assignment.hit.requester
    move(
        account(Kind.HELD, requester=requester),
        account(Kind.AVAILABLE, requester=requester),
        Move(
            assignment.reward_cents + assignment.fee_cents,
            Reason.RELEASE,
            assignment.assignment_id,
            now,
        ),
    )
