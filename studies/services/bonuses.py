"""Bonuses: planned under the cap, confirmed by a person, sent once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from analysis.votes import counted
from studies.errors import RecruiterError, StudyError
from studies.models import Assignment, Payment, Study
from studies.recruiters.base import Cost
from studies.selectors import committed_usd
from studies.services.allocate import lock
from studies.services.events import note
from studies.services.pay import token_of
from studies.services.recruiting import get_recruiter

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_REASON = 400
"""Characters of a bonus's reason: with our reference it stays below 500."""
MAX_USD = Decimal("99999.99")
_CENT = Decimal("0.01")
_PAYABLE = (Assignment.State.SUBMITTED, Assignment.State.APPROVED)


@dataclass(frozen=True, slots=True)
class BonusOrder:
    """What somebody wants to give: `amount_usd` to each session, and why.

    `again` allows what was given to a session before, for the same reason.
    """

    amount_usd: Decimal
    reason: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class BonusPlan:
    """What an order comes to, in dollars, and what forbids it.

    `given` counts the bonuses that these sessions have already, paid or under way.
    """

    sessions: tuple[Assignment, ...]
    order: BonusOrder
    bonuses_usd: Decimal
    fees_usd: Decimal
    real_money: bool
    places: tuple[str, ...]
    problems: tuple[str, ...]
    given: int = 0

    @property
    def total_usd(self) -> Decimal:
        """Bonuses and fees."""
        return self.bonuses_usd + self.fees_usd


def bonus_sessions(study: Study) -> "QuerySet[Assignment]":
    """Sessions that can be given a bonus: handed in through a recruiter."""
    return study.assignments.filter(state__in=_PAYABLE, posting__isnull=False).exclude(
        external_id=""
    )


