"""Prepare a data set: decode every clip once, into arrays that training maps.

Each clip is one run of ffmpeg, so threads keep all cores busy. What is done stays
done: a run that was broken off, by kill -9 too, is taken up by starting it again.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from generation.dataset.decode import DecodeJob, decode_clip, sound_path, tokens_path
from generation.dataset.index import (
    ClipFacts,
    Index,
    PreparedClip,
    write_array,
    write_index,
)
from generation.dataset.record import DatasetError, Reading, Record
from generation.dataset.splits import Split, write_split
from generation.files import StorageError, make_folder, remove_drafts
from generation.media import MediaError, ToolMissingError
from generation.quantize import GainPolicy, category_gain, encode, level

SIDE = 64
"""Shorter side of the stored pictures, in px: enough for the nets trained here."""

FOLDERS = ("tokens", "pictures", "facts", "sounds")
Progress = Callable[[Iterator[str], int], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A clip that could not be used, and why."""

    clip: str
    reason: str

    def __str__(self) -> str:
        return f"{self.clip}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What came of it: the clips there, how many were there before, the failures."""

    index: Index
    kept: int
    failures: tuple[Failure, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        """Clips that are digital silence: there is nothing in them to learn from."""
        return tuple(c.clip for c in self.index.clips if c.facts.peak == 0)


def prepare(  # noqa: PLR0913 - the options of one command, all named
    data: Reading,
    split: Split,
    out: Path,
    *,
    gain: GainPolicy = "peak",
    side: int = SIDE,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Preparation:
    """Decode the clips of `data` that `split` names into `out`, with an index.

    A clip that fails is reported and left out; the others go on. `workers` clips are
    decoded at once (None: one per core); `progress` wraps the clips' names as they
    finish, given their number. Raises DatasetError when `split` names a clip that
    `data` lacks, and when no clip of a part is left; StorageError when `out` cannot be
    written.
    """
    parts = dict.fromkeys(split.train, "train") | dict.fromkeys(split.test, "test")
    records = [record for record in data.records if record.clip in parts]
    if len(records) != len(parts):
        absent = sorted(set(parts) - {record.clip for record in records})
        raise DatasetError(f"{absent[0]}: in the split but not in {data.name}")
    make_folder(out)
    remove_drafts([out, *(out / name for name in FOLDERS)])
    facts, kept, failures = _decode_all(
        [DecodeJob(record, out, gain, side) for record in records], workers, progress
    )
    if gain == "category":
        facts = _with_category_gains(out, facts, frozenset(split.train))
    clips = tuple(
        PreparedClip(f, "test" if parts[f.clip] == "test" else "train")
        for f in sorted(facts, key=lambda f: (f.category, f.clip))
    )
    for part in ("train", "test"):
        if not any(clip.part == part for clip in clips):
            told = f"; {failures[0]}" if failures else ""
            raise DatasetError(f"no {part} clip could be decoded{told}")
    index = Index(
        name=data.name,
        gain=gain,
        side=side,
        split_kind=split.kind,
        split_seed=split.seed,
        split_sha256=split.sha256,
        clips=clips,
        missing=tuple(failure.clip for failure in failures),
    )
    write_split(split, out / "split.json")
    write_index(out, index)
    return Preparation(index, kept, failures)


def _decode_all(
    jobs: Sequence[DecodeJob], workers: int | None, progress: Progress | None
) -> tuple[list[ClipFacts], int, tuple[Failure, ...]]:
    facts: list[ClipFacts] = []
    failures: list[Failure] = []
    kept = 0
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        running = {pool.submit(decode_clip, job): job.record for job in jobs}
        names = _finished(running)
        try:
            for _ in progress(names, len(jobs)) if progress else names:
                pass
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    for future, record in running.items():
        try:
            one, was_there = future.result()
        except (MediaError, ValueError, OSError) as error:
            failures.append(Failure(record.clip, str(error)))
        else:
            facts.append(one)
            kept += was_there
    return facts, kept, tuple(sorted(failures, key=lambda f: f.clip))


def _finished(
    running: dict[Future[tuple[ClipFacts, bool]], Record],
) -> Iterator[str]:
    for future in as_completed(running):
        # no fault of a clip, and to go on would only lose the others too
        if isinstance(error := future.exception(), StorageError | ToolMissingError):
            raise error
        yield running[future].clip


def _with_category_gains(
    out: Path, facts: Sequence[ClipFacts], train: frozenset[str]
) -> list[ClipFacts]:
    """Encode every sound with its category's gain, which only training clips set."""
    peaks: dict[str, list[float]] = {}
    for one in facts:
        if one.clip in train:
            peaks.setdefault(one.category, []).append(one.peak)
    gains = {category: category_gain(found) for category, found in peaks.items()}
    leveled = []
    for one in facts:
        if one.category not in gains:
            raise DatasetError(f"{one.category}: no training clip sets its gain")
        gain = gains[one.category]
        sound = np.load(sound_path(out, one.key), mmap_mode="r", allow_pickle=False)
        tokens = encode(level(sound, "category", gain=gain).sound)
        digest = write_array(tokens_path(out, one.key), tokens)
        leveled.append(replace(one, gain=gain, tokens_sha256=digest))
    return leveled
