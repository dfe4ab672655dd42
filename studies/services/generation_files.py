"""The files of generations: real clips handed to the sampler, and what it made.

generated/<study>/real/<stimulus>.mp4    links to the study's own files
generated/<study>/prepared/              what the sampler decoded, and features
generated/<study>/<generation>/<job>/    clips.csv and the sounds, each with a record
generated/<study>/<generation>.csv       what is taken in
"""

import csv
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from generation.clip import REAL, ClipRecord
from generation.manifest import read_manifest, write_manifest
from studies.errors import StudyError
from studies.models import Generation, GenerationJob, Stimulus
from studies.services.media import local_copy
from studies.services.unpack import remove_folder

if TYPE_CHECKING:
    from django.db.models import QuerySet


def folder_of(generation: Generation) -> Path:
    """Where the files of a generation are."""
    return _study_folder(generation.study_id) / str(generation.pk)


def work_folder(generation: Generation) -> Path:
    """Where the sampler keeps what it decoded of a study, and its features."""
    return _study_folder(generation.study_id) / "prepared"


def job_folder(job: GenerationJob) -> Path:
    """Where the sampler writes what it makes for a job."""
    return folder_of(job.generation) / str(job.pk)


def hand_over(job: GenerationJob, reals: Sequence[Stimulus]) -> Path:
    """List the real clips of a job in a manifest; return its path.

    StudyError where they cannot be written.
    """
    folder = _study_folder(job.generation.study_id) / "real"
    path = _handed(job)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest([_real(row, folder) for row in reals], path)
    except OSError as error:
        raise StudyError(
            f"{folder}: the clips cannot be handed over ({error.strerror or error}); "
            "make room there"
        ) from error
    return path


def gather(generation: Generation) -> tuple[Path, list[str]]:
    """List what all jobs made, with the real clips, in one manifest; return its path.

    Beside it, a line for each thing that a job's own manifest lacks. StudyError where
    nothing of what they made is there.
    """
    real: dict[str, ClipRecord] = {}
    made: list[ClipRecord] = []
    faults: list[str] = []
    for job in made_by(generation):
        reading = read_manifest(job_folder(job) / "manifest.csv", allow_outside=True)
        faults += [f"{job}: {fault}" for fault in reading.faults]
        handed = read_manifest(_handed(job), allow_outside=True)
        for record in (*handed.records, *reading.records):
            if record.is_real:
                real.setdefault(record.clip, replace(record, row=0))
            else:
                made.append(replace(record, row=0))
    if not made:
        lost = "nothing that was sampled is there any more; generate again"
        raise StudyError("\n".join([lost, *faults]))
    # where a manifest lies, its files lie below
    path = _study_folder(generation.study_id) / f"{generation.pk}.csv"
    rows = [*real.values(), *made]
    order = {clip: number for number, clip in enumerate(real)}
    write_manifest(sorted(rows, key=lambda r: (order[r.clip], not r.is_real)), path)
    return path, faults


def made_by(generation: Generation) -> "QuerySet[GenerationJob]":
    """Return the jobs of a request that made sounds."""
    return generation.jobs.filter(state=GenerationJob.State.DONE, clips__gt=0)


def handed_over(job: GenerationJob) -> set[str] | None:
    """Return the keys of the clips that a job was given; None where nothing tells."""
    # by name alone: a file that has gone since was handed over all the same
    try:
        with _handed(job).open(newline="", encoding="utf-8") as rows:
            return {row["clip"] for row in csv.DictReader(rows)} or None
    except (OSError, ValueError, KeyError, csv.Error):
        return None


def tidy(generation: Generation) -> None:
    """Remove sounds that were taken in, and what was decoded for them.

    The records about the sounds stay, and the features of clips as long as the study.
    """
    for path in folder_of(generation).glob("**/*.wav"):
        path.unlink(missing_ok=True)
    for folder in folder_of(generation).glob(f"*/{REAL}"):
        remove_folder(folder)
    going_on = Generation.objects.filter(
        study=generation.study_id, state__in=Generation.GOING_ON
    )
    if not going_on.exists():
        remove_folder(_study_folder(generation.study_id) / "real")
        for name in ("facts", "tokens", "pictures", "sounds"):
            remove_folder(work_folder(generation) / name)


def forget(study: int) -> None:
    """Remove all files of the generations of a study, by its id."""
    remove_folder(_study_folder(study))


def _study_folder(study: int) -> Path:
    return Path(settings.DATA_DIR) / "generated" / str(study)


def _handed(job: GenerationJob) -> Path:
    return job_folder(job) / "clips.csv"


def _real(row: Stimulus, folder: Path) -> ClipRecord:
    target = folder / f"{row.pk}{Path(row.source_name).suffix.lower()[:8]}"
    if not target.exists():
        with local_copy(row.source_file) as source:
            _link(source, target)
    return ClipRecord(
        clip=row.clip.key,
        category=row.clip.category.name,
        system=REAL,
        path=target,
        seed=row.seed,
        checkpoint=row.checkpoint,
        note=row.note,
    )


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; copy it where that cannot be. Whole or not at all."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    try:
        try:
            os.link(source, draft)
        except OSError:
            shutil.copyfile(source, draft)
        draft.replace(target)
    finally:
        # of two names of one file, a rename removes neither
        draft.unlink(missing_ok=True)
