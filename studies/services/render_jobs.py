"""What is left to render: a clip at a time, with the fingerprint of what goes in."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from generation.media import RenderSpec
from studies.errors import StudyError
from studies.models import Clip, Stimulus, Study
from studies.services.design import opaque
from studies.services.intake import one_line
from studies.services.media import is_there


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One clip to render: plain values only, since it runs in another thread."""

    clip: Clip
    rows: tuple[Stimulus, ...]
    picture: str
    picture_stream: int | None
    sounds: tuple[tuple[str, int | None], ...]
    names: tuple[str, ...]
    fingerprint: str


def render_jobs(study: Study, spec: RenderSpec) -> tuple[list[RenderJob], int]:
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
        if all(row.built_with == job.fingerprint and is_there(row) for row in group):
            kept += len(group)
        else:
            jobs.append(job)
    return jobs, kept


def _job(
    study: Study,
    rows: tuple[Stimulus, ...],
    reals: dict[int, Stimulus],
    spec: RenderSpec,
) -> RenderJob:
    clip = rows[0].clip
    real = reals.get(clip.pk)
    if real is None:
        raise StudyError(f"{clip.key} has no real sound: ingest it again, or delete it")
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
    kinds = [row.kind for row in rows]
    names = tuple(opaque(study, f"stimulus:{row.pk}") for row in rows)
    parts = [real.source_file, kinds, sounds, names, spec.to_json()]
    text = json.dumps(parts, sort_keys=True)
    return RenderJob(
        clip=clip,
        rows=rows,
        picture=real.source_file,
        picture_stream=real.source_facts.get("video_stream"),
        sounds=tuple(sounds),
        names=names,
        fingerprint=hashlib.sha256(text.encode()).hexdigest(),
    )


def in_words(job: RenderJob, error: Exception) -> str:
    """Return the error with files called what they were called when they came."""
    text = str(error)
    for row in job.rows:
        if row.source_file:
            text = text.replace(Path(row.source_file).name, row.source_name)
    return one_line(text)
