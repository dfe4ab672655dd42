"""One row per cell, for a spreadsheet or another program."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from analysis.tables import percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.render.page import Page
    from analysis.tables import Cell

COLUMNS = (
    "category",
    "method",
    "judged_real",
    "total",
    "items",
    "workers",
    "pct",
    "ci_low",
    "ci_high",
    "se_binomial",
    "se_twoway",
    "deff",
    "majority_pct",
    "interval",
    "note",
)
# what a spreadsheet takes for the start of a formula, in both widths
_FORMULA = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


def csv_text(page: Page) -> str:
    """Return the cells as CSV, the average's last; see `COLUMNS`.

    pct, ci_low, ci_high and majority_pct are percentages with two decimals, rounded
    half up; standard errors are in percentage points. Names that a spreadsheet would
    run as a formula begin with an apostrophe; all other text is as given.
    """
    return csv_lines([COLUMNS, *cell_rows(page)])


def csv_lines(rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as the lines of a CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def cell_rows(page: Page) -> list[list[str | int]]:
    """Return the cells as rows of `COLUMNS`."""
    rows = []
    for cell in page.table.cells:
        notes = (page.label, *cell.notes) if page.label else cell.notes
        rows.append(
            [
                guarded(cell.category),
                guarded(cell.method),
                *_figures(cell),
                cell.interval.method if cell.interval else "",
                guarded("; ".join(notes)),
            ]
        )
    return rows


def guarded(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return f"'{text}" if text.lstrip(" ")[:1] in _FORMULA and text else text


def _figures(cell: Cell) -> list[str | int]:
    interval = cell.interval
    return [
        cell.judged_real,
        cell.total,
        cell.items,
        cell.workers,
        cell.pct or "",
        percent(interval.low) if interval else "",
        percent(interval.high) if interval else "",
        _points(cell.se_binomial),
        _points(cell.se_twoway),
        "" if cell.deff is None else f"{cell.deff:.4f}",
        cell.majority_pct or "",
    ]


def _points(error: float | None) -> str:
    return "" if error is None else percent(error, digits=4)
