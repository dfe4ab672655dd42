"""A rehearsal from the first rater to the last: waves of sessions, then collecting."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from time import perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from analysis.votes import counted
from studies.errors import StudyError, WrongStateError
from studies.models import Posting, Stimulus, Study
from studies.selectors import free_places, open_places
from studies.selectors import progress as study_progress
from studies.selectors.channels import recruiters_of
from studies.services.collect import advance
from studies.services.events import note
from studies.services.identity import is_loopback
from studies.services.media import media_url
from studies.services.progress import Progress, Silent
from studies.services.rehearsal.http import Stopwatch, place_of
from studies.services.rehearsal.market import worker_id
from studies.services.rehearsal.raters import (
    Population,
    SimulatedRater,
    Truth,
    draw_population,
)
from studies.services.rehearsal.session import Outcome, Place, Seat, work_session

RECRUITER = "mturk"
IDLE_ROUNDS = 2
"""Waves in a row in which nobody found work before a rehearsal gives up."""
ADVANCES = 4
"""Runs of advance in a row, at most: take in, pay, top up, close."""


@dataclass(frozen=True, slots=True)
class RehearsalSummary:
    """What simulated raters did; times in milliseconds, None without such requests."""

    raters: int
    sessions: int
    votes: int
    left: int
    seconds: float
    refusals: dict[str, int]
    page_p50_ms: float | None
    page_p95_ms: float | None
    save_p50_ms: float | None
    save_p95_ms: float | None
    retries: int
    state: str
    votes_counted: int
    votes_wanted: int
    ended: str


@dataclass(slots=True)
class _Crowd:
    """Who may still take work, who found none, and what was done so far."""

    able: list[Seat]
    resting: list[Seat] = field(default_factory=list)
    sessions: int = 0
    votes: int = 0
    left: int = 0
    refusals: Counter[str] = field(default_factory=Counter)

    def take(self, seat: Seat, outcome: Outcome) -> bool:
        """Book one outcome; return whether it moved anything."""
        self.votes += outcome.votes
        if outcome.what == "submitted":
            self.sessions += 1
            return True
        self.able.remove(seat)
        if outcome.what == "left":
            self.left += 1
            return True
        self.resting.append(seat)
        if outcome.what == "refused":
            self.refusals[outcome.code] += 1
        return False

    def wake(self) -> None:
        """Let those who found nothing look again."""
        self.able = sorted(self.able + self.resting, key=lambda seat: seat.rater.number)
        self.resting = []


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all waves of one rehearsal share."""

    study: Study
    crowd: _Crowd
    watch: Stopwatch
    stop: threading.Event
    bar: Progress


def rehearse(
    study: Study,
    population: Population,
    *,
    workers: int = 4,
    progress: Progress | None = None,
) -> RehearsalSummary:
    """Let simulated raters work through a live study's own pages until it is complete.

    They sign up at the marketplace, preview, accept, rate and submit over HTTP,
    `workers` of them at a time; what they hear comes from the database, since no page
    tells it. Between the waves the study is advanced as usual. With one worker, the
    same study and seed give the same answers. Stopped at any point, it can be started
    again: the same raters take up what they hold. Raises StudyError when the study is
    not live, or when its recruiter or its pages are not on this machine.
    """
    _check(study, workers)
    seats = _seats(study, population)
    scene = _Scene(
        study, _Crowd(seats), Stopwatch(), threading.Event(), progress or Silent()
    )
    note(
        study,
        "rehearsal",
        f"Rehearsal with {counted(population.raters, 'simulated rater')}, seed "
        f"{population.seed}",
    )
    start = perf_counter()
    scene.bar.start(open_places(study), "sessions")
    with ThreadPoolExecutor(workers) as pool:
        try:
            ended = _waves(scene, pool)
        finally:
            # nobody begins anything new, whatever ended it: Ctrl-C as well
            scene.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            scene.bar.done()
    return _summary(scene, population, perf_counter() - start, ended)


def _seats(study: Study, population: Population) -> list[Seat]:
    """Return the raters; who was here in an earlier rehearsal no longer leaves."""
    known = set(study.assignments.values_list("rater", flat=True))
    raters = draw_population(population)
    return [
        Seat(replace(rater, leaving="stays") if _name(rater) in known else rater)
        for rater in raters
    ]


def _name(rater: SimulatedRater) -> str:
    return f"{RECRUITER}:{worker_id(rater)}"


