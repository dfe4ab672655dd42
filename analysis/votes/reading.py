"""Reading a table of votes from a CSV file, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from array import array
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.votes.frame import (
    COLUMNS,
    IDS,
    Column,
    Ints,
    VotesError,
    blank_codes,
    find_faults,
    find_repeats,
    missing_columns,
    raise_faults,
)
from analysis.votes.names import lookalikes

if TYPE_CHECKING:
    from _csv import Reader

CHUNK = 8192
GZIP_MAGIC = b"\x1f\x8b"


def read_votes(path: Path | str) -> pd.DataFrame:
    """Return the votes of a CSV file (UTF-8, with a header; gzipped or not).

    The frame has the required columns first (ids as categoricals in the order of
    first appearance, ``vote`` as 0 and 1) and every further column of the file as it
    is. Space around values is dropped. Raises VotesError naming the file and, line by
    line, every fault it holds (20 at most, then how many more).
    """
    path = Path(path)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        return _parse(str(path), reader)
    except csv.Error as error:
        message = f"line {reader.line_num}: is not CSV: {error}"
        raise VotesError(str(path), [message]) from error


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(GZIP_MAGIC):
            raw = gzip.decompress(raw)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        message = f"is a damaged gzip file ({error}): copy it again"
        raise VotesError(str(path), [message]) from error
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise VotesError(str(path), [message]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = (
            f"line {line}: byte {raw[error.start]:#04x} is not UTF-8: "
            "save the file as CSV in UTF-8"
        )
        raise VotesError(str(path), [message]) from error


def _parse(source: str, reader: Reader) -> pd.DataFrame:
    header = [name.strip() for name in next(reader, [])]
    _check_header(source, header)
    table = _Table(len(header))
    for row in reader:
        if row:
            table.add(row, reader.line_num)
    table.flush()
    columns = {name: table.column(index) for index, name in enumerate(header)}
    ids = {name: blank_codes(columns[name].codes, columns[name].levels) for name in IDS}
    written = columns["vote"]
    meaning = np.array([{"0": 0, "1": 1}.get(v, -1) for v in written.levels] + [-1])
    votes: Ints = meaning[written.codes]
    raise_faults(
        source,
        [
            *find_faults(ids, votes, written.name),
            find_repeats(ids["item_id"], ids["worker_id"]),
            *(lookalikes(ids[name], name) for name in ("category", "method")),
        ],
        ("line", table.lines.__getitem__),
        extra=table.faults,
    )
    return _frame(columns, votes)


def _check_header(source: str, header: list[str]) -> None:
    if not header:
        raise VotesError(source, [f"is empty; needed columns: {', '.join(COLUMNS)}"])
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise VotesError(source, [f"line 1: column {', '.join(twice)} stands twice"])
    missing = missing_columns(header)
    if missing:
        found = ", ".join(header)
        hint = "; separate the columns by commas" if len(header) == 1 else ""
        message = (
            f"line 1: no column {', '.join(missing)}; needed: {', '.join(COLUMNS)}; "
            f"found: {found[:200]}{hint}"
        )
        raise VotesError(source, [message])


class _Table:
    """Rows coded column by column while they are read, so that 10^6 of them fit."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines = array("l")
        self.faults: list[tuple[int, str]] = []
        self._rows: list[list[str]] = []
        self._codes = [array("l") for _ in range(width)]
        self._levels: list[dict[str, int]] = [{} for _ in range(width)]

    def add(self, row: list[str], line: int) -> None:
        if len(row) != self.width:
            words = f"{len(row)} values where the header has {self.width} columns"
            self.faults.append((line, words))
            return
        self._rows.append(row)
        self.lines.append(line)
        if len(self._rows) == CHUNK:
            self.flush()

    def flush(self) -> None:
        for index, values in enumerate(zip(*self._rows, strict=True)):
            levels = self._levels[index]
            self._codes[index].extend(
                [levels.setdefault(value, len(levels)) for value in values]
            )
        self._rows.clear()

    def column(self, index: int) -> Column:
        """Return a column with the space around its values dropped."""
        levels: dict[str, int] = {}
        recode = [
            levels.setdefault(level.strip(), len(levels))
            for level in self._levels[index]
        ]
        codes = np.array(self._codes[index], dtype=np.int64)
        return Column(np.array(recode, dtype=np.int64)[codes], tuple(levels))


def _frame(columns: dict[str, Column], votes: Ints) -> pd.DataFrame:
    order = [*COLUMNS, *(name for name in columns if name not in COLUMNS)]
    data: dict[str, object] = {
        name: pd.Categorical.from_codes(
            columns[name].codes, categories=pd.Index(columns[name].levels, dtype="str")
        )
        for name in order
        if name != "vote"
    }
    data["vote"] = votes.astype(np.int8)
    return pd.DataFrame(data, columns=order)
