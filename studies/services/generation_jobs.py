"""What is asked of a training run, cut into jobs; states move by conditional update."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from generation.clip import category_key
from generation.manifest import same_name
from studies.errors import StudyError, WrongStateError
from studies.models import Generation, GenerationJob, Stimulus, Study
from studies.services.allocate import lock
from studies.services.generation_options import full_path, require_options

DEAD_AFTER = timedelta(minutes=10)
"""A job that told nothing for so long has no worker any more."""

BUCKET_SECONDS = 2
LONGEST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Source:
    """A checkpoint of a run; no categories means that it sounds any."""

    path: Path
    sha256: str
    method: str
    categories: tuple[str, ...]


def ask(  # noqa: PLR0913 - what a person says, all named
    study: Study,
    run: Path,
    *,
    now: datetime,
    system: str = "",
    seed: int | None = None,
    temperature: float | None = None,
    by: User | None = None,
) -> Generation:
    """Ask a run for the sounds of a study's clips; asked twice, it is one request.

    One that is done, failed or was stopped is taken up again: clips may have come
    since. A new one takes the study's seed and temperature 1 unless told otherwise.
    Raises StudyError for a study without clips, a launched one, a bad path, name
    or number, and for a known request with another seed or temperature.
    """
    _require_open(study)
    require_options(system, seed, temperature)
    arms = Stimulus.objects.arms().filter(study=study)
    for (name,) in arms.values_list("system__name").distinct():
        if system != name and same_name(system) == same_name(name):
            raise StudyError(f"--system {system!r}: {study.slug} spells it {name!r}")
    generation, _ = Generation.objects.get_or_create(
        study=study,
        run=full_path(run),
        system=system,
        defaults={
            "seed": study.seed if seed is None else seed,
            "temperature": 1.0 if temperature is None else temperature,
            "by": by,
            "touched_at": now,
        },
    )
    for what, given, known in (
        ("seed", seed, generation.seed),
        ("temperature", temperature, generation.temperature),
    ):
        if given not in (None, known):
            raise StudyError(
                f"{study.slug} has sounds of this run with {what} {known}: give them "
                "another --system name"
            )
    ended = ~Q(state__in=Generation.GOING_ON)
    Generation.objects.filter(ended | is_left(now), pk=generation.pk).update(
        state=Generation.State.WAITING,
        problem="",
        summary="",
        touched_at=now,
        dismissed_at=None,
    )
    generation.refresh_from_db()
    return generation


@transaction.atomic
def cut(
    generation: Generation, sources: Iterable[Source], *, now: datetime
) -> list[int]:
    """Write the jobs for the clips that lack a sound; return those to do.

    Raises StudyError where no checkpoint sounds any category of the study, or where
    the system holds sounds of another checkpoint.
    """
    study = lock(generation.study)
    _require_open(study)
    given = list(sources)
    if generation.system and len({source.method for source in given}) > 1:
        raise StudyError(
            f"{generation.run} holds several methods: leave --system out, each is "
            "named by its method"
        )
    todo: list[int] = []
    planned: set[int] = set()
    reals = list(real_arms(study))
    for (category, method), source in _chosen(study, given).items():
        system = generation.system or method
        lacking = _lacking(study, system, source)
        for seconds, clips in _buckets(reals, category, lacking).items():
            job, _ = GenerationJob.objects.update_or_create(
                generation=generation,
                category_id=category,
                method=method,
                seconds=seconds,
                defaults={
                    "system": system,
                    "checkpoint": str(source.path),
                    "sha256": source.sha256,
                    "clips": clips,
                    "seen_at": now,
                },
            )
            planned.add(job.pk)
            if _restart(job, now):
                todo.append(job.pk)
    # their clips have their sounds, or are gone
    left = generation.jobs.exclude(pk__in=planned)
    left.update(state=GenerationJob.State.DONE, clips=0, problem="")
    return todo


def clips_of(job: GenerationJob) -> list[Stimulus]:
    """Return the real arms of the clips that a job is to sound, in the study's order.

    Those that have their sound from this system already are left out.
    """
    study = job.generation.study
    sounded = set(_arms(study, job.system).values_list("clip_id", flat=True))
    return [
        row
        for row in real_arms(study)
        if row.clip.category_id == job.category_id
        and bucket_of(row) == job.seconds
        and row.clip_id not in sounded
    ]


def real_arms(study: Study) -> "QuerySet[Stimulus]":
    """Return the real sounds of a study's clips."""
    return (
        Stimulus.objects.arms()
        .filter(study=study, system__is_real=True)
        .select_related("clip__category")
        .order_by("clip__order")
    )


