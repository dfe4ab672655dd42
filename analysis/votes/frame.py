"""The schema of the votes frame and the search for its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

IDS = ("item_id", "category", "method", "source_video", "worker_id")
COLUMNS = (*IDS, "vote")
SHOWN = 20
ONE_CLIP = "an item is one clip of one method in one category"

Ints = npt.NDArray[np.int64]


class VotesError(ValueError):
    """A table of votes that cannot be analysed; the message lists its faults.

    ``source`` names the file or frame, ``faults`` the first 20 faults in words,
    ``total`` how many there are.
    """

    def __init__(
        self, source: str, faults: Sequence[str], *, total: int | None = None
    ) -> None:
        self.source = source
        self.faults = tuple(faults)
        self.total = len(self.faults) if total is None else total
        super().__init__(self._message())

    def _message(self) -> str:
        if self.total == 1:
            return f"{self.source}: {self.faults[0]}"
        lines = [f"{self.source}: {self.total} faults in the votes"]
        lines += [f"  {fault}" for fault in self.faults]
        if self.total > len(self.faults):
            lines.append(f"  and {self.total - len(self.faults)} more")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as integer codes: ``levels[codes[row]]``, code -1 where it is empty.

    Levels stand in the order of their first appearance.
    """

    codes: Ints
    levels: tuple[str, ...]

    def name(self, row: int) -> str:
        """Return the value of one row ('' where it is empty)."""
        code = int(self.codes[row])
        return self.levels[code] if code >= 0 else ""


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows that share one kind of fault, and the words for each."""

    rows: Ints
    tell: Callable[[int], str]


def code_column(values: pd.Series) -> Column:
    """Return a column as integer codes; missing and blank values become -1."""
    if isinstance(values.dtype, pd.StringDtype):
        # the hash table of plain objects is a third faster
        codes, objects = pd.factorize(values.to_numpy(dtype=object))
        levels = [str(level) for level in objects]
    else:
        codes, uniques = pd.factorize(values)
        levels = [str(level) for level in uniques]
    return blank_codes(codes.astype(np.int64), levels)


def blank_codes(codes: Ints, levels: Sequence[str]) -> Column:
    """Return the column with the codes of blank levels turned into -1."""
    blank = np.array([not level.strip() for level in levels], dtype=bool)
    if blank.any():
        codes = np.where((codes >= 0) & blank[codes], -1, codes)
    return Column(codes, tuple(levels))


def code_votes(values: pd.Series) -> Ints:
    """Return votes as 0 and 1, and -1 for everything that is neither."""
    codes, uniques = pd.factorize(values)
    meaning = np.array([*(_vote(level) for level in uniques), -1], dtype=np.int64)
    votes: Ints = meaning[codes]
    return votes


def _vote(value: object) -> int:
    if isinstance(value, str):
        return {"0": 0, "1": 1}.get(value.strip(), -1)
    return int(value == 1) if value in (0, 1) else -1


def first_rows(codes: Ints, levels: int) -> Ints:
    """Return for each code the first row that has it."""
    first = np.full(levels, -1, dtype=np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    first[codes[known]] = known
    return first


def find_faults(
    ids: Mapping[str, Column], votes: Ints, vote_text: Callable[[int], str]
) -> list[Findings]:
    """Return empty ids, votes that are not 0 or 1 and items that contradict themselves.

    ``vote_text`` gives the vote of a row as it was written.
    """
    return [
        *(find_empties(column, name) for name, column in ids.items()),
        Findings(
            np.flatnonzero(votes < 0),
            lambda row: (
                f"vote is {vote_text(row)!r}: write 1 (judged real) or 0 (judged fake)"
            ),
        ),
        *(
            find_contradictions(ids["item_id"], ids[name], name)
            for name in ("category", "method", "source_video")
        ),
    ]


def find_empties(column: Column, name: str) -> Findings:
    """Return the rows in which a column is empty."""
    words = f"{name} is empty: every vote needs its {name}"
    return Findings(np.flatnonzero(column.codes < 0), lambda _: words)


def find_contradictions(
    item: Column, other: Column, name: str, *, rule: str = ONE_CLIP
) -> Findings:
    """Return the rows whose item has another value of `other` in its first row.

    ``rule`` says what an item is.
    """
    first = first_rows(item.codes, len(item.levels))
    origin = np.where(item.codes >= 0, first[item.codes], 0) if len(first) else first
    differs = other.codes != other.codes[origin] if len(origin) else np.zeros(0, bool)
    complete = (item.codes >= 0) & (other.codes >= 0)

    def tell(row: int) -> str:
        return (
            f"item_id {item.name(row)!r} has {name} {other.name(row)!r}, but "
            f"{other.name(int(origin[row]))!r} before: {rule}"
        )

    return Findings(np.flatnonzero(complete & differs), tell)


def repeated_rows(item: Column, worker: Column) -> Ints:
    """Return the rows in which a rater judges an item for the second time or more."""
    pairs = item.codes * max(1, len(worker.levels)) + worker.codes
    complete = np.flatnonzero((item.codes >= 0) & (worker.codes >= 0))
    ordered = np.sort(pairs[complete])
    if not (ordered[1:] == ordered[:-1]).any():
        return np.zeros(0, np.int64)
    again = pd.Series(pairs[complete]).duplicated().to_numpy()
    rows: Ints = complete[again]
    return rows


def find_repeats(item: Column, worker: Column) -> Findings:
    """Return the votes in which a rater judges an item again."""
    return Findings(
        repeated_rows(item, worker),
        lambda row: (
            f"rater {worker.name(row)!r} has judged item_id {item.name(row)!r} "
            "before: keep one of the votes"
        ),
    )


def raise_faults(
    source: str,
    findings: Iterable[Findings],
    place: tuple[str, Callable[[int], int]],
    *,
    extra: Sequence[tuple[int, str]] = (),
) -> None:
    """Raise one VotesError with all the findings in the order of their places.

    ``place`` is the word for a place and the number of a row's; ``extra`` holds faults
    found before (number, words). Nothing found, nothing raised.
    """
    word, number = place
    total = len(extra)
    told = list(extra)
    for finding in findings:
        total += len(finding.rows)
        told += [(number(int(r)), finding.tell(int(r))) for r in finding.rows[:SHOWN]]
    if total:
        told.sort(key=lambda fault: fault[0])
        faults = [f"{word} {where}: {words}" for where, words in told[:SHOWN]]
        raise VotesError(source, faults, total=total)


def missing_columns(names: Iterable[str], needed: Sequence[str] = COLUMNS) -> list[str]:
    """Return the needed columns that are not among the names."""
    present = set(names)
    return [column for column in needed if column not in present]


def code_frame(
    frame: pd.DataFrame, *, source: str = "votes"
) -> tuple[dict[str, Column], Ints]:
    """Return the coded id columns and votes of a frame, free of contradictions.

    Raises VotesError for missing columns, empty ids, votes other than 0 and 1 and
    items with two categories, methods or source videos. A frame without rows needs
    no columns.
    """
    if frame.empty:
        none = Column(np.zeros(0, np.int64), ())
        return dict.fromkeys(IDS, none), np.zeros(0, np.int64)
    missing = missing_columns(str(name) for name in frame.columns)
    if missing:
        message = f"has no column {', '.join(missing)}; needed: {', '.join(COLUMNS)}"
        raise VotesError(source, [message])
    ids = {name: code_column(frame[name]) for name in IDS}
    votes = code_votes(frame["vote"])
    written = frame["vote"]
    raise_faults(
        source,
        find_faults(ids, votes, lambda row: str(written.iloc[row])),
        ("row", int),
    )
    return ids, votes


def check_votes(frame: pd.DataFrame, *, source: str = "votes") -> pd.DataFrame:
    """Return the frame unchanged when it is a faultless votes frame.

    Columns: item_id (one clip as shown), category, method (the system), source_video,
    worker_id, vote (1 judged real, 0 judged fake); others are left alone. Raises one
    VotesError that lists every fault, a rater's second vote on an item among them;
    rows are counted from 0.
    """
    ids, _ = code_frame(frame, source=source)
    repeats = find_repeats(ids["item_id"], ids["worker_id"])
    raise_faults(source, [repeats], ("row", int))
    return frame
