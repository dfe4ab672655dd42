"""Reads: what a study holds, how it stands, its votes as a frame."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from studies.errors import StudyError
from studies.models import (
    Assignment,
    Item,
    Payment,
    Posting,
    Stimulus,
    Study,
    Vote,
)
from studies.selectors.frames import (
    all_votes_frame as all_votes_frame,
)
from studies.selectors.frames import (
    sessions_frame as sessions_frame,
)
from studies.selectors.frames import (
    votes_frame as votes_frame,
)
from studies.selectors.simulated import SIMULATED
from studies.selectors.spending import Spending, spending


def get_study(slug: str) -> Study:
    """Return a study by its slug; StudyError names the ones there are."""
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        known = ", ".join(Study.objects.values_list("slug", flat=True)[:20]) or "none"
        raise StudyError(f"there is no study {slug!r} (known: {known})")
    return study


@dataclass(frozen=True, slots=True)
class CategoryProgress:
    """One row of the progress table."""

    category: str
    items: int
    items_done: int
    wanted: int
    held: int
    counted: int


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study is; `held` votes are leased or given, `counted` are usable.

    An item is done when it has all the usable votes that it wants.
    """

    items: int
    items_done: int
    votes_wanted: int
    votes_held: int
    votes_counted: int
    sessions: Mapping[str, int]
    postings: Mapping[str, int]
    places: int
    places_open: int
    spent_usd: Decimal
    unknown_payments: int
    money: Spending
    categories: tuple[CategoryProgress, ...]

    @property
    def percent(self) -> int:
        """Counted votes of those wanted, rounded down."""
        if not self.votes_wanted:
            return 0
        return 100 * self.votes_counted // self.votes_wanted


def build_progress(study: Study) -> tuple[int, int]:
    """Return the stimuli built and all there are to build."""
    row = Stimulus.objects.filter(study=study).aggregate(
        done=Count("pk", filter=Q(built_at__isnull=False)), total=Count("pk")
    )
    return row["done"], row["total"]


def open_places(study: Study) -> int:
    """Return the places on open or planned postings that no session holds."""
    return sum(free for _, free in free_places(study))


def free_places(study: Study) -> list[tuple[Posting, int]]:
    """Return the postings that are not closed, each with the places nobody holds."""
    gone = Assignment.GONE
    held = Count("assignments", filter=~Q(assignments__state__in=gone))
    postings = study.postings.exclude(state=Posting.State.CLOSED).annotate(held=held)
    return [(row, max(0, row.places - row.held)) for row in postings]


def spent_usd(study: Study) -> Decimal:
    """Return rewards and fees that were paid or may have been."""
    total = Payment.objects.filter(assignment__study=study).exclude(
        state__in=Payment.UNPAID
    )
    paid: Decimal | None = total.aggregate(sum=Sum(F("amount_usd") + F("fee_usd")))[
        "sum"
    ]
    return paid or Decimal("0.00")


def committed_usd(study: Study) -> Decimal:
    """Return what is spent, and what all that is sold may still cost.

    That is every open place and every session at work or submitted whose payment is
    not counted as spent yet, each at its own posting's price.
    """
    begun = Payment.objects.filter(
        assignment=OuterRef("pk"), kind=Payment.Kind.REWARD
    ).exclude(state=Payment.State.FAILED)
    owed = study.assignments.filter(
        ~Exists(begun),
        posting__isnull=False,
        state__in=[*Assignment.OPEN, Assignment.State.SUBMITTED],
    )
    total = spent_usd(study)
    for reward, fee in owed.values_list("posting__reward_usd", "posting__fee_usd"):
        total += reward + fee
    for posting, free in free_places(study):
        total += free * (posting.reward_usd + posting.fee_usd)
    return total


def progress(study: Study) -> StudyProgress:
    """Say how far a study is, in a fixed number of queries."""
    votes = (
        Vote.objects.filter(trial__study=study)
        .counted()
        .values_list("trial__item")
        .annotate(n=Count("pk"))
        .order_by()
    )
    counts = dict(votes)
    items = (
        Item.objects.filter(study=study)
        .scored()
        .order_by("category__order")
        .values_list("category__name", "pk", "places", "taken")
    )
    rows: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for name, pk, wants, held in items:
        rows[name].append((wants, held, counts.get(pk, 0)))
    categories = tuple(_category(name, own) for name, own in rows.items())
    sessions = study.assignments.values_list("state").annotate(n=Count("pk")).order_by()
    postings = study.postings.values_list("state").annotate(n=Count("pk")).order_by()
    return StudyProgress(
        items=sum(row.items for row in categories),
        items_done=sum(row.items_done for row in categories),
        votes_wanted=sum(row.wanted for row in categories),
        votes_held=sum(row.held for row in categories),
        votes_counted=sum(row.counted for row in categories),
        sessions=dict(sessions),
        postings=dict(postings),
        places=study.postings.aggregate(n=Coalesce(Sum("places"), 0))["n"],
        places_open=open_places(study),
        spent_usd=spent_usd(study),
        unknown_payments=Payment.objects.filter(
            assignment__study=study, state=Payment.State.UNKNOWN
        ).count(),
        money=spending(study),
        categories=categories,
    )


def _category(name: str, items: Sequence[tuple[int, int, int]]) -> CategoryProgress:
    """Add up items: how many votes each wants, holds, and has that count."""
    return CategoryProgress(
        category=name,
        items=len(items),
        items_done=sum(counted >= wanted for wanted, _, counted in items),
        wanted=sum(wanted for wanted, _, _ in items),
        held=sum(held for _, held, _ in items),
        counted=sum(counted for _, _, counted in items),
    )


def simulated_sessions(study: Study) -> int:
    """Return how many sessions were worked by simulated raters."""
    return study.assignments.filter(rater__contains=f":{SIMULATED}").count()
