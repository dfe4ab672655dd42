"""The section of signal detection: how well raters hear, apart from how they lean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Grid, Section
from analysis.render.quantities import MISSING, figure, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.detection import Detection
    from analysis.report import StudyReport


def detection_section(report: StudyReport) -> Section:
    """Return d' and criterion of every system, and d' of every category."""
    known = [each for each in report.detections if each.dprime is not None]
    if not known:
        return Section("detection", "Signal detection")
    last = report.table.average[0].category
    return Section(
        "detection",
        "Signal detection",
        (
            (
                "Real clips are the signal: d' is how well raters tell a system's "
                "clips from real ones (0: not at all), the criterion how they lean "
                "(negative: towards saying real, which lifts every percentage). "
                "Log-linear correction; intervals by the delta method on the two-way "
                "clustered covariance."
            ),
            *(
                f"The average of {each.method}: {each.note}."
                for each in known
                if each.row == last and each.note
            ),
        ),
        (
            _detection_grid([each for each in known if each.row == last]),
            _dprime_grid(report, last),
        ),
        ("dprime",),
    )


def _detection_grid(rows: Sequence[Detection]) -> Grid:
    return Grid(
        label="detection",
        caption="Signal detection over all categories together.",
        head=(
            "System",
            "d'",
            "Interval",
            "Criterion",
            "Interval",
            "Hits",
            "False alarms",
        ),
        rows=tuple(
            (
                each.method,
                figure(each.dprime),
                span(each.low, each.high),
                figure(each.criterion),
                span(each.criterion_low, each.criterion_high),
                f"{each.hits:,}/{each.signals:,}",
                f"{each.false_alarms:,}/{each.noise:,}",
            )
            for each in rows
        ),
        in_paper=(0, 1, 2, 3, 4),
    )


def _dprime_grid(report: StudyReport, last: str) -> Grid:
    by_cell = {(each.row, each.method): each for each in report.detections}
    methods = report.table.generated

    def row(name: str) -> tuple[str, ...]:
        found = (by_cell.get((name, method)) for method in methods)
        return (name, *(figure(each.dprime, 2) if each else MISSING for each in found))

    names = (*report.table.categories, last)
    return Grid(
        label="dprime",
        caption="d' by category.",
        head=(report.table.head, *methods),
        rows=tuple(row(name) for name in names),
        ruled=frozenset((len(names) - 1,)),
    )
