"""A manifest into the catalogue: every file decoded, every fault told in one pass."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.text import slugify

from analysis.votes import counted
from generation.clip import ClipRecord
from generation.manifest import Fault, read_manifest
from generation.media import MediaError, MediaFacts, inspect, judge
from studies.errors import FaultsError, StudyError
from studies.models import Study
from studies.services.events import note
from studies.services.intake import (
    FitFile,
    advice,
    clashes,
    one_line,
    require_open,
    store,
)
from studies.services.media import drop_unused_sources, keep, sweep
from studies.services.progress import Progress, Silent

_SLUG, _TITLE, _SEEDS = 64, 128, 2**63  # as the table holds them


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
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Faults:
    """What is wrong, by row: one line each, however much is wrong with it."""

    names: dict[int, str]
    rows: dict[int, list[str]] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    def add(self, row: int, text: str) -> None:
        self.rows.setdefault(row, []).append(text)

    def add_from_manifest(self, fault: Fault) -> None:
        if fault.row:
            self.add(fault.row, f"{fault.field}: {fault.message}")
        else:
            self.whole.append(str(fault))

    def lines(self) -> list[str]:
        told = [
            f"row {row}, {f'{self.names[row]}: ' if row in self.names else ''}"
            + "; ".join(self.rows[row])
            for row in sorted(self.rows)
        ]
        return [one_line(line) for line in [*self.whole, *told]]


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
    _require_names(slug, title)
    study = Study.objects.filter(slug=slug).first()
    _require_seed(study, seed)
    if study is not None:
        require_open(study)
    good, lines = _sift(manifest, study, skip_bad, progress or Silent())
    if (lines and not skip_bad) or not good:
        raise _refusal(manifest, lines, storable=len(good))
    study = study or _new(slug, title, seed)
    study, stored = _take_in(manifest, study, title, good)
    if stored:
        note(
            study, "ingest", f"{counted(stored, 'file')} taken in from {manifest.name}"
        )
    return IngestResult(
        study,
        stored,
        len(good) - stored,
        tuple(lines),
        tuple(map(one_line, advice(study, good))),
    )


def _new(slug: str, title: str, seed: int | None) -> Study:
    study = Study(slug=slug, title=title or slug)
    if seed is not None:
        study.seed = seed
    return study


def _require_seed(study: Study | None, seed: int | None) -> None:
    # the report draws by it, too: one below 0 would be found out after the votes
    if seed is not None and not 0 <= seed < _SEEDS:
        raise StudyError(f"seed {seed}: give a number from 0 to 2^63 - 1")
    if study is not None and seed not in (None, study.seed):
        raise StudyError(
            f"{study.slug} has the seed {study.seed} already: change it in its "
            "settings, or leave --seed out"
        )


def _require_names(slug: str, title: str) -> None:
    if not slug or slug != slugify(slug):
        raise StudyError(f"study {slug!r}: use small letters, digits and hyphens")
    for name, value, most in (("slug", slug, _SLUG), ("title", title, _TITLE)):
        if len(value) > most:
            raise StudyError(f"{name} {value[:20]!r}...: give at most {most} letters")


def _sift(
    manifest: Path, study: Study | None, skip_bad: bool, bar: Progress
) -> tuple[list[FitFile], list[str]]:
    """Look at everything; return what can be stored, and a line per row that cannot."""
    reading = read_manifest(manifest)
    looked = _look([*reading.records, *reading.unfit], bar)
    names = _names(manifest, looked)
    faults = _Faults(names)
    for fault in reading.faults:
        faults.add_from_manifest(fault)
    for each in looked:
        for problem in each.problems:
            faults.add(each.record.row, problem)
    good = _fit(looked, {record.row for record in reading.records}, names)
    if study is not None:
        told = clashes(study, good)
        good = [each for each in good if each.record.row not in told]
        for row, text in told.items():
            faults.add(row, text)
    good = _with_control(good)
    if skip_bad:
        _tell_left_out(looked, good, faults)
    return good, faults.lines()


def _refusal(manifest: Path, lines: Sequence[str], *, storable: int = 0) -> FaultsError:
    found = counted(len(lines), "fault") if lines else "no usable row"
    summary = f"{manifest}: {found}, nothing was stored"
    return FaultsError(summary, lines, storable=storable)


def _look(records: Sequence[ClipRecord], bar: Progress) -> list[_Looked]:
    """Decode every file, several at a time; the order is the manifest's."""
    records = sorted(records, key=lambda record: record.row)
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
        before = _signature(record.path)
        facts = inspect(record.path)
        changed = _signature(record.path) != before
    except (MediaError, OSError) as error:
        text = str(error).removeprefix(f"{record.path.name}: ")
        return _Looked(record, None, (text,), ())
    if changed:
        text = "it changed while it was read; try again when it is complete"
        return _Looked(record, None, (text,), ())
    verdict = judge(facts, role="real" if record.is_real else "generated")
    return _Looked(record, facts, verdict.problems, (*verdict.warnings, *record.flags))


def _signature(path: Path) -> tuple[int, int, int]:
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _names(manifest: Path, looked: Iterable[_Looked]) -> dict[int, str]:
    """What each row's file is called, seen from the manifest."""
    folder = manifest.parent.resolve()
    names = {}
    for each in looked:
        path = each.record.path
        inside = path.is_relative_to(folder)
        shown = path.relative_to(folder).as_posix() if inside else path.name
        names[each.record.row] = one_line(shown)
    return names


def _fit(
    looked: Iterable[_Looked], usable: set[int], names: dict[int, str]
) -> list[FitFile]:
    return [
        FitFile(each.record, names[each.record.row], each.facts, each.warnings)
        for each in looked
        if each.record.row in usable and each.facts is not None and not each.problems
    ]


def _with_control(good: Sequence[FitFile]) -> list[FitFile]:
    """Drop clips whose real sound is not among the good files."""
    controlled = {each.record.clip for each in good if each.record.is_real}
    return [each for each in good if each.record.clip in controlled]


def _tell_left_out(
    looked: Iterable[_Looked], good: Iterable[FitFile], faults: _Faults
) -> None:
    taken = {each.record.row for each in good}
    for each in looked:
        row = each.record.row
        if row not in taken and row not in faults.rows:
            faults.add(
                row,
                f"left out with its clip {each.record.clip}, "
                "whose real sound cannot be used",
            )


def _take_in(
    manifest: Path, study: Study, title: str, good: Sequence[FitFile]
) -> tuple[Study, int]:
    """Keep the files, then write the rows; where that fails, keep no new file."""
    sweep()
    fresh: list[str] = []
    try:
        for each in good:
            if not default_storage.exists(each.source_file):
                fresh.append(each.source_file)
                _keep_source(manifest, each)
        return store(study, title, good)
    except BaseException:
        drop_unused_sources(fresh)
        raise


def _keep_source(manifest: Path, each: FitFile) -> None:
    try:
        keep(each.source_file, each.record.path, sha256=each.facts.sha256)
    except OSError as error:
        raise _refusal(manifest, [each.line(f"cannot be kept: {error}")]) from error
    except StudyError:
        text = "it changed while it was read; try again when it is complete"
        raise _refusal(manifest, [each.line(text)]) from None
