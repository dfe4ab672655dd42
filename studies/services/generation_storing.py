"""What a request made, into the study; what cannot be used stops nothing else."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from studies.errors import StudyError, WrongStateError
from studies.models import Generation, GenerationJob, Stimulus, Study
from studies.services import generation_files as files
from studies.services.events import note
from studies.services.generation_jobs import (
    DEAD_AFTER,
    clips_of,
    undone,
    unsounded,
)
from studies.services.ingest import IngestResult, ingest
from studies.services.progress import Progress, RowProgress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

_MOST_TOLD = 50


def store(
    generation: Generation,
    *,
    now: datetime,
    progress: Progress | None = None,
    takes_over: bool = False,
) -> IngestResult | None:
    """Take in what all jobs of a request made; None where it is not the time for it.

    A study that is being built is tried again later. Run twice it stores nothing twice.
    Jobs that failed, and sounds that cannot be used, are named as the problem of the
    request; the others are stored, and asked again the request makes those few anew.
    What the sampler flagged stands as a warning at the sound.
    `takes_over` does not wait until another process is surely dead.
    """
    left = Q(state=Generation.State.STORING, touched_at__lt=silent(now, takes_over))
    claimed = (
        Generation.objects.filter(
            Q(state=Generation.State.SAMPLING) | left, pk=generation.pk
        )
        .exclude(pk__in=undone(generation).values("generation"))
        .update(state=Generation.State.STORING, touched_at=now)
    )
    if not claimed:
        return None
    generation.refresh_from_db()
    if not files.made_by(generation).exists():
        _made_nothing(generation)
        return None
    study = generation.study
    try:
        manifest, faults = files.gather(generation)
        result = ingest(
            manifest,
            slug=study.slug,
            skip_bad=True,
            progress=RowProgress(_storing(generation), progress, touches="touched_at"),
        )
        _told(generation, result, [*faults, *result.left_out])
        files.tidy(generation)
    except WrongStateError as error:
        study.refresh_from_db()
        if study.state == study.State.BUILDING:
            _storing(generation).update(state=Generation.State.SAMPLING)
        else:
            fail(generation, str(error))
        return None
    except StudyError as error:
        fail(generation, str(error))
        return None
    except OSError as error:
        fail(generation, f"the sounds cannot be stored: {error}; make room there")
        return None
    except BaseException:
        _storing(generation).update(state=Generation.State.SAMPLING)
        raise
    return result


def silent(now: datetime, takes_over: bool) -> datetime:
    """Return since when who said nothing is taken for dead."""
    return now + DEAD_AFTER if takes_over else now - DEAD_AFTER


def stored(study: Study) -> set[tuple[str, str]]:
    """Return what a study holds sounds of: systems by name, each with its checkpoint.

    The latter by its sha256, "" where a manifest named none; a job's say whether
    anything that it made was stored.
    """
    arms = Stimulus.objects.arms().filter(study=study, system__is_real=False)
    return set(arms.order_by().values_list("system__name", "checkpoint").distinct())


def end(generation: Generation, summary: str) -> None:
    """Mark a request as done, unless it was stopped."""
    _going_on(generation).update(
        state=Generation.State.DONE, summary=summary, touched_at=timezone.now()
    )


def fail(generation: Generation, problem: str) -> None:
    """Mark a request as failed, with what is wrong, unless it was stopped."""
    failed = _going_on(generation).update(
        state=Generation.State.FAILED, problem=problem, touched_at=timezone.now()
    )
    if failed:
        note(generation.study, "problem", problem.partition("\n")[0])


def _told(generation: Generation, result: IngestResult, faults: list[str]) -> None:
    """End a request whose sounds were stored, or most of them."""
    flagged = sum(files.made_by(generation).values_list("flagged", flat=True))
    are = "sound is" if flagged == 1 else "sounds are"
    told = f"; {flagged} {are} flagged" if flagged else ""
    stored = f"{result.stored} sound{'' if result.stored == 1 else 's'} stored"
    _warn(generation)
    failed = _failures(generation)
    note(generation.study, "generate", f"{stored} of {generation.run}{told}")
    lacking = _lacking(generation)
    if not lacking and not faults and not failed:
        end(generation, " ".join([f"{stored}{told}.", *unsounded(generation)]))
        return
    for job, clips in lacking.items():
        GenerationJob.objects.filter(pk=job.pk).update(
            state=GenerationJob.State.FAILED, problem=f"not stored: {', '.join(clips)}"
        )
    count = sum(map(len, lacking.values()))
    named = "; ".join(f"{', '.join(c)} by {job.system}" for job, c in lacking.items())
    more = [f"and {len(faults) - _MOST_TOLD} more"] if len(faults) > _MOST_TOLD else []
    first = f"{stored}, {count} not: {named}" if lacking else f"{stored}, but:"
    lines = [first, *failed, *faults[:_MOST_TOLD], *more]
    fail(generation, "\n".join(lines))


def _made_nothing(generation: Generation) -> None:
    """End a request of which no job made anything."""
    problems = _failures(generation)
    if problems:
        fail(generation, "\n".join(problems))
    else:
        end(generation, "Every clip has its sound already.")


def _failures(generation: Generation) -> list[str]:
    """Return a line for each thing that jobs failed for, with their names."""
    jobs: defaultdict[str, list[str]] = defaultdict(list)
    for job in generation.jobs.filter(state=GenerationJob.State.FAILED):
        jobs[job.problem].append(str(job))
    return [f"{'; '.join(names)}: {problem}" for problem, names in jobs.items()]


def _warn(generation: Generation) -> None:
    """Set what the sampler found wrong beside the sounds that were stored."""
    for job in files.made_by(generation):
        found = Stimulus.objects.arms().filter(
            study=generation.study, system__name=job.system, clip__key__in=job.faults
        )
        for row in found.select_related("clip"):
            new = [t for t in job.faults[row.clip.key] if t not in row.warnings]
            row.warnings = [*row.warnings, *new]
            row.save(update_fields=["warnings"])


def _lacking(generation: Generation) -> "Mapping[GenerationJob, list[str]]":
    """The clips, by job, that were given to it and have no sound of it now."""
    found = {}
    for job in files.made_by(generation):
        keys = [row.clip.key for row in clips_of(job)]
        # where nobody knows, those that came since are named too, and made next time
        handed = files.handed_over(job) or keys
        keys = [key for key in keys if key in handed]
        if keys:
            found[job] = keys
    return found


def _going_on(generation: Generation) -> "QuerySet[Generation]":
    return Generation.objects.filter(pk=generation.pk, state__in=Generation.GOING_ON)


def _storing(generation: Generation) -> "QuerySet[Generation]":
    return Generation.objects.filter(pk=generation.pk, state=Generation.State.STORING)