def bucket_of(real: Stimulus) -> int:
    """Return the length bucket of a clip: its seconds, rounded up to 2, 4, ... 10."""
    facts = real.source_facts
    lengths = [
        float(facts[name])
        for name in ("video_seconds", "audio_seconds")
        if facts.get(name)
    ]
    length = min(lengths, default=float(LONGEST_SECONDS))
    steps = max(1, math.ceil(length / BUCKET_SECONDS))
    return min(LONGEST_SECONDS, steps * BUCKET_SECONDS)


UNDONE = (GenerationJob.State.PLANNED, GenerationJob.State.RUNNING)
"""States of jobs that somebody is to do yet; one that failed is over."""


def undone(generation: Generation) -> "QuerySet[GenerationJob]":
    """Return the jobs of a generation that are to be done yet."""
    return generation.jobs.filter(state__in=UNDONE)


def is_left(now: datetime) -> Q:
    """Tell requests that no worker is at any more."""
    # its own time stands still while a long job of it is at work
    at_work = GenerationJob.objects.filter(_at_work(now), generation=OuterRef("pk"))
    return Q(touched_at__lt=now - DEAD_AFTER) & ~Q(Exists(at_work))


def unsounded(generation: Generation) -> list[str]:
    """Say which categories have clips that no net of the run is there for."""
    study = generation.study
    known = set(generation.jobs.values_list("system", "category"))
    told = []
    for system in sorted({system for system, _ in known}):
        sounded = _arms(study, system).values("clip")
        lacking = study.clips.exclude(pk__in=sounded).exclude(
            category__in=[category for name, category in known if name == system]
        )
        names = study.categories.filter(clips__in=lacking).distinct()
        if names:
            told.append(f"No net of {system} for {', '.join(c.name for c in names)}.")
    return told


def _require_open(study: Study) -> None:
    if study.is_import or study.state not in Study.UNLAUNCHED:
        what = "holds imported votes" if study.is_import else "is launched"
        raise WrongStateError(
            f"{study.slug} {what}: sounds can be added only before the launch"
        )
    if not real_arms(study).exists():
        raise StudyError(f"{study.slug} has no clips yet: run ingest first")


def _chosen(study: Study, given: list[Source]) -> Mapping[tuple[int, str], Source]:
    """The checkpoint for every category and method: its own rather than a shared one.

    Raises StudyError where there is none at all, or two would do.
    """
    found: dict[tuple[int, str], Source] = {}
    for category in study.categories.all():
        by_method: defaultdict[str, list[Source]] = defaultdict(list)
        for source in given:
            named = {category_key(name) for name in source.categories}
            if not named or category_key(category.name) in named:
                by_method[source.method].append(source)
        for method, fit in by_method.items():
            narrowest = min(len(s.categories) or math.inf for s in fit)
            best = [s for s in fit if (len(s.categories) or math.inf) == narrowest]
            if len({source.sha256 for source in best}) > 1:
                names = ", ".join(str(source.path) for source in best)
                raise StudyError(
                    f"{category.name}: several {method} checkpoints would do "
                    f"({names}): name one as --run"
                )
            found[category.pk, method] = best[0]
    if not found:
        known = sorted({name for source in given for name in source.categories})
        raise StudyError(
            f"no checkpoint there sounds a category of {study.slug}: they were trained "
            f"on {', '.join(known) or 'nothing'}"
        )
    return found


def _arms(study: Study, system: str) -> "QuerySet[Stimulus]":
    return Stimulus.objects.arms().filter(study=study, system__name=system)


def _lacking(study: Study, system: str, source: Source) -> set[int]:
    """Clips without a sound of the system. StudyError where it is another's."""
    arms = _arms(study, system)
    covered = {category_key(name) for name in source.categories}
    for row in arms.exclude(checkpoint=source.sha256).select_related("clip__category"):
        if not covered or category_key(row.clip.category.name) in covered:
            raise StudyError(
                f"{study.slug} has a sound of {row.clip.key} by {system} that another "
                f"checkpoint made ({row.checkpoint[:12] or 'unnamed'}): give these "
                "another --system name"
            )
    sounded = set(arms.values_list("clip_id", flat=True))
    return set(study.clips.values_list("pk", flat=True)) - sounded


def _buckets(
    reals: Iterable[Stimulus], category: int, lacking: set[int]
) -> dict[int, int]:
    """How many clips of a category are to be sounded, by length bucket."""
    counts: defaultdict[int, int] = defaultdict(int)
    for row in reals:
        if row.clip.category_id == category and row.clip_id in lacking:
            counts[bucket_of(row)] += 1
    return dict(sorted(counts.items()))


def _restart(job: GenerationJob, now: datetime) -> bool:
    """Put a job back in the queue, unless somebody is at it."""
    changed = (
        GenerationJob.objects.filter(pk=job.pk)
        .exclude(_at_work(now))
        .update(state=GenerationJob.State.PLANNED, problem="", seen_at=now)
    )
    return bool(changed)


def _at_work(now: datetime) -> Q:
    return Q(state=GenerationJob.State.RUNNING, seen_at__gte=now - DEAD_AFTER)
