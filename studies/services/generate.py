"""The one bridge to the nets: clips of a study out, sounds of a training run in.

Torch is loaded by `sampler`, which only a worker of the queue `gpu` and
`manage.py generate --now` call; the web process imports this module without it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from studies.errors import StudyError
from studies.models import Generation, GenerationJob
from studies.services import generation_files as files
from studies.services.generation_jobs import (
    Source,
    clips_of,
    cut,
    undone,
    unsounded,
)
from studies.services.generation_storing import end, fail, silent, store
from studies.services.progress import LeftError, Progress, RowProgress
from studies.services.runs import weights_folder

if TYPE_CHECKING:
    from generation.sample import Sampled, Trained


COUNTED = "sampling"
"""What the sampler calls the stretch that takes the time; before, it prepares."""


class BeingDoneError(StudyError):
    """Another process samples the same clips at this moment."""


class Sampler(Protocol):
    """What is asked of the nets: `generation.sample`, or a stand-in of the tests."""

    @property
    def SampleError(self) -> type[Exception]:  # noqa: N802 - a class by its name
        """What it raises for what a person can mend."""
        ...

    @property
    def BusyError(self) -> type[Exception]:  # noqa: N802 - a class by its name
        """What it raises while another process makes the same; of the former kind."""
        ...

    def trained_in(self, run: Path, /) -> "Sequence[Trained]":
        """The checkpoints of a run."""
        ...

    def sample_clips(  # noqa: PLR0913 - one border, all named
        self,
        checkpoint: Path,
        manifest: Path,
        out: Path,
        *,
        study: str,
        system: str,
        seed: int,
        temperature: float,
        weights: Path,
        work: Path,
        progress: Progress,
    ) -> "Sampled":
        """Sound the real clips of a manifest; what is there already is kept."""
        ...


def sampler() -> Sampler:
    """Load the nets. StudyError where torch is not installed on this machine."""
    try:
        from generation import sample
    except ModuleNotFoundError as error:
        raise StudyError(
            f"this machine cannot sample: {error.name} is not installed; run the "
            "worker of the queue gpu where it is"
        ) from error
    return sample


def plan(
    generation: Generation, *, now: datetime, takes_over: bool = False
) -> list[int]:
    """Cut a waiting request into jobs; return the ids of those to do.

    What is wrong ends on the request as its problem, and no job is returned.
    `takes_over` does not wait until another process is surely dead.
    """
    left = Q(state=Generation.State.SAMPLING, touched_at__lt=silent(now, takes_over))
    due = Generation.objects.filter(
        Q(state=Generation.State.WAITING) | left, pk=generation.pk
    )
    if not due.exists():
        return []
    try:
        sources = _sources(generation)
        # at once: one without its jobs would pass for one that is sampled
        with transaction.atomic():
            if not due.update(
                state=Generation.State.SAMPLING, problem="", touched_at=now
            ):
                return []
            todo = cut(generation, sources, now=now)
    except StudyError as error:
        if due.exists():
            fail(generation, str(error))
        return []
    generation.refresh_from_db()
    if not todo and not undone(generation).exists():
        said = ["Every clip has its sound already.", *unsounded(generation)]
        end(generation, " ".join(said))
    return todo


def sample_job(
    job: GenerationJob,
    *,
    now: datetime,
    progress: Progress | None = None,
    takes_over: bool = False,
) -> bool:
    """Sample the clips of one job; return whether all jobs of its request are over.

    Run twice, or killed and run again, it makes the same files once. What is wrong
    ends on the job, and holds up no other; a request that was stopped meanwhile ends
    it. `takes_over` as in `plan`, but for a process that is seen at work: raises
    BeingDoneError.
    """
    left = Q(state=GenerationJob.State.RUNNING, seen_at__lt=silent(now, takes_over))
    claimed = GenerationJob.objects.filter(
        Q(state=GenerationJob.State.PLANNED) | left,
        pk=job.pk,
        generation__state=Generation.State.SAMPLING,
    ).update(
        state=GenerationJob.State.RUNNING, seen_at=now, done=0, total=0, problem=""
    )
    if not claimed:
        return False
    job.refresh_from_db()
    row = GenerationJob.objects.filter(
        pk=job.pk, generation__state=Generation.State.SAMPLING
    )
    told = RowProgress(row, progress, label=str(job), counts=COUNTED, ends=True)
    try:
        _sample(job, told)
    except LeftError:
        # stopped while it was claimed, it would seem at work for ten minutes
        _being_done(job).exclude(generation__state=Generation.State.SAMPLING).update(
            state=GenerationJob.State.PLANNED
        )
        return False
    except BeingDoneError:
        if takes_over:
            raise
        # the row is that process's again: it says when it is done
        return False
    except StudyError as error:
        _being_done(job).update(state=GenerationJob.State.FAILED, problem=str(error))
        _touch(job)
    except Exception as error:
        # a defect: it rises, and the page tells of it instead of a worker to wait for
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        _being_done(job).update(state=GenerationJob.State.FAILED, problem=said)
        _touch(job)
        raise
    except BaseException:
        # stopped, not killed: another worker may take it up at once
        _being_done(job).update(state=GenerationJob.State.PLANNED)
        raise
    return not undone(job.generation).exists()


def run_here(
    generation: Generation,
    *,
    progress: Progress,
    clock: Callable[[], datetime] = timezone.now,
) -> Generation:
    """Do a whole request in this process. StudyError with what went wrong.

    A run of it that was stopped or killed just now is taken over at once.
    """
    plan(generation, now=clock(), takes_over=True)
    for job in undone(generation):
        sample_job(job, now=clock(), progress=progress, takes_over=True)
    store(generation, now=clock(), progress=progress, takes_over=True)
    generation.refresh_from_db()
    if generation.problem:
        raise StudyError(generation.problem)
    if generation.state == Generation.State.STOPPED:
        raise StudyError(generation.summary)
    if generation.state != Generation.State.DONE:
        raise StudyError(
            f"{generation.study.slug}: sampled but not stored, for the study is being "
            "built; run this again when that is done"
        )
    return generation


def _sources(generation: Generation) -> list[Source]:
    tool = sampler()
    try:
        found = tool.trained_in(Path(generation.run))
    except tool.SampleError as error:
        raise StudyError(str(error)) from error
    return [
        Source(each.path, each.sha256, each.method, tuple(each.categories))
        for each in found
    ]


def _sample(job: GenerationJob, recorder: RowProgress) -> None:
    reals = clips_of(job)
    if not reals:
        _being_done(job).update(state=GenerationJob.State.DONE, clips=0)
        return
    tool = sampler()
    manifest = files.hand_over(job, reals)
    try:
        made = tool.sample_clips(
            Path(job.checkpoint),
            manifest,
            files.job_folder(job),
            study=job.generation.study.slug,
            system=job.system,
            seed=job.generation.seed,
            temperature=job.generation.temperature,
            weights=weights_folder(),
            work=files.work_folder(job.generation),
            progress=recorder,
        )
    except tool.BusyError as error:
        raise BeingDoneError(str(error)) from error
    except tool.SampleError as error:
        raise StudyError(str(error)) from error
    if made.checkpoint != job.sha256:
        raise StudyError(
            f"{job.checkpoint} was trained further since this was planned: generate "
            "again"
        )
    _being_done(job).update(
        state=GenerationJob.State.DONE,
        clips=len(reals),
        flagged=len(made.flagged),
        faults={one.clip: list(one.faults) for one in made.flagged},
        seen_at=timezone.now(),
    )
    _touch(job)


def _touch(job: GenerationJob) -> None:
    Generation.objects.filter(pk=job.generation_id).update(touched_at=timezone.now())


def _being_done(job: GenerationJob) -> "QuerySet[GenerationJob]":
    # of two workers, the first one's finding stands
    return GenerationJob.objects.filter(pk=job.pk, state=GenerationJob.State.RUNNING)
