"""Top up: sell as many places as votes are missing, within both caps."""

from collections.abc import Sequence

from django.db import transaction

from analysis.votes import counted
from studies.models import Assignment, Channel, Study
from studies.selectors import open_places
from studies.services.advance_result import AdvanceResult
from studies.services.allocate import lock
from studies.services.calls import Calls
from studies.services.events import note
from studies.services.launch_plan import (
    affordable,
    recruiting_cap,
    session_cap,
    sessions_wanted,
)
from studies.services.publish import plan_postings, publish_postings
from studies.services.recruiting import get_recruiter
from studies.services.shares import split


def top_up(study: Study, calls: Calls, result: AdvanceResult) -> None:
    """Sell what is missing through the open channels at which nothing has failed.

    Each gets its share; what one may not sell under the hard cap, another may.
    """
    if not sessions_wanted(study):
        return
    _ask_prices(study, calls)
    with transaction.atomic():
        fresh = lock(study)
        wanted = sessions_wanted(fresh)
        if fresh.state != Study.State.LIVE or not wanted:
            return
        if not (channels := _selling(fresh, calls)):
            _tell_that_nobody_sells(fresh, calls, wanted, result)
            return
        room = _room(fresh)
        sold = _sell(fresh, channels, min(wanted, room))
        if sold < wanted:
            _tell_the_limit(fresh, wanted, sold, room, result)
        if sold:
            note(
                fresh,
                "top-up",
                f"{counted(sold, 'more place')} for votes that are missing",
            )
            result.new_places = sold
    for name in calls.answering if result.new_places else ():
        with calls.to(name):
            result.published += publish_postings(study, name)


def _ask_prices(study: Study, calls: Calls) -> None:
    """Ask before the lock is held; a recruiter that cannot say sells nothing now."""
    for name in calls.answering:
        with calls.to(name):
            affordable(study, get_recruiter(name), 1)


def _selling(study: Study, calls: Calls) -> list[Channel]:
    return [
        channel
        for channel in study.channels.filter(state=Channel.State.OPEN)
        if channel.recruiter in calls.answering
    ]


def _room(study: Study) -> int:
    """Sessions that may still be sold, however many are missing."""
    # places that lapsed untaken and sessions given back cost nothing
    taken = study.assignments.exclude(state__in=Assignment.GONE).count()
    return max(0, session_cap(study) - taken - open_places(study))


def _sell(study: Study, channels: Sequence[Channel], sessions: int) -> int:
    """Write the postings; return how many sessions they hold in all."""
    parts = split(sessions, [channel.sessions for channel in channels])
    sold = left = 0
    again = [0] * len(parts)
    for channel, part in zip((*channels, *channels), (*parts, *again), strict=True):
        if not (asked := part + left):
            continue
        can = affordable(study, get_recruiter(channel.recruiter), asked)
        if can:
            plan_postings(study, channel.recruiter, can)
        sold, left = sold + can, asked - can
    return sold


def _tell_the_limit(
    study: Study, wanted: int, sold: int, room: int, result: AdvanceResult
) -> None:
    problem = f"{_needed(wanted)}, {sold} {'is' if sold == 1 else 'are'} allowed: " + (
        f"raise the {recruiting_cap(study)[1]} on the Watch page"
        if sold < min(wanted, room)
        else f"{session_cap(study)} are the most that are sold for this study; "
        "see why sessions are not used, and close it when that cannot be mended"
    )
    result.problems.append(problem)
    Study.objects.filter(pk=study.pk).update(problem=problem)


def _needed(sessions: int) -> str:
    are = "is" if sessions == 1 else "are"
    return f"{counted(sessions, 'more session')} {are} needed"


def _tell_that_nobody_sells(
    study: Study, calls: Calls, wanted: int, result: AdvanceResult
) -> None:
    if calls.faults:
        # it is told already, and mends itself
        return
    problem = (
        f"{_needed(wanted)} and no recruiter is open: add one "
        f"(manage.py recruit --study {study.slug} --recruiter NAME), or close the study"
    )
    result.problems.append(problem)
    Study.objects.filter(pk=study.pk).update(problem=problem)
