"""A manifest into the catalogue: every file decoded, every fault told in one pass."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from generation.clip import ClipRecord
from generation.manifest import read_manifest
from generation.media import MediaError, MediaFacts, Verdict, inspect, judge
from studies.errors import FaultsError, StudyError, WrongStateError
from studies.models import Category, Clip, Stimulus, Study, System
from studies.services.allocate import lock
from studies.services.events import note
from studies.services.media import keep
from studies.services.progress import Progress, Silent

DEMO_NOTE = "demo"
"""Rows whose note starts so make their study a demo: labelled wherever it shows."""


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What was stored, what was known, what was left out and why."""

    study: Study
    stored: int
    known: int
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    record: ClipRecord
    facts: MediaFacts | None
    verdict: Verdict


def ingest(
    manifest: Path,
    *,
    slug: str,
    title: str = "",
    skip_bad: bool = False,
    seed: int | None = None,
    progress: Progress | None = None,
) -> IngestResult:
    """Read a manifest and its files into the study `slug`, made where it is not there.

    Nothing is stored when anything is bad: FaultsError then has one line per row.
    With `skip_bad` the rest is stored (a clip without its real sound is left out
    whole). A second run stores nothing twice. `seed` decides every random choice of
    a new study; without it one is drawn.
    """
    if slug != slugify(slug) or not slug:
        raise StudyError(f"study {slug!r}: use small letters, digits and hyphens")
    study = Study.objects.filter(slug=slug).first()
    if study is not None:
        _require_open(study)
    reading = read_manifest(manifest)
    faults = [str(fault) for fault in reading.faults]
    looked = _look(reading.records, progress or Silent())
    faults += [_line(each) for each in looked if not each.verdict.is_fit]
    good = [each for each in looked if each.verdict.is_fit]
    good, orphans = _with_control(good)
    if skip_bad:
        faults += orphans
    clashes = _clashes(study, good)
    if clashes or (faults and not skip_bad) or not good:
        lines = sorted([*faults, *clashes], key=_row_number)
        raise FaultsError(
            f"{manifest}: {len(lines)} faults, nothing was stored"
            if lines
            else f"{manifest}: no usable row, nothing was stored",
            lines,
        )
    for each in good:
        _keep_source(each)
    study, stored = _store(study or _new(slug, title, seed), title, good)
    warnings = [
        f"row {each.record.row}, {each.record.path.name}: {text}"
        for each in good
        for text in each.verdict.warnings
    ]
    if stored:
        note(study, "ingest", f"{stored} files taken in from {manifest.name}")
    return IngestResult(
        study, stored, len(good) - stored, tuple(faults), tuple(warnings)
    )


def _new(slug: str, title: str, seed: int | None) -> Study:
    study = Study(slug=slug, title=title or slug)
    if seed is not None:
        study.seed = seed
    return study


def _require_open(study: Study) -> None:
    if study.is_import or study.state not in (Study.State.DRAFT, Study.State.READY):
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}: clips can be added "
            "only before the launch; use another --study"
        )


