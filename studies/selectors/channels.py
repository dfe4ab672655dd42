"""How the recruiters of a study stand, side by side."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum

from studies.models import Assignment, Channel, Payment, Study
from studies.selectors import free_places


@dataclass(frozen=True, slots=True)
class ChannelProgress:
    """How one recruiter of a study stands; `places` are those of all its postings."""

    recruiter: str
    is_open: bool
    places: int
    places_open: int
    submitted: int
    used: int
    spent_usd: Decimal
    problem: str


def recruiters_of(study: Study) -> list[str]:
    """Return the names of all recruiters that a study has or had, the first first."""
    named = [
        *study.channels.values_list("recruiter", flat=True),
        *study.postings.order_by("number").values_list("recruiter", flat=True),
    ]
    return list(dict.fromkeys(named))


def channel_progress(study: Study) -> tuple[ChannelProgress, ...]:
    """Say how each recruiter of a study stands, in a fixed number of queries."""
    free: dict[str, int] = {}
    for posting, count in free_places(study):
        free[posting.recruiter] = free.get(posting.recruiter, 0) + count
    places = dict(
        study.postings.order_by().values_list("recruiter").annotate(n=Sum("places"))
    )
    done = {
        name: (submitted, used)
        for name, submitted, used in study.assignments.order_by()
        .filter(state__in=Assignment.DONE)
        .values_list("posting__recruiter")
        .annotate(n=Count("pk"), m=Count("pk", filter=Q(used=True)))
    }
    spent = dict(
        Payment.objects.filter(assignment__study=study)
        .exclude(state__in=Payment.UNPAID)
        .order_by()
        .values_list("assignment__posting__recruiter")
        .annotate(usd=Sum(F("amount_usd") + F("fee_usd")))
    )
    return tuple(
        ChannelProgress(
            recruiter=channel.recruiter,
            is_open=channel.state == Channel.State.OPEN,
            places=places.get(channel.recruiter, 0),
            places_open=free.get(channel.recruiter, 0),
            submitted=done.get(channel.recruiter, (0, 0))[0],
            used=done.get(channel.recruiter, (0, 0))[1],
            spent_usd=spent.get(channel.recruiter) or Decimal("0.00"),
            problem=channel.problem,
        )
        for channel in study.channels.all()
    )
