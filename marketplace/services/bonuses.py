"""Bonuses: money beside the reward, for work that was done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from marketplace import money
from marketplace.errors import (
    already_processed,
    assignment_state,
    insufficient_funds,
    invalid,
)
from marketplace.models import Account, Assignment, Bonus
from marketplace.services import funds
from marketplace.services.tokens import claim

SEND_BONUS = "SendBonus"
WITHIN = timedelta(days=183)
"""How long after a worker's last submission a requester may send a bonus."""


@dataclass(frozen=True, slots=True)
class BonusDraft:
    """What is to be given: to whom, how much (cents > 0), and why."""

    worker_id: str
    amount_cents: int
    reason: str
    token: str | None


@transaction.atomic
def send_bonus(assignment: Assignment, draft: BonusDraft, now: datetime) -> Bonus:
    """Pay the worker of an assignment a bonus, and the marketplace its fee.

    The money comes from the requester's free funds. Raises RequestError:
    RequestAlreadyProcessed (the token was used within 24 hours), InvalidAssignmentState
    (nothing submitted), InvalidParameterValue (another worker's assignment, or no
    submission to this requester in the last six months), InsufficientFunds.
    """
    requester = assignment.hit.requester
    earlier = claim(
        requester,
        SEND_BONUS,
        draft.token,
        result_id=assignment.assignment_id,
        now=now,
    )
    if earlier is not None:
        raise already_processed(str(draft.token))
    _check(assignment, draft, now)
    fee = money.bonus_fee_cents(draft.amount_cents)
    purse = funds.account(Account.Kind.AVAILABLE, requester=requester)
    about = assignment.assignment_id
    if purse.balance_cents < draft.amount_cents + fee:
        raise insufficient_funds(
            needed=draft.amount_cents + fee, available=purse.balance_cents
        )
    funds.move(
        purse,
        funds.account(Account.Kind.EARNINGS, worker=assignment.worker),
        funds.Move(draft.amount_cents, funds.Reason.BONUS, about, now),
    )
    funds.move(
        purse,
        funds.account(Account.Kind.FEES),
        funds.Move(fee, funds.Reason.FEE, about, now),
    )
    return Bonus.objects.create(
        assignment=assignment,
        amount_cents=draft.amount_cents,
        fee_cents=fee,
        reason=draft.reason,
        granted_at=now,
    )


def _check(assignment: Assignment, draft: BonusDraft, now: datetime) -> None:
    if assignment.worker.worker_id != draft.worker_id:
        raise invalid(
            f"Parameter WorkerId: assignment {assignment.assignment_id} is not one of"
            f" worker {draft.worker_id}."
        )
    if assignment.status not in Assignment.FINISHED:
        raise assignment_state("Submitted, Approved, Rejected")
    recent = Assignment.objects.filter(
        worker=assignment.worker,
        hit__requester=assignment.hit.requester,
        submitted_at__gte=now - WITHIN,
    )
    if not recent.exists():
        raise invalid(
            f"Parameter WorkerId: worker {draft.worker_id} has submitted nothing to"
            " you in the last six months."
        )
