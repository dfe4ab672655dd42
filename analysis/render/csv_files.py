"""The report's tables as CSV files, for a spreadsheet or another program."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from analysis.render.csv_rows import COLUMNS, cell_rows, csv_lines, guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.render.page import Page
    from analysis.report import StudyReport

# six digits of a double are the same on every machine
DIGITS = 6


def cells(report: StudyReport, page: Page) -> str:
    """Return one row per cell, as `csv_rows.COLUMNS`, then d' and criterion."""
    known = {(each.row, each.method): each for each in report.detections}
    rows = []
    for cell, row in zip(page.table.cells, cell_rows(page), strict=True):
        found = known.get((cell.category, cell.method))
        more = (found.dprime, found.criterion) if found else (None, None)
        rows.append([*row, *map(plain_cell, more)])
    return csv_lines([(*COLUMNS, "dprime", "criterion"), *rows])


def contrasts(report: StudyReport) -> str:
    """Return one row per declared comparison; '' where there is none."""
    return "" if report.contrasts is None else _records(report.contrasts.contrasts)


def equivalence(report: StudyReport) -> str:
    """Return one row per test of equivalence; '' where no margin was declared."""
    return "" if report.contrasts is None else _records(report.contrasts.equivalences)


def agreement(report: StudyReport) -> str:
    """Return one row per scope of agreement."""
    return _records(report.agreements)


def detection(report: StudyReport) -> str:
    """Return one row per category and generated system."""
    return _records(report.detections)


def raters(report: StudyReport) -> str:
    """Return one row per rater, by the names of the votes (hashed on export)."""
    return _records(report.quality.raters)


def _records(rows: Sequence[Any]) -> str:
    if not rows:
        return ""
    names = [field.name for field in dataclasses.fields(rows[0])]
    lines: list[Sequence[str | int]] = [names]
    lines += [[plain_cell(getattr(row, name)) for name in names] for row in rows]
    return csv_lines(lines)


def plain_cell(value: Any) -> str | int:
    """Return a value as a cell: six significant digits, '' for None, no formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    if isinstance(value, tuple):
        return guarded("; ".join(str(each) for each in value))
    return value if isinstance(value, int) else guarded(str(value))
