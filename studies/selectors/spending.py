"""What a study was planned to cost, what it cost, and what raters earned by it."""

import statistics
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Sum

from analysis.votes import counted
from studies.models import Payment, Posting, Study
from studies.selectors.simulated import SIMULATED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from studies.models import Assignment

_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Spending:
    """Money of a study in dollars, planned and measured; confirmed payments only.

    `sold_usd`: rewards and fees of every place that was published, at its posting's
    price, whether or not a rater took it. `rewards_usd`, `bonuses_usd` and
    `compensations_usd` went to raters, `fees_usd` to the recruiters for all three.
    `pending_usd`: payments that are planned, sent or of unknown outcome, with fees.
    `refused_usd`: payments that a recruiter refused and nobody wrote off, with fees.

    `timed_sessions` are those whose reward is confirmed and that were worked from
    begin to end on this site by people: a session restored from the recruiter's copy
    has no times, and those of simulated raters say nothing. Their time runs from the
    rater's acceptance, when the page was opened with it, until the form was submitted,
    pauses counted in. `paid_per_hour_usd`: rewards
    and bonuses of these sessions by the sum of their hours. `median_minutes`: the
    median of their times. Both are None without such sessions.
    """

    sold_usd: Decimal
    rewards_usd: Decimal
    bonuses_usd: Decimal
    compensations_usd: Decimal
    fees_usd: Decimal
    pending_usd: Decimal
    refused_usd: Decimal
    paid_sessions: int
    timed_sessions: int
    paid_per_hour_usd: Decimal | None
    median_minutes: float | None

    @property
    def spent_usd(self) -> Decimal:
        """Everything confirmed: what raters got, and the fees."""
        raters = self.rewards_usd + self.bonuses_usd + self.compensations_usd
        return raters + self.fees_usd


def spending(study: Study) -> Spending:
    """Measure a study's money, in a fixed number of queries."""
    rows = Payment.objects.filter(assignment__study=study)
    paid = rows.filter(state=Payment.State.CONFIRMED)
    by_kind: dict[str, Decimal] = dict(
        paid.order_by().values_list("kind").annotate(usd=Sum("amount_usd"))
    )
    hours, minutes, sessions = _times(study)
    earned = _earned(study)
    per_hour = None
    if hours:
        exact = earned / Decimal(hours)
        per_hour = exact.quantize(_CENT, ROUND_HALF_UP)
    return Spending(
        sold_usd=_sold(study),
        rewards_usd=by_kind.get(Payment.Kind.REWARD, _NOTHING),
        bonuses_usd=by_kind.get(Payment.Kind.BONUS, _NOTHING),
        compensations_usd=by_kind.get(Payment.Kind.COMPENSATION, _NOTHING),
        fees_usd=paid.aggregate(usd=Sum("fee_usd"))["usd"] or _NOTHING,
        pending_usd=_with_fees(rows.filter(state__in=Payment.UNSETTLED)),
        refused_usd=_with_fees(rows.filter(state=Payment.State.FAILED)),
        paid_sessions=paid.filter(kind=Payment.Kind.REWARD).count(),
        timed_sessions=sessions,
        paid_per_hour_usd=per_hour,
        median_minutes=minutes,
    )


def spending_text(study: Study) -> str:
    """Say in one line what a study cost; empty while nothing is paid."""
    money = spending(study)
    if not money.paid_sessions:
        return ""
    text = (
        f"${money.spent_usd:.2f} for {counted(money.paid_sessions, 'session')} "
        f"(rewards ${money.rewards_usd:.2f}, bonuses ${money.bonuses_usd:.2f}, "
        f"fees ${money.fees_usd:.2f})"
    )
    parts = [text]
    if money.paid_per_hour_usd is not None:
        parts.append(f"${money.paid_per_hour_usd:.2f} per hour")
    if money.median_minutes is not None:
        parts.append(f"median {money.median_minutes:.1f} minutes")
    return ", ".join(parts)


def _sold(study: Study) -> Decimal:
    total: Decimal | None = study.postings.exclude(
        state=Posting.State.PLANNED
    ).aggregate(usd=Sum(F("places") * (F("reward_usd") + F("fee_usd"))))["usd"]
    return (total or _NOTHING).quantize(_CENT)


def _with_fees(rows: "QuerySet[Payment]") -> Decimal:
    total: Decimal | None = rows.aggregate(usd=Sum(F("amount_usd") + F("fee_usd")))[
        "usd"
    ]
    return total or _NOTHING


def _timed(study: Study) -> "QuerySet[Assignment]":
    reward = Payment.objects.filter(
        assignment=OuterRef("pk"),
        kind=Payment.Kind.REWARD,
        state=Payment.State.CONFIRMED,
    )
    return study.assignments.filter(
        Exists(reward),
        completed_at__isnull=False,
        submitted_at__gt=F("started_at"),
    ).exclude(rater__contains=f":{SIMULATED}")


def _times(study: Study) -> tuple[float, float | None, int]:
    """Return hours in all, the median in minutes, and the number of sessions."""
    times = [
        (end - start).total_seconds()
        for start, end in _timed(study).values_list("started_at", "submitted_at")
        if end is not None
    ]
    if not times:
        return 0.0, None, 0
    return sum(times) / 3600, statistics.median(times) / 60, len(times)


def _earned(study: Study) -> Decimal:
    """Rewards and bonuses of the timed sessions."""
    rows = Payment.objects.filter(
        assignment__in=_timed(study),
        state=Payment.State.CONFIRMED,
        kind__in=(Payment.Kind.REWARD, Payment.Kind.BONUS),
    )
    return rows.aggregate(usd=Sum("amount_usd"))["usd"] or _NOTHING
