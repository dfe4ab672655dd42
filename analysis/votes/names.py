"""Names that a reader cannot tell apart."""

from __future__ import annotations

import unicodedata

import numpy as np

from analysis.votes.frame import Column, Findings, first_rows


def lookalikes(column: Column, name: str) -> Findings:
    """Return the first row of each name that looks like an earlier one.

    Two spellings of one name ('é' as one character or as two; a no-break space) would
    otherwise become two rows of the table that look the same.
    """
    seen: dict[str, str] = {}
    twin: dict[int, str] = {}
    first = first_rows(column.codes, len(column.levels))
    for code, level in enumerate(column.levels):
        if first[code] < 0:
            continue
        looks = " ".join(unicodedata.normalize("NFC", level).split())
        if looks in seen:
            twin[int(first[code])] = seen[looks]
        else:
            seen[looks] = level
    return Findings(
        np.array(sorted(twin), dtype=np.int64),
        lambda row: (
            f"{name} {column.name(row)!r} looks like {twin[row]!a} but is "
            f"written {column.name(row)!a}: write it one way"
        ),
    )
