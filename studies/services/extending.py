"""Extend: more places on a posting, or more time where it is over."""

from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from analysis.votes import counted
from studies.errors import StudyError, WrongStateError
from studies.models import Assignment, Channel, Posting, Study
from studies.services.allocate import lock
from studies.services.bonuses import require_amount
from studies.services.events import note
from studies.services.launch_plan import PlanLine, affordable, price, recruiting_cap
from studies.services.publish import publish_postings
from studies.services.recruiting import get_recruiter
from studies.services.shares import MOST

MOST_SPLIT = 9
"""By the MTurk protocol the fee doubles from ten places on, and none grows across."""


def published(study: Study) -> QuerySet[Posting]:
    """The postings that a recruiter knows, which can be extended, by their numbers."""
    return study.postings.exclude(external_id="").order_by("number")


def plan_extension(study: Study, number: int, places: int) -> PlanLine:
    """Work out what growing posting `number` to `places` in all costs.

    Places that were sold and never taken are bought again where their time is over.
    StudyError when the posting cannot grow so far, or the caps do not hold it.
    """
    if study.state != Study.State.LIVE:
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}; only a live study's "
            "postings are extended"
        )
    posting = _posting(study, number)
    recruiter = get_recruiter(posting.recruiter)
    if places < posting.places:
        raise StudyError(
            f"posting {number} has {counted(posting.places, 'place')} already: "
            "it never shrinks"
        )
    if recruiter.splits_places and places > MOST_SPLIT:
        raise StudyError(
            f"posting {number} cannot grow to {places} places: from {MOST_SPLIT + 1} "
            "on the fee doubles. Recruit more instead, which opens another posting"
        )
    _require_selling(study, posting, places)
    held = posting.assignments.exclude(state__in=Assignment.GONE).count()
    known = held if posting.state == Posting.State.CLOSED else posting.places
    line = price(study, recruiter, places - known)
    if affordable(study, recruiter, line.sessions) < line.sessions:
        cap = recruiting_cap(study)[1]
        raise StudyError(
            f"this costs ${line.total_usd:.2f}, more than the {cap} leaves: raise the "
            "cap or ask for less"
        )
    return line


def extend(
    study: Study, number: int, places: int, *, confirmed_usd: Decimal | None = None
) -> Posting:
    """Grow posting `number` to `places` in all, and let it take raters again.

    It is written down before the recruiter is told, and advance goes on where that
    failed; done twice it is done once. Where money is real, `confirmed_usd` must be
    the sum of `plan_extension` to the cent. RecruiterError when it is not told now.
    """
    with transaction.atomic():
        fresh = lock(study)
        line = plan_extension(fresh, number, places)
        require_amount(line.total_usd, confirmed_usd, real=line.real_money)
        posting = _posting(fresh, number)
        if (posting.places, posting.state) != (places, Posting.State.OPEN):
            note(
                fresh,
                "extend",
                f"Posting {number} is extended to {counted(places, 'place')}",
            )
        posting.places, posting.state = places, Posting.State.OPEN
        # told again, for time may be over at the recruiter alone
        posting.told_places = 0
        posting.save(update_fields=["places", "state", "told_places"])
    publish_postings(study, posting.recruiter)
    posting.refresh_from_db()
    return posting


def _require_selling(study: Study, posting: Posting, places: int) -> None:
    if places > MOST:
        raise StudyError(f"a posting holds {MOST:,} places at most, not {places:,}")
    stopped = study.channels.filter(state=Channel.State.STOPPED)
    if stopped.filter(recruiter=posting.recruiter).exists():
        raise StudyError(
            f"{posting.recruiter} is stopped for {study.slug}, so posting "
            f"{posting.number} takes nobody: recruit through it again first "
            f"(manage.py recruit --study {study.slug} --recruiter {posting.recruiter})"
        )


def _posting(study: Study, number: int) -> Posting:
    sent = published(study)
    posting = sent.filter(number=number).first()
    if posting is None:
        known = ", ".join(map(str, sent.values_list("number", flat=True))) or "none"
        raise StudyError(
            f"{study.slug} has no published posting {number} (published: {known})"
        )
    return posting
