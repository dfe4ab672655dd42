"""Postings that the recruiter ended although places on them are free.

Somebody stopped one on the recruiter's own pages, or the clocks differ. Nobody can come
any more, so the study would wait until its lifetime is over, or for ever. Whether these
places are to be sold again only a person knows.
"""

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from studies.models import Posting, Study
from studies.selectors import free_places
from studies.services.advance_result import AdvanceResult
from studies.services.calls import Calls
from studies.services.publish import lapsed
from studies.services.recruiting import get_recruiter

QUIET = timedelta(minutes=10)
"""Only postings that nobody came to for so long are asked about."""


def tell_of_ended(study: Study, calls: Calls, result: AdvanceResult) -> None:
    """Say which postings nobody can come to any more, and what to do about them."""
    ended = [
        (posting, free)
        for posting, free in free_places(study)
        if free and _is_quiet(posting) and _has_ended(posting, calls)
    ]
    for posting, free in ended:
        problem = (
            f"posting {posting.number} was ended at {posting.recruiter}, and {free} of "
            f"its places are free: extend it (manage.py extend --study {study.slug} "
            f"--posting {posting.number} --places {posting.places}), or stop "
            f"{posting.recruiter} so that others sell them"
        )
        result.problems.append(problem)
        Study.objects.filter(pk=study.pk).update(problem=problem)


def _is_quiet(posting: Posting) -> bool:
    if posting.state != Posting.State.OPEN or lapsed(posting):
        return False
    last = posting.assignments.aggregate(at=Max("started_at"))["at"]
    came = max(filter(None, (posting.opened_at, last)), default=None)
    return came is not None and came < timezone.now() - QUIET


def _has_ended(posting: Posting, calls: Calls) -> bool:
    with calls.to(posting.recruiter):
        return get_recruiter(posting.recruiter).status(posting.external_id).ended
    return False