def find_session(study: Study, name: str) -> Assignment:
    """Return the session that `name` means: its key, the recruiter's id, or its rater.

    StudyError when there is none, or a rater has several.
    """
    rows = study.assignments.filter(posting__isnull=False)
    for field in ("external_id", "rater"):
        found = list(rows.filter(**{field: name})[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise StudyError(
                f"{name} names several sessions of {study.slug}: give the id that "
                "the recruiter has for one of them"
            )
    for row in rows:
        if str(row.key) == name:
            return row
    raise StudyError(
        f"{study.slug} has no session {name!r}: give the recruiter's id of a session, "
        "or its rater (mturk:A1B2C3)"
    )


def plan_bonuses(
    study: Study, sessions: Iterable[Assignment], order: BonusOrder
) -> BonusPlan:
    """Work out what an order comes to, and what forbids it.

    RecruiterError where a recruiter cannot say what it takes for it.
    """
    if faults := _faults(order):
        return BonusPlan(
            sessions=tuple(sessions),
            order=order,
            bonuses_usd=Decimal("0.00"),
            fees_usd=Decimal("0.00"),
            real_money=False,
            places=(),
            problems=tuple(faults),
        )
    planned = _plan(study, sessions, order)
    costs = _costs(planned.sessions, order.amount_usd)
    poor: list[str] = []
    for name, cost in costs.items():
        there = sum(_recruiter(row) == name for row in planned.sessions)
        poor += _balance_fault(name, there * (order.amount_usd + cost.fee_usd))
    return replace(planned, problems=(*planned.problems, *poor))


def _plan(study: Study, sessions: Iterable[Assignment], order: BonusOrder) -> BonusPlan:
    """Plan without asking anybody for a balance: that may wait for a lock of ours."""
    wanted = tuple(sessions)
    costs = _costs(wanted, order.amount_usd)
    each = [costs[_recruiter(row)] for row in wanted]
    total = sum((cost.fee_usd for cost in each), order.amount_usd * len(wanted))
    problems = _session_faults(study, wanted, order) + _cap_fault(study, total)
    had = Payment.objects.filter(kind=Payment.Kind.BONUS, assignment__in=wanted)
    recruiters = [get_recruiter(name) for name in costs]
    return BonusPlan(
        sessions=wanted,
        order=order,
        bonuses_usd=order.amount_usd * len(wanted),
        fees_usd=sum((cost.fee_usd for cost in each), Decimal("0.00")),
        real_money=any(recruiter.spends_real_money for recruiter in recruiters),
        places=tuple(recruiter.describe() for recruiter in recruiters),
        problems=tuple(problems),
        given=had.count(),
    )


@transaction.atomic
def order_bonuses(
    study: Study, planned: BonusPlan, *, by: str, confirmed_usd: Decimal | None
) -> Sequence[Payment]:
    """Write a payment for each session of a plan; `settle` sends them.

    All are written or none. StudyError when something forbids it now, or when money
    is real and `confirmed_usd` is not the total to the cent. What is too much for the
    recruiter's account was said by the plan, and is refused there once more.
    """
    if planned.problems:
        raise StudyError(f"{study.slug}: " + "; ".join(planned.problems))
    fresh = lock(study)
    sessions = fresh.assignments.filter(pk__in=[row.pk for row in planned.sessions])
    order = planned.order
    now = _plan(fresh, sessions.select_related("posting"), order)
    if now.problems:
        raise StudyError(f"{study.slug}: " + "; ".join(now.problems))
    if now.total_usd != planned.total_usd:
        raise StudyError(f"{study.slug}: the sessions have changed: look again")
    require_amount(now.total_usd, confirmed_usd, real=now.real_money)
    costs = _costs(now.sessions, order.amount_usd)
    made = [
        _write(fresh, row, order, costs[_recruiter(row)], by) for row in now.sessions
    ]
    text = f"{by} gave {counted(len(made), 'session')} ${order.amount_usd:.2f} each"
    note(fresh, "bonus", f"{text}: {order.reason}")
    return made


def require_amount(
    total_usd: Decimal, confirmed_usd: Decimal | None, *, real: bool
) -> None:
    """Raise StudyError unless real money is confirmed to the cent."""
    if real and confirmed_usd != total_usd:
        raise StudyError(
            f"this spends ${total_usd:.2f}: confirm exactly this amount "
            f"(--yes-spend {total_usd:.2f})"
        )


def _write(
    study: Study, row: Assignment, order: BonusOrder, cost: Cost, by: str
) -> Payment:
    number = row.payments.filter(kind=Payment.Kind.BONUS).count() + 1
    return Payment.objects.create(
        assignment=row,
        kind=Payment.Kind.BONUS,
        amount_usd=order.amount_usd,
        fee_usd=cost.fee_usd,
        token=token_of(study, row, f"bonus:{number}"),
        reason=order.reason,
        planned_by=by,
    )


def _recruiter(row: Assignment) -> str:
    return row.posting.recruiter if row.posting else ""


def _costs(sessions: Iterable[Assignment], amount: Decimal) -> dict[str, Cost]:
    """Cost of one bonus at each recruiter: like one place in a posting of one."""
    names = dict.fromkeys(_recruiter(row) for row in sessions if row.posting)
    return {name: get_recruiter(name).cost(1, amount, 1) for name in names}


def _faults(order: BonusOrder) -> list[str]:
    found = []
    amount = order.amount_usd
    if amount.is_finite() and amount > MAX_USD:
        found.append(f"${amount} is more than one bonus can be: ${MAX_USD:,} at most")
    elif not amount.is_finite() or amount < _CENT or amount % _CENT:
        found.append(f"${amount} is no bonus: give whole cents, at least one")
    if not order.reason.strip() or not order.reason.isprintable():
        found.append("say in one line why the bonus is given: raters read it")
    if len(order.reason) > MAX_REASON:
        found.append(f"the reason is longer than {MAX_REASON} characters")
    return found


def _session_faults(
    study: Study, sessions: Sequence[Assignment], order: BonusOrder
) -> list[str]:
    if not sessions:
        return ["there is no session to give a bonus: none was handed in and used"]
    can = set(bonus_sessions(study).values_list("pk", flat=True))
    if off := [row.rater for row in sessions if row.pk not in can]:
        text = "only what was handed in to a recruiter, and not rejected, can"
        return [f"{_some(off)} cannot be given a bonus: {text}"]
    if order.again:
        return []
    had = Payment.objects.filter(
        kind=Payment.Kind.BONUS,
        assignment__in=sessions,
        amount_usd=order.amount_usd,
        reason=order.reason,
    ).exclude(state=Payment.State.WRITTEN_OFF)
    if twice := list(had.values_list("assignment__rater", flat=True)):
        text = "advance goes on with what waits; say --again to give it once more"
        what = f"${order.amount_usd:.2f} for this reason already"
        return [f"{_some(twice)} got or are getting {what}: {text}"]
    return []


def _some(raters: Sequence[str]) -> str:
    more = f" and {len(raters) - 3} more" if len(raters) > 3 else ""
    return ", ".join(raters[:3]) + more


def _cap_fault(study: Study, total: Decimal) -> list[str]:
    spoken_for = committed_usd(study)
    if spoken_for + total <= study.hard_cap_usd:
        return []
    text = f"and ${spoken_for:.2f} are spent or spoken for"
    cap = f"more than the hard cap of ${study.hard_cap_usd:.2f}"
    return [f"the bonuses come to ${total:.2f}, {text}: {cap}"]


def _balance_fault(name: str, needed: Decimal) -> list[str]:
    try:
        balance = get_recruiter(name).balance()
    except RecruiterError as error:
        return [str(error)]
    if balance is None or balance >= needed:
        return []
    return [f"the {name} account holds ${balance:.2f}, this costs ${needed:.2f} there"]
