"""Small votes frames for the tests, and where the shared data would be."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.votes import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
TABLE2 = ROOT / "tests" / "reference" / "table2.csv"

# category, method, video, rater, vote
Row = tuple[str, str, str, str, int]


def shared(name: str) -> Path:
    """Return a file of the shared data, or skip the test and say so."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path


def frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Return a votes frame; an item is a video under a method."""
    return pd.DataFrame(
        [
            (f"{video}/{method}", category, method, video, rater, vote)
            for category, method, video, rater, vote in rows
        ],
        columns=list(COLUMNS),
    )


def cell_rows(
    category: str, method: str, counts: Iterable[int], *, raters: int = 30
) -> list[Row]:
    """Return three votes on one video for each count of "real" among them."""
    return [
        (
            category,
            method,
            f"{category}-{video}",
            f"r{(3 * video + seat) % raters}",
            int(seat < count),
        )
        for video, count in enumerate(counts)
        for seat in range(3)
    ]


def spread(real: int, items: int) -> list[int]:
    """Return how many of three votes are "real" on each of the items."""
    return [real // items + (item < real % items) for item in range(items)]


def printed_table2() -> list[dict[str, str]]:
    """Return the cells of the paper's Table 2 with the counts behind them."""
    lines = TABLE2.read_text(encoding="utf-8").splitlines()[1:]
    return list(csv.DictReader(lines))


def table2_votes() -> pd.DataFrame:
    """Return votes that have the paper's counts: 128 videos with three votes each."""
    rows: list[Row] = []
    for line in printed_table2():
        counts = spread(int(line["judged_real"]), 128)
        rows += cell_rows(line["category"], line["method"], counts, raters=90)
    return frame(rows)
