"""One source clip of a data set, before anything is decoded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from generation.manifest import bad_name

VIDEO_SUFFIXES = (".mp4", ".mkv", ".webm", ".mov", ".avi", ".m4v")


class DatasetError(ValueError):
    """A data set that cannot be used as it lies there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Record:
    """A clip: its picture's file, and where its sound is when that lies elsewhere.

    `clip` is unique in the data set. `group` names the recording it was cut from; two
    clips of one group share a source (None: unknown). `start` is where it begins in
    its file, in seconds. `is_demo` says that it was made to try with.
    """

    clip: str
    category: str
    path: Path
    sound: Path | None = None
    group: str | None = None
    start: float = 0.0
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What lies in a folder: records sorted by category and clip, and remarks on them.

    `official` is the data set's own division where it ships one: the clips of its test
    part. `test_counts` are the sizes of the test part that others use, by category.
    """

    name: str
    records: tuple[Record, ...]
    warnings: tuple[str, ...] = ()
    official: frozenset[str] | None = None
    test_counts: tuple[tuple[str, int], ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Clips per category."""
        return dict(sorted(Counter(r.category for r in self.records).items()))


def reading(
    name: str,
    records: Iterable[Record],
    warnings: Sequence[str] = (),
    *,
    official: frozenset[str] | None = None,
    test_counts: Sequence[tuple[str, int]] = (),
) -> Reading:
    """Sort `records` and see that they can be told apart.

    Raises DatasetError when there is none, two of them share a name, or one has a name
    that no manifest takes.
    """
    ordered = tuple(sorted(records, key=lambda r: (r.category, r.clip)))
    if not ordered:
        raise DatasetError(f"{name}: no clip found; check the folder's layout")
    twice = [c for c, n in Counter(r.clip for r in ordered).items() if n > 1]
    if twice:
        raise DatasetError(f"{name}: two clips are named {twice[0]!r}; rename one")
    for each in sorted({n for r in ordered for n in (r.clip, r.category)}):
        # found out later it would spoil what a long training made
        if told := bad_name(each):
            raise DatasetError(f"{name}: the name {each[:60]!r}: {told}")
    return Reading(name, ordered, tuple(warnings), official, tuple(test_counts))
