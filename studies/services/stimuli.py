"""Build what raters meet: one clip at a time, over all cores, resumable.

The truth is the rows: a clip is done when all its rows carry the fingerprint of what
they were built from. A build that is killed leaves rows without it, and the next one
makes them again, byte for byte the same.
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from generation.media import (
    ArmSource,
    ClipBuild,
    MediaError,
    RenderSpec,
    audit_arms,
    build_clip,
)
from studies.errors import FaultsError, StudyError, WrongStateError
from studies.models import Clip, Stimulus, Study
from studies.services.catches import plan_catches
from studies.services.design import lay_out, opaque, render_spec
from studies.services.events import note
from studies.services.media import keep, local_copy
from studies.services.progress import Progress, Silent

_BUILDABLE = (Study.State.DRAFT, Study.State.BUILDING, Study.State.READY)


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


@dataclass(frozen=True, slots=True)
class _Job:
    """One clip to render: plain values only, since it runs in another thread."""

    clip: Clip
    rows: tuple[Stimulus, ...]
    picture: str
    picture_stream: int | None
    sounds: tuple[tuple[str, int | None], ...]
    names: tuple[str, ...]
    fingerprint: str


def claim(study: Study) -> None:
    """Mark a study as being built; WrongStateError when it cannot be."""
    changed = Study.objects.filter(pk=study.pk, state__in=_BUILDABLE).update(
        state=Study.State.BUILDING, problem=""
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
    plan_catches(study)
    try:
        spec = render_spec(study)
    except (ValueError, TypeError) as error:
        raise StudyError(f"{study.slug}: render settings: {error}") from None
    jobs, kept = _jobs(study, spec)
    bar = progress or Silent()
    bar.start(sum(len(job.rows) for job in jobs), "rendering")
    faults = _run(jobs, spec, workers or settings.BUILD_WORKERS, bar)
    bar.done()
    if faults:
        problem = f"{len(faults)} clips could not be rendered"
        Study.objects.filter(pk=study.pk).update(
            state=Study.State.DRAFT, problem="\n".join([problem, *faults])
        )
        raise FaultsError(f"{study.slug}: {problem}", faults)
    lay_out(study)
    Study.objects.filter(pk=study.pk, state=Study.State.BUILDING).update(
        state=Study.State.READY
    )
    study.refresh_from_db()
    built = sum(len(job.rows) for job in jobs)
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


def _jobs(study: Study, spec: RenderSpec) -> tuple[list[_Job], int]:
    """Return the clips to render, and the number of stimuli that are there already."""
    by_clip: dict[int, list[Stimulus]] = {}
    rows = study.stimuli.select_related("clip", "system").order_by(
        "clip__order", "kind", "system__order"
    )
    reals: dict[int, Stimulus] = {}
    for row in rows:
        by_clip.setdefault(row.clip_id, []).append(row)
        if row.system is not None and row.system.is_real:
            reals[row.clip_id] = row
    jobs, kept = [], 0
    for group in by_clip.values():
        job = _job(study, tuple(group), reals, spec)
        if all(row.built_with == job.fingerprint for row in group):
            kept += len(group)
        else:
            jobs.append(job)
    return jobs, kept


def _job(
    study: Study,
    rows: tuple[Stimulus, ...],
    reals: dict[int, Stimulus],
    spec: RenderSpec,
) -> _Job:
    real = reals[rows[0].clip_id]
    sounds: list[tuple[str, int | None]] = []
    for row in rows:
        source: Stimulus | None = row
        if row.kind == Stimulus.Kind.MUTED:
            source = None
        elif row.sound_clip_id is not None:
            source = reals[row.sound_clip_id]
        if source is None:
            sounds.append(("", None))
        else:
            sounds.append((source.source_file, source.source_facts.get("audio_stream")))
    names = tuple(opaque(study, f"stimulus:{row.pk}") for row in rows)
    text = json.dumps([real.source_file, sounds, names, spec.to_json()], sort_keys=True)
    return _Job(
        clip=rows[0].clip,
        rows=rows,
        picture=real.source_file,
        picture_stream=real.source_facts.get("video_stream"),
        sounds=tuple(sounds),
        names=names,
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
    )


def _run(
    jobs: Sequence[_Job], spec: RenderSpec, workers: int, bar: Progress
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
                except (MediaError, StudyError) as error:
                    faults.append(f"{job.clip.key}: {error}")
                bar.step(len(job.rows))
        except BaseException:
            # Ctrl-C: what is rendered stays, nothing new is begun
            pool.shutdown(cancel_futures=True)
            raise
    return faults


def _render(job: _Job, spec: RenderSpec, folder: Path) -> ClipBuild:
    with ExitStack() as stack:
        picture = stack.enter_context(local_copy(job.picture))
        arms = [
            ArmSource(
                key=str(row.pk),
                sound=stack.enter_context(local_copy(name)) if name else None,
                output_name=opaque_name,
                stream=stream,
            )
            for row, (name, stream), opaque_name in zip(
                job.rows, job.sounds, job.names, strict=True
            )
        ]
        return build_clip(
            arms, picture, folder, spec, picture_stream=job.picture_stream
        )


def _record(job: _Job, made: ClipBuild) -> None:
    """Store a clip's files, then its rows; only blind arms get in."""
    differences = audit_arms([arm.path for arm in made.arms])
    if differences:
        raise StudyError(f"its arms can be told apart: {'; '.join(differences)}")
    for arm in made.arms:
        keep(f"rated/{arm.path.name}", arm.path)
    now = timezone.now()
    with transaction.atomic():
        for row, arm in zip(job.rows, made.arms, strict=True):
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
            row.built_at = now
            row.built_with = job.fingerprint
            row.save()
    for arm in made.arms:
        arm.path.unlink(missing_ok=True)