def _check(study: Study, workers: int) -> None:
    if workers < 1:
        raise StudyError(f"--workers is {workers}: at least 1 is needed")
    for name in ("MTURK_ENDPOINT_URL", "MARKETPLACE_URL", "SITE_URL"):
        url = getattr(settings, name)
        if url and not is_loopback(url):
            raise StudyError(
                f"{name} is {url}, which is not this machine: simulated raters must "
                "never meet real ones, so rehearse only on a local site"
            )
    study.refresh_from_db()
    if study.state != Study.State.LIVE:
        launch = f" (manage.py launch --study {study.slug} --recruiter {RECRUITER})"
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}; only a live study "
            f"can be rehearsed{launch if study.state == Study.State.READY else ''}"
        )
    through = recruiters_of(study)
    if RECRUITER not in through:
        raise StudyError(
            f"{study.slug} recruits by {' and '.join(through)}: simulated raters "
            f"know the way through {RECRUITER} only"
        )


def _waves(scene: _Scene, pool: ThreadPoolExecutor) -> str:
    """Return why no wave follows the last one."""
    idle = 0
    while True:
        moved = _wave(scene, pool)
        if moved and scene.crowd.able:
            idle = 0
            continue
        done = _advance(scene.study)
        if scene.study.state != Study.State.LIVE:
            return f"the study is {scene.study.get_state_display().lower()}"
        idle = 0 if done else idle + 1
        scene.crowd.wake()
        if idle >= IDLE_ROUNDS or not scene.crowd.able:
            return _lack(scene)


def _lack(scene: _Scene) -> str:
    if scene.crowd.left:
        return (
            "the rest is held by sessions that were left in the middle, until they "
            "lapse; rehearse again and their raters finish them"
        )
    free = {row.recruiter for row, places in free_places(scene.study) if places}
    if free and RECRUITER not in free:
        return (
            f"what lacks waits for raters of {' and '.join(sorted(free))}, and the "
            f"simulated come through {RECRUITER} alone: more --raters do not help"
        )
    return "no simulated rater may take more; give more --raters"


def _wave(scene: _Scene, pool: ThreadPoolExecutor) -> bool:
    place = _place(scene.study)
    running = [
        (seat, pool.submit(work_session, seat, place, scene.watch, scene.stop))
        for seat in scene.crowd.able
    ]
    moved = False
    for seat, future in running:
        outcome = future.result()
        if scene.crowd.take(seat, outcome):
            moved = True
            scene.bar.step()
    return moved


def _advance(study: Study) -> bool:
    """Advance until a run changes nothing; return whether raters get new work."""
    work = False
    for _ in range(ADVANCES):
        result = advance(study)
        study.refresh_from_db()
        work = work or bool(result.published or result.new_places or result.expired)
        if not (result.submissions or result.paid or result.new_places):
            break
    return work


def _place(study: Study) -> Place:
    home = settings.MARKETPLACE_URL.rstrip("/")
    postings = study.postings.filter(state=Posting.State.OPEN)
    urls = [home, settings.SITE_URL]
    if settings.S3_BUCKET:
        urls += [media_url(row) for row in study.stimuli.all().built()[:1]]
    return Place(
        marketplace=home,
        page_path=reverse("rating:page", args=[study.slug]),
        group_urls=frozenset(postings.values_list("url", flat=True)),
        hit_ids=tuple(postings.values_list("external_id", flat=True)),
        hosts=frozenset(place_of(url) for url in urls),
        truths=_truths(study),
    )


def _truths(study: Study) -> dict[str, Truth]:
    """What each stimulus is, by its file name: the simulation's knowledge."""
    rows = Stimulus.objects.filter(study=study).select_related("clip", "system")
    return {
        PurePosixPath(urlsplit(media_url(row)).path).name: Truth(
            clip=row.clip.key,
            system=row.system.name if row.system else row.kind,
            real=row.kind == Stimulus.Kind.ARM
            and bool(row.system and row.system.is_real),
            catch=row.kind != Stimulus.Kind.ARM,
        )
        for row in rows.exclude(file="")
    }


def _summary(
    scene: _Scene, population: Population, seconds: float, ended: str
) -> RehearsalSummary:
    scene.study.refresh_from_db()
    held = study_progress(scene.study)
    watch, crowd = scene.watch, scene.crowd
    return RehearsalSummary(
        raters=population.raters,
        sessions=crowd.sessions,
        votes=crowd.votes,
        left=crowd.left,
        seconds=seconds,
        refusals=dict(sorted(crowd.refusals.items())),
        page_p50_ms=watch.percentile_ms("page", 50),
        page_p95_ms=watch.percentile_ms("page", 95),
        save_p50_ms=watch.percentile_ms("save", 50),
        save_p95_ms=watch.percentile_ms("save", 95),
        retries=watch.retries.total(),
        state=scene.study.get_state_display(),
        votes_counted=held.votes_counted,
        votes_wanted=held.votes_wanted,
        ended=ended,
    )
