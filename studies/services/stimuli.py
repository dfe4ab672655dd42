"""Build what raters meet: one clip at a time, over all cores, resumable.

The truth is the rows: a clip is done when all its rows carry the fingerprint of what
they were built from. A build that is killed leaves rows without it, and the next one
makes them again, byte for byte the same.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from analysis.votes import counted
from generation.media import (
    ArmSource,
    ClipBuild,
    MediaError,
    RenderedClip,
    RenderSpec,
    audit_arms,
    build_clip,
)
from studies.errors import FaultsError, StudyError, WrongStateError
from studies.models import Stimulus, Study
from studies.services.allocate import lock
from studies.services.background import told
from studies.services.catches import plan_catches
from studies.services.design import lay_out, render_spec
from studies.services.events import note
from studies.services.media import drop, keep, local_copy
from studies.services.progress import Progress, Silent
from studies.services.render_jobs import RenderJob, in_words, render_jobs

DEAD_AFTER = timedelta(minutes=10)
"""A build in which no clip was finished for so long has no worker any more."""

_MADE = (
    *("file", "sha256", "size_bytes", "seconds", "facts"),
    *("built_at", "built_with"),
)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """How many files were made and were there already, and how long it took.

    `built` and `kept` count all files; `stimuli` of the study are arms of its clips,
    `catches` are made for catch items.
    """

    built: int
    kept: int
    stimuli: int
    catches: int
    seconds: float


def claim(study: Study) -> None:
    """Mark a study as being built; WrongStateError when it cannot be."""
    changed = Study.objects.filter(pk=study.pk, state__in=Study.UNLAUNCHED).update(
        state=Study.State.BUILDING, problem="", touched_at=timezone.now()
    )
    study.refresh_from_db()
    if not changed or study.is_import:
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}: "
            "its stimuli are fixed"
        )


def build(
    study: Study, *, workers: int = 0, progress: Progress | None = None
) -> BuildResult:
    """Render every stimulus that is missing or was made another way.

    Raises FaultsError naming each clip that could not be rendered; the others stay.
    """
    start = time.monotonic()
    if not study.stimuli.exists():
        raise StudyError(f"{study.slug} has no clips yet: run ingest first")
    claim(study)
    try:
        built, kept = _build(study, workers, progress or Silent())
    except BaseException:
        # not killed but stopped, by a fault or by Ctrl-C: clips can be added again
        Study.objects.filter(pk=study.pk, state=Study.State.BUILDING).update(
            state=Study.State.DRAFT
        )
        raise
    study.refresh_from_db()
    if built:
        note(study, "build", f"{built} stimuli rendered, {kept} were there")
    arms = study.stimuli.filter(kind=Stimulus.Kind.ARM).count()
    return BuildResult(
        built,
        kept,
        stimuli=arms,
        catches=built + kept - arms,
        seconds=time.monotonic() - start,
    )


def _build(study: Study, workers: int, bar: Progress) -> tuple[int, int]:
    try:
        spec = render_spec(study)
    except (ValueError, TypeError) as error:
        raise StudyError(f"{study.slug}: render settings: {error}") from None
    plan_catches(study)
    jobs, kept = render_jobs(study, spec)
    bar.start(sum(len(job.rows) for job in jobs), "rendering")
    faults = _run(jobs, spec, workers or settings.BUILD_WORKERS, bar)
    bar.done()
    if faults:
        problem = f"{len(faults)} of {counted(len(jobs), 'clip')} could not be rendered"
        Study.objects.filter(pk=study.pk).update(problem="\n".join([problem, *faults]))
        raise FaultsError(f"{study.slug}: {problem}", faults)
    _make_ready(study)
    return sum(len(job.rows) for job in jobs), kept


@transaction.atomic
def _make_ready(study: Study) -> None:
    row = lock(study)
    if row.state == Study.State.BUILDING:
        lay_out(row)
        row.state = Study.State.READY
        row.save(update_fields=["state"])
    elif row.state == Study.State.DRAFT:
        raise WrongStateError(
            f"{row.slug} was changed while it was being built: run build again"
        )


def _run(
    jobs: Sequence[RenderJob], spec: RenderSpec, workers: int, bar: Progress
) -> list[str]:
    faults: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="build-") as folder,
        ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool,
    ):
        running = {
            pool.submit(_render, job, spec, Path(folder) / str(number)): job
            for number, job in enumerate(jobs)
        }
        try:
            for done in as_completed(running):
                job = running[done]
                try:
                    _record(job, done.result())
                except (MediaError, StudyError, OSError) as error:
                    faults.append(f"{job.clip.key}: {in_words(job, error)}")
                _touch(job)
                bar.step(len(job.rows))
        except BaseException:
            # Ctrl-C: what is rendered stays, nothing new is begun
            pool.shutdown(cancel_futures=True)
            raise
    return sorted(faults)


def _touch(job: RenderJob) -> None:
    Study.objects.filter(pk=job.clip.study_id).update(touched_at=timezone.now())


def resume_dead_builds() -> int:
    """Take up the builds that a dead worker left; return how many there were."""
    dead = Study.objects.filter(
        state=Study.State.BUILDING, touched_at__lt=timezone.now() - DEAD_AFTER
    )
    return sum(told(build, pk) for pk in dead.values_list("pk", flat=True))


def _render(job: RenderJob, spec: RenderSpec, folder: Path) -> ClipBuild:
    with ExitStack() as stack:
        picture = stack.enter_context(local_copy(job.picture))
        arms = [
            ArmSource(
                key=f"system {row.system.name}" if row.system else f"catch {row.kind}",
                sound=stack.enter_context(local_copy(name)) if name else None,
                output_name=opaque_name,
                stream=stream,
                follows=row.kind != Stimulus.Kind.ARM,
            )
            for row, (name, stream), opaque_name in zip(
                job.rows, job.sounds, job.names, strict=True
            )
        ]
        return build_clip(
            arms, picture, folder, spec, picture_stream=job.picture_stream
        )


def _record(job: RenderJob, made: ClipBuild) -> None:
    """Store a clip's files, then its rows; only blind arms get in."""
    differences = audit_arms([arm.path for arm in made.arms])
    if differences:
        raise StudyError(f"its arms can be told apart: {'; '.join(differences)}")
    # in the order of their opaque names: a store tells everybody what came first
    for arm in sorted(made.arms, key=lambda arm: arm.path.name):
        keep(f"rated/{arm.path.name}", arm.path, sha256=arm.sha256)
    now = timezone.now()
    before = {row.file for row in job.rows if row.file}
    with transaction.atomic():
        for row, arm in zip(job.rows, made.arms, strict=True):
            _note_made(row, arm, made)
            row.built_at = now
            row.built_with = job.fingerprint
            row.save(update_fields=_MADE)
    drop(before - {row.file for row in job.rows})
    for arm in made.arms:
        arm.path.unlink(missing_ok=True)


def _note_made(row: Stimulus, arm: RenderedClip, made: ClipBuild) -> None:
    row.file = f"rated/{arm.path.name}"
    row.sha256 = arm.sha256
    row.size_bytes = arm.size_bytes
    row.seconds = arm.seconds
    row.facts = {
        "loudness_lufs": arm.loudness_lufs,
        "loudness_by": arm.loudness_by,
        "true_peak_db": arm.true_peak_db,
        "gain_db": arm.gain_db,
        "band_hz": arm.band_hz,
        "bitrate": arm.bitrate,
        "width": made.width,
        "height": made.height,
        "fps": made.fps,
        "picture_sha256": made.picture_sha256,
        "notes": list(made.notes),
    }
