"""The whole report for another program."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from analysis.render.json_document import json_document

if TYPE_CHECKING:
    from analysis.render.json_document import JSON
    from analysis.render.page import Page
    from analysis.report import StudyReport
    from analysis.tables import JudgedRealTable

DIGITS = 8


def report_document(report: StudyReport, page: Page) -> dict[str, JSON]:
    """Return the main table's document with everything else beside it.

    Shares and differences are in [0, 1] and [-1, 1] outside the table, whose figures
    are percentages; floats have eight significant digits.
    """
    document = json_document(page)
    document |= {
        "interim": report.record.interim,
        "signs": [
            {"row": row, "method": method, "signs": signs}
            for (row, method), signs in report.signs().items()
        ],
        "contrasts": plain(report.contrasts),
        "detection": plain(report.detections),
        "agreement": plain(report.agreements),
        "patterns": plain(report.patterns),
        "quality": plain(dataclasses.replace(report.quality, seconds=())),
        "mixed": plain(report.mixed),
        "looks": plain(report.record.looks),
        "flow": plain(report.record.flow),
        "unfiltered": None
        if report.unfiltered is None
        else json_document(
            dataclasses.replace(page, table=report.unfiltered, signs={})
        ),
        "paper": plain(report.paper),
        "by": None if report.split is None else report.split.column,
        "parts": [
            {"value": value, "table": json_document(_part(page, part))}
            for value, part in (report.split.parts if report.split else ())
        ],
        "methods_paragraph": report.methods,
        "provenance": dict(report.provenance),
    }
    document["declared"] = dict(report.record.declared)
    return document


def _part(page: Page, table: JudgedRealTable) -> Page:
    """Return the page of another table, to which no daggers belong."""
    return dataclasses.replace(page, table=table, signs={}, legend="")


def plain(value: Any) -> JSON:
    """Return records, tuples and numbers as JSON holds them; NaN never comes out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
