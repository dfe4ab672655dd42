"""Reading a table of votes from a CSV file, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from array import array
from contextlib import contextmanager
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
    from collections.abc import Iterator, Sequence

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
    return parse_votes(str(path), read_text(path))


def parse_votes(source: str, text: str) -> pd.DataFrame:
    """Return the votes of a CSV text as `read_votes` does; ``source`` names it."""
    with csv_reader(source, text) as reader:
        return _parse(source, reader)


@contextmanager
def csv_reader(source: str, text: str) -> Iterator[Reader]:
    """Give a reader of the rows of a text; what is not CSV becomes a VotesError."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield reader
    except csv.Error as error:
        message = f"line {reader.line_num}: is not CSV: {error}"
        raise VotesError(source, [message]) from error


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without BOM, gzipped or not.

    Raises VotesError naming the file, and the line of a byte that is not UTF-8.
    """
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
    check_twice(source, header)
    check_header(source, header)
    table = Table(len(header))
    for row in reader:
        if row:
            table.add(row, reader.line_num)
    return table_frame(source, header, table)


def table_frame(source: str, header: Sequence[str], table: Table) -> pd.DataFrame:
    """Return the frame of a table whose header holds the required columns.

    Raises VotesError with the faults of `source`, line by line.
    """
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


def check_twice(source: str, header: Sequence[str]) -> None:
    """Raise VotesError where two columns have one name."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise VotesError(source, [f"line 1: column {', '.join(twice)} stands twice"])


def check_header(
    source: str, header: Sequence[str], needed: Sequence[str] = COLUMNS
) -> None:
    """Raise VotesError where a header lacks columns, or is none."""
    wanted = ", ".join(needed)
    if not header:
        raise VotesError(source, [f"is empty; needed columns: {wanted}"])
    missing = missing_columns(header, needed)
    if missing:
        found = ", ".join(header)
        hint = "; separate the columns by commas" if len(header) == 1 else ""
        message = (
            f"line 1: no column {', '.join(missing)}; needed: {wanted}; "
            f"found: {found[:200]}{hint}"
        )
        raise VotesError(source, [message])


class Table:
    """Rows coded column by column while they are read, so that 10^6 of them fit."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines = array("l")
        self.faults: list[tuple[int, str]] = []
        self._rows: list[list[str]] = []
        self._codes = [array("l") for _ in range(width)]
        self._levels: list[dict[str, int]] = [{} for _ in range(width)]

    def add(self, row: list[str], line: int) -> None:
        """Take in a row that ends at a line of the file."""
        if len(row) != self.width:
            words = f"{len(row)} values where the header has {self.width} columns"
            self.faults.append((line, words))
            return
        self._rows.append(row)
        self.lines.append(line)
        if len(self._rows) == CHUNK:
            self.flush()

    def flush(self) -> None:
        """Code the rows that are held."""
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
        name: categorical(columns[name]) for name in order if name != "vote"
    }
    data["vote"] = votes.astype(np.int8)
    return pd.DataFrame(data, columns=order)


def categorical(column: Column) -> pd.Categorical:
    """Return a column as a categorical whose levels keep their order."""
    levels = pd.Index(column.levels, dtype="str")
    return pd.Categorical.from_codes(column.codes, categories=levels)
