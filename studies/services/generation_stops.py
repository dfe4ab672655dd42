"""Requests that stand still: stopped or dismissed, or left by a worker that died."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from studies.models import Generation, GenerationJob, Study
from studies.services.events import note
from studies.services.generation_jobs import DEAD_AFTER, UNDONE, is_left

if TYPE_CHECKING:
    from django.db.models import QuerySet

SILENT_AFTER = timedelta(minutes=1)
"""A worker tells every second that it moves on, but for while it loads a net."""

BROKEN_OFF = (
    "broken off: no worker is at this any more, and the study is launched, so that no "
    "sound can be added"
)


@transaction.atomic
def stop(generation: Generation, *, now: datetime, by: str = "somebody") -> bool:
    """Stop a request that waits or is sampled; return whether it was one.

    Whoever samples for it ends within about a second. What is sampled is kept, and
    asked again it goes on from there.
    """
    stopped = Generation.objects.filter(
        pk=generation.pk,
        state__in=(Generation.State.WAITING, Generation.State.SAMPLING),
    ).update(
        state=Generation.State.STOPPED,
        summary=f"Stopped by {by}.",
        problem="",
        touched_at=now,
    )
    if stopped:
        _rest(generation)
        note(generation.study, "generate", f"{generation.run} stopped by {by}")
    return bool(stopped)


def dismiss(generation: Generation, *, now: datetime, by: str = "somebody") -> bool:
    """Take a request that failed or was stopped off the page; return whether it was.

    Its row, its jobs and what was sampled stay: asked again it goes on, and is shown.
    """
    dismissed = Generation.objects.filter(
        pk=generation.pk, state__in=Generation.ENDED_EARLY, dismissed_at=None
    ).update(dismissed_at=now)
    if dismissed:
        note(generation.study, "generate", f"{generation.run} dismissed by {by}")
    return bool(dismissed)


def silence(
    generation: Generation, jobs: Iterable[GenerationJob], *, now: datetime
) -> timedelta | None:
    """Return how long nobody was heard from who should be at work; None if not long."""
    if generation.state not in (Generation.State.SAMPLING, Generation.State.STORING):
        return None
    running = [job.seen_at for job in jobs if job.state == GenerationJob.State.RUNNING]
    # one of two workers may have died: the longest silence; between jobs, the last word
    signs = [job.seen_at for job in jobs]
    last = min(running) if running else max([generation.touched_at, *signs])
    if now - last < SILENT_AFTER or (not running and _are_elsewhere(generation, now)):
        return None
    return now - last


def left_behind(now: datetime) -> tuple[list[int], list[int], list[int]]:
    """Return what no worker is at any more: requests, jobs, and what is to be stored.

    Each is told once in ten minutes; to do one twice changes nothing.
    """
    stale = now - DEAD_AFTER
    open_ones = Generation.objects.filter(study__state__in=Study.UNLAUNCHED)
    waiting = open_ones.filter(state=Generation.State.WAITING, touched_at__lt=stale)
    jobs = GenerationJob.objects.filter(
        generation__in=open_ones.filter(state=Generation.State.SAMPLING),
        state__in=UNDONE,
        seen_at__lt=stale,
    )
    storing = open_ones.filter(
        state__in=(Generation.State.SAMPLING, Generation.State.STORING),
        touched_at__lt=stale,
    ).exclude(jobs__state__in=UNDONE)
    found = _ids(waiting), _ids(jobs), _ids(storing)
    waiting.filter(pk__in=found[0]).update(touched_at=now)
    # told or ended since: left alone
    jobs.filter(pk__in=found[1]).update(state=GenerationJob.State.PLANNED, seen_at=now)
    return found


def break_off(now: datetime) -> None:
    """End what no worker is at any more where the study is launched meanwhile.

    Nobody takes it up: what it made could not be stored.
    """
    left = Generation.objects.filter(
        is_left(now), state__in=Generation.GOING_ON
    ).exclude(study__state__in=Study.UNLAUNCHED)
    for generation in left.select_related("study"):
        if left.filter(pk=generation.pk).update(
            state=Generation.State.FAILED, problem=BROKEN_OFF, touched_at=now
        ):
            _rest(generation)
            note(generation.study, "problem", f"{generation.run}: {BROKEN_OFF}")


def _rest(generation: Generation) -> None:
    """Show no job of a request that ended as being at work."""
    generation.jobs.filter(state=GenerationJob.State.RUNNING).update(
        state=GenerationJob.State.PLANNED
    )


def _are_elsewhere(generation: Generation, now: datetime) -> bool:
    """Whether workers are at other requests: this one's jobs wait for their turn."""
    others = GenerationJob.objects.exclude(generation=generation)
    return (
        generation.state == Generation.State.SAMPLING
        and others.filter(
            state=GenerationJob.State.RUNNING, seen_at__gt=now - SILENT_AFTER
        ).exists()
    )


def _ids(rows: "QuerySet[Generation] | QuerySet[GenerationJob]") -> list[int]:
    return list(rows.values_list("pk", flat=True))
