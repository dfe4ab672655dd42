"""What a worker earned, by state, day and requester. Amounts in cents."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from marketplace.models import Assignment, Bonus, Worker

DAYS_SHOWN = 30
REQUESTERS_SHOWN = 50
REJECTIONS_SHOWN = 20
Status = Assignment.Status


@dataclass(frozen=True, slots=True)
class Total:
    """How many assignments are in a state, and their rewards."""

    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Day:
    """What became the worker's on one day (UTC): rewards approved and bonuses."""

    day: date
    rewards: int
    bonuses: int

    @property
    def cents(self) -> int:
        """Both together."""
        return self.rewards + self.bonuses


@dataclass(frozen=True, slots=True)
class ByRequester:
    """What a worker did for one requester, and got."""

    requester_pk: int
    requester: str
    pending: int
    approved: int
    rejected: int
    rewards: int
    bonuses: int

    @property
    def cents(self) -> int:
        """Rewards and bonuses together."""
        return self.rewards + self.bonuses


def totals(worker: Worker) -> dict[str, Total]:
    """For each state that an assignment can be in, how many and how much."""
    counted = (
        worker.assignments.order_by()
        .values("status")
        .annotate(count=Count("pk"), cents=Coalesce(Sum("reward_cents"), 0))
        .values_list("status", "count", "cents")
    )
    found = {status: Total(count, cents) for status, count, cents in counted}
    return {status.value: found.get(status.value, Total(0, 0)) for status in Status}


def bonuses(worker: Worker) -> Total:
    """How many bonuses, and how much."""
    given = bonuses_of(worker).aggregate(
        count=Count("pk"), cents=Coalesce(Sum("amount_cents"), 0)
    )
    return Total(given["count"], given["cents"])


def bonuses_of(worker: Worker) -> QuerySet[Bonus]:
    """The worker's bonuses, the newest first."""
    mine = Bonus.objects.filter(assignment__worker=worker)
    return mine.select_related("assignment__hit__hit_type").order_by("-pk")


def by_day(worker: Worker, now: datetime) -> list[Day]:
    """The days of the last thirty on which something came in, the newest first."""
    since = now - timedelta(days=DAYS_SHOWN)
    rewards: Counter[date] = Counter()
    extra: Counter[date] = Counter()
    approved = worker.assignments.filter(
        status=Status.APPROVED, approved_at__gte=since
    ).order_by()
    given = Bonus.objects.filter(assignment__worker=worker, granted_at__gte=since)
    for day, cents in (
        approved.annotate(day=TruncDate("approved_at", tzinfo=UTC))
        .values("day")
        .annotate(cents=Sum("reward_cents"))
        .values_list("day", "cents")
    ):
        rewards[day] += cents
    for day, cents in (
        given.order_by()
        .annotate(day=TruncDate("granted_at", tzinfo=UTC))
        .values("day")
        .annotate(cents=Sum("amount_cents"))
        .values_list("day", "cents")
    ):
        extra[day] += cents
    return [
        Day(day, rewards[day], extra[day])
        for day in sorted({*rewards, *extra}, reverse=True)
    ]


def by_requester(worker: Worker) -> list[ByRequester]:
    """The requesters the worker submitted something to, those who paid most first."""
    given = dict(
        Bonus.objects.filter(assignment__worker=worker)
        .order_by()
        .values("assignment__hit__requester")
        .annotate(cents=Sum("amount_cents"))
        .values_list("assignment__hit__requester", "cents")
    )
    counted = (
        worker.assignments.filter(status__in=Assignment.FINISHED)
        .order_by()
        .values("hit__requester", "hit__requester__name")
        .annotate(
            pending=Count("pk", filter=Q(status=Status.SUBMITTED)),
            approved=Count("pk", filter=Q(status=Status.APPROVED)),
            rejected=Count("pk", filter=Q(status=Status.REJECTED)),
            cents=Coalesce(Sum("reward_cents", filter=Q(status=Status.APPROVED)), 0),
        )
    )
    rows = [
        ByRequester(
            requester_pk=row["hit__requester"],
            requester=row["hit__requester__name"],
            pending=row["pending"],
            approved=row["approved"],
            rejected=row["rejected"],
            rewards=row["cents"],
            bonuses=given.get(row["hit__requester"], 0),
        )
        for row in counted
    ]
    rows.sort(key=lambda row: (-row.cents, row.requester.casefold(), row.requester_pk))
    return rows[:REQUESTERS_SHOWN]


def rejections(worker: Worker) -> QuerySet[Assignment]:
    """The worker's rejected assignments, with the requesters' words, newest first."""
    mine = worker.assignments.filter(status=Status.REJECTED)
    return mine.select_related("hit__hit_type", "hit__requester").order_by(
        "-rejected_at", "-pk"
    )[:REJECTIONS_SHOWN]
