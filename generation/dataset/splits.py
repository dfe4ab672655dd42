"""Divide clips into those to train on and those to test on.

`last` takes the last clips of a category as the test part (what Regnet and SpecVQGAN
do), `random` draws them, `group` draws whole recordings: VEGAS cuts one recording into
several clips, and drawn one by one its pieces land on both sides.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from zlib import crc32

import numpy as np

from generation.dataset.record import DatasetError, Record
from generation.files import write_text

SplitKind = Literal["last", "random", "group", "official"]
TEST_CLIPS = 128
"""Test clips per category, as in the paper."""


@dataclass(frozen=True, slots=True)
class Split:
    """The two parts, each sorted; `notes` say where a part is not as large as asked.

    `leaks` are recordings with clips on both sides: never any for kind `group`.
    """

    kind: SplitKind
    seed: int
    train: tuple[str, ...]
    test: tuple[str, ...]
    leaks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash of both parts: equal for equal parts, however they came about."""
        parts = {"train": self.train, "test": self.test}
        text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def part(self, clip: str) -> Literal["train", "test"]:
        """Return on which side a clip is. Raises KeyError for an unknown one."""
        if clip in self.test:
            return "test"
        if clip in self.train:
            return "train"
        raise KeyError(clip)


def make_split(
    records: Iterable[Record],
    kind: SplitKind,
    *,
    count: int | Mapping[str, int] = TEST_CLIPS,
    seed: int = 0,
    min_clips: int = 1,
) -> Split:
    """Divide `records`, `count` test clips per category (or by category).

    The order of the records does not matter. Categories of fewer than `min_clips` are
    left out, and an only clip is one to train on; notes tell of both. Raises
    DatasetError for other categories that would keep no clip to train on, where none
    has a clip to test, and for `group` where a recording is not known.
    """
    if kind not in get_args(SplitKind) or kind == "official":
        raise DatasetError(f"split {kind!r}: known are last, random and group")
    known, told = _large_enough(
        sorted(records, key=lambda r: (r.category, r.clip)), min_clips
    )
    wanted = _wanted(known, count)
    told += [
        f"{category}: its only clip is one to train on; none is left to test, so that "
        "only a net of several categories learns from it"
        for category, number in wanted.items()
        if not number
    ]
    if kind == "group":
        chosen, notes = _by_group(known, wanted, seed)
    else:
        chosen, notes = _by_clip(known, wanted, seed if kind == "random" else None), []
    return _split(kind, seed, known, chosen, [*told, *notes])


def official_split(records: Iterable[Record], test: Iterable[str]) -> Split:
    """Divide `records` as the data set's own list of test clips does.

    Raises DatasetError when no clip of the list is there, or all of them are.
    """
    known = sorted(records, key=lambda r: (r.category, r.clip))
    listed = frozenset(test)
    present = {record.clip for record in known}
    if not listed & present or present <= listed:
        raise DatasetError("the official list leaves one part empty; check its names")
    absent = len(listed - present)
    notes = [f"{absent} clips of the official list are not there"] if absent else []
    return _split("official", 0, known, listed & present, notes)


def write_split(split: Split, path: Path) -> str:
    """Write `split` to `path` as JSON; return its sha256. Raises StorageError."""
    document = {
        "kind": split.kind,
        "seed": split.seed,
        "sha256": split.sha256,
        "notes": split.notes,
        "leaks": split.leaks,
        "train": split.train,
        "test": split.test,
    }
    write_text(path, json.dumps(document, indent=1) + "\n")
    return split.sha256


