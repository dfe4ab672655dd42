"""Reading a table of pairs from a CSV file, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.pairs.frame import (
    ALIASES,
    PAIR_COLUMNS,
    PAIR_IDS,
    QUESTION,
    code_pairs,
    find_pair_faults,
    find_pair_names,
    find_pair_repeats,
)
from analysis.votes.frame import Column, blank_codes, raise_faults
from analysis.votes.reading import (
    GZIP_MAGIC,
    Table,
    categorical,
    check_header,
    check_twice,
    csv_reader,
    read_text,
)

if TYPE_CHECKING:
    from _csv import Reader
    from collections.abc import Iterable


def read_pairs(path: Path | str) -> pd.DataFrame:
    """Return the pairs of a CSV file (UTF-8, with a header; gzipped or not).

    Columns: item_id (one pair of clips), category, source_video, worker_id, left and
    right (the methods shown; ``first`` and ``second`` where one came after the other)
    and chosen (left, right, first, second, or the method chosen); ``question`` where
    several were asked. The frame has these columns first, chosen as left or right, and
    every further column of the file as it is. Raises VotesError naming the file and,
    line by line, every fault it holds (20 at most, then how many more).
    """
    path = Path(path)
    return parse_pairs(str(path), read_text(path))


def parse_pairs(source: str, text: str) -> pd.DataFrame:
    """Return the pairs of a CSV text as `read_pairs` does; ``source`` names it."""
    with csv_reader(source, text) as reader:
        return _parse(source, reader)


def names_pairs(header: Iterable[str]) -> bool:
    """Return whether a header is of a table of pairs, not of votes."""
    names = {ALIASES.get(name.strip(), name.strip()) for name in header}
    return {"left", "right", "chosen"} <= names


def holds_pairs(path: Path) -> bool:
    """Return whether a file is a table of pairs, by its header alone, gzipped or not.

    What cannot be read is none: the reader of votes says what is wrong with it.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        opened = gzip.open if packed else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
            return names_pairs(next(csv.reader(lines), []))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error):
        return False


def _parse(source: str, reader: Reader) -> pd.DataFrame:
    header = [ALIASES.get(name.strip(), name.strip()) for name in next(reader, [])]
    check_twice(source, header)
    check_header(source, header, PAIR_COLUMNS)
    table = Table(len(header))
    for row in reader:
        if row:
            table.add(row, reader.line_num)
    table.flush()
    columns = {name: table.column(index) for index, name in enumerate(header)}
    told = [*PAIR_COLUMNS, *([QUESTION] if QUESTION in columns else [])]
    blanked = {name: _blanked(columns[name]) for name in told}
    ids = {name: blanked[name] for name in PAIR_IDS}
    pairs = code_pairs(ids, blanked["chosen"], blanked.get(QUESTION))
    raise_faults(
        source,
        [
            *find_pair_faults(pairs, blanked["chosen"]),
            find_pair_repeats(pairs),
            *find_pair_names(pairs),
        ],
        ("line", table.lines.__getitem__),
        extra=table.faults,
    )
    order = [*told, *(name for name in columns if name not in told)]
    data: dict[str, object] = {name: categorical(columns[name]) for name in order}
    sides = pd.Index(["left", "right"], dtype="str")
    data["chosen"] = pd.Categorical.from_codes(
        pairs.chosen.astype(np.int8), categories=sides
    )
    return pd.DataFrame(data, columns=order)


def _blanked(column: Column) -> Column:
    return blank_codes(column.codes, column.levels)