def _look(records: Sequence[ClipRecord], bar: Progress) -> list[_Looked]:
    """Decode every file, several at a time; the order is the manifest's."""
    bar.start(len(records), "decoding")
    found: dict[int, _Looked] = {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = {
            pool.submit(_look_at, record): index for index, record in enumerate(records)
        }
        try:
            for job in as_completed(jobs):
                found[jobs[job]] = job.result()
                bar.step()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    bar.done()
    return [found[index] for index in sorted(found)]


def _look_at(record: ClipRecord) -> _Looked:
    try:
        facts = inspect(record.path)
    except MediaError as error:
        return _Looked(record, None, Verdict((str(error),), ()))
    role = "real" if record.is_real else "generated"
    return _Looked(record, facts, judge(facts, role=role))


def _line(each: _Looked) -> str:
    name = each.record.path.name
    text = "; ".join(each.verdict.problems)
    text = text.removeprefix(f"{name}: ")
    return f"row {each.record.row}, {name}: {text}"


def _row_number(line: str) -> int:
    digits = line.removeprefix("row ").partition(",")[0].partition(":")[0]
    return int(digits) if digits.isdigit() else 0


def _with_control(good: list[_Looked]) -> tuple[list[_Looked], list[str]]:
    """Drop clips whose real sound is not among the good files."""
    controlled = {each.record.clip for each in good if each.record.is_real}
    orphans = [
        f"row {each.record.row}, {each.record.path.name}: left out with its clip "
        f"{each.record.clip}, whose real sound is bad"
        for each in good
        if each.record.clip not in controlled
    ]
    return [each for each in good if each.record.clip in controlled], orphans


def _clashes(study: Study | None, good: Iterable[_Looked]) -> list[str]:
    """Rows that are stored already with other contents."""
    if study is None:
        return []
    known = {
        (clip, system.casefold()): (sha, category)
        for clip, system, sha, category in study.stimuli.filter(
            kind=Stimulus.Kind.ARM
        ).values_list(
            "clip__key", "system__name", "source_sha256", "clip__category__name"
        )
    }
    lines = []
    for each in good:
        record = each.record
        sha, category = known.get((record.clip, record.system.casefold()), ("", ""))
        if sha and each.facts and sha != each.facts.sha256:
            lines.append(
                f"row {record.row}, {record.path.name}: {record.clip} / "
                f"{record.system} is stored already with other contents; use another "
                "study, or delete that clip first"
            )
        elif category and category != record.category:
            lines.append(
                f"row {record.row}: {record.clip} is stored already in category "
                f"{category}, not {record.category}"
            )
    return lines


def source_name(facts: MediaFacts) -> str:
    """Return where a source file is kept: by its contents, whatever it was called."""
    return f"sources/{facts.sha256[:2]}/{facts.sha256}"


def _keep_source(each: _Looked) -> None:
    if each.facts is None:
        return
    name = source_name(each.facts)
    if not Stimulus.objects.filter(source_file=name).exists():
        keep(name, each.record.path)


@transaction.atomic
def _store(study: Study, title: str, good: Sequence[_Looked]) -> tuple[Study, int]:
    if study.pk is None:
        study.save()
    study = lock(study)
    _require_open(study)
    if title and study.title != title:
        study.title = title
    stored = 0
    for each in good:
        stored += _store_row(study, each)
    if stored:
        study.state = Study.State.DRAFT
        study.items.all().delete()
    study.is_demo = study.is_demo or any(
        each.record.note.casefold().startswith(DEMO_NOTE) for each in good
    )
    study.save()
    return study, stored


def _store_row(study: Study, each: _Looked) -> bool:
    record, facts = each.record, each.facts
    if facts is None:
        return False
    category, _ = Category.objects.get_or_create(
        study=study,
        name=record.category,
        defaults={"order": study.categories.count()},
    )
    clip, _ = Clip.objects.get_or_create(
        study=study,
        key=record.clip,
        defaults={"category": category, "order": study.clips.count()},
    )
    system, _ = System.objects.get_or_create(
        study=study,
        name__iexact=record.system,
        defaults={
            "name": record.system,
            "is_real": record.is_real,
            "order": study.systems.count(),
        },
    )
    _, made = Stimulus.objects.get_or_create(
        study=study,
        clip=clip,
        system=system,
        kind=Stimulus.Kind.ARM,
        defaults={
            "source_name": record.path.name,
            "source_file": source_name(facts),
            "source_sha256": facts.sha256,
            "source_facts": facts_to_store(facts),
            "warnings": list(each.verdict.warnings),
            "seed": record.seed,
            "checkpoint": record.checkpoint,
            "note": record.note,
        },
    )
    return made


def facts_to_store(facts: MediaFacts) -> dict[str, object]:
    """Return what later steps and people want to know of a source file."""
    wanted: tuple[tuple[str, Callable[[MediaFacts], object]], ...] = (
        ("container", lambda f: f.container),
        ("video_stream", lambda f: f.video_stream),
        ("video_codec", lambda f: f.video_codec),
        ("width", lambda f: f.width),
        ("height", lambda f: f.height),
        ("fps", lambda f: f.fps),
        ("video_seconds", lambda f: f.video_seconds),
        ("audio_stream", lambda f: f.audio_stream),
        ("audio_codec", lambda f: f.audio_codec),
        ("sample_rate", lambda f: f.sample_rate),
        ("channels", lambda f: f.channels),
        ("audio_seconds", lambda f: f.audio_seconds),
        ("mean_db", lambda f: f.mean_db),
        ("peak_db", lambda f: f.peak_db),
    )
    return {name: read(facts) for name, read in wanted}