def read_split(path: Path) -> Split:
    """Read a split. Raises DatasetError when the file is unfit or was changed."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        split = Split(
            document["kind"],
            int(document["seed"]),
            tuple(document["train"]),
            tuple(document["test"]),
            tuple(document.get("leaks", ())),
            tuple(document.get("notes", ())),
        )
        stored = document["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"{path}: no split in it ({error}); make it anew") from error
    if split.sha256 != stored:
        raise DatasetError(f"{path}: changed since it was made; make it anew")
    return split


def _large_enough(
    known: Sequence[Record], least: int
) -> tuple[list[Record], list[str]]:
    """The clips of categories that have `least`, and what to tell of the others."""
    clips = Counter(record.category for record in known)
    kept = [record for record in known if clips[record.category] >= least]
    if known and not kept:
        raise DatasetError(f"no category has {least} clips: ask for fewer")
    notes = [
        f"{category}: left out, it has {there} clip{'s' if there > 1 else ''} of the "
        f"{least} asked for"
        for category, there in clips.items()
        if there < least
    ]
    return kept, notes


def _wanted(known: Sequence[Record], count: int | Mapping[str, int]) -> dict[str, int]:
    """How many test clips of each category: none where it has one clip alone."""
    clips = Counter(record.category for record in known)
    if not clips:
        raise DatasetError("no clip to divide; read a data set first")
    wanted = {}
    for category, there in clips.items():
        asked = count if isinstance(count, int) else count.get(category)
        if asked is None:
            raise DatasetError(f"{category}: no number of test clips given for it")
        if asked < 1:
            raise DatasetError(f"{category}: {asked} test clips; give 1 or more")
        wanted[category] = asked if there > 1 else 0
    if not any(wanted.values()):
        raise DatasetError("no category has two clips: none is left to test; add some")
    _require_rest(clips, wanted)
    return wanted


def _require_rest(clips: Mapping[str, int], wanted: Mapping[str, int]) -> None:
    """Raise DatasetError naming the categories that would keep no training clip."""
    small = {name: n for name, n in clips.items() if n <= wanted[name]}
    if not small:
        return
    told = [
        f"{name}: {wanted[name]} test clips of {there} leave none to train on"
        for name, there in small.items()
    ]
    most, least = min(small.values()) - 1, max(wanted[name] for name in small) + 1
    raise DatasetError(
        f"{'; '.join(told)}; give at most {most} test clips (--test), or leave small "
        f"categories out (--min-clips {least})"
    )


def _by_clip(
    known: Sequence[Record], wanted: Mapping[str, int], seed: int | None
) -> set[str]:
    """The test clips; without a seed the last of each category."""
    chosen: set[str] = set()
    for category, count in wanted.items():
        clips = [record.clip for record in known if record.category == category]
        if seed is not None:
            rng = np.random.default_rng([seed, crc32(category.encode())])
            clips = [clips[i] for i in rng.permutation(len(clips))]
        chosen.update(clips[len(clips) - count :])
    return chosen


def _by_group(
    known: Sequence[Record], wanted: Mapping[str, int], seed: int
) -> tuple[set[str], list[str]]:
    """Whole recordings in a drawn order, each taken where it fits all its categories.

    A recording that serves two categories goes to one side in both.
    """
    groups: dict[str, list[Record]] = {}
    for record in known:
        if record.group is None:
            raise DatasetError(
                f"{record.clip}: its recording is not known (video_info.csv missing?); "
                "use the split `last` or `random`"
            )
        groups.setdefault(record.group, []).append(record)
    names = sorted(groups)
    rng = np.random.default_rng([seed, crc32(b"group")])
    left = dict(wanted)
    chosen: set[str] = set()
    for number in rng.permutation(len(names)):
        members = groups[names[number]]
        needed = Counter(record.category for record in members)
        if all(left[category] >= clips for category, clips in needed.items()):
            chosen.update(record.clip for record in members)
            left = {c: n - needed.get(c, 0) for c, n in left.items()}
    notes = [
        f"{category}: {wanted[category] - missing} test clips, {missing} fewer than "
        "asked for: no recording of that size is left"
        for category, missing in sorted(left.items())
        if missing
    ]
    return chosen, notes


def _split(
    kind: SplitKind,
    seed: int,
    known: Sequence[Record],
    chosen: Iterable[str],
    notes: Sequence[str],
) -> Split:
    test = set(chosen)
    sides: dict[str, set[bool]] = {}
    for record in known:
        if record.group is not None:
            sides.setdefault(record.group, set()).add(record.clip in test)
    return Split(
        kind,
        seed,
        train=tuple(sorted(r.clip for r in known if r.clip not in test)),
        test=tuple(sorted(test)),
        leaks=tuple(sorted(group for group, both in sides.items() if len(both) > 1)),
        notes=tuple(notes),
    )
