"""The section of exclusions: how far sessions and votes got, with and without rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Grid, Section
from analysis.render.quantities import MISSING, points

if TYPE_CHECKING:
    from analysis.report import StudyReport
    from analysis.tables import Cell, JudgedRealTable


def exclusions_section(report: StudyReport) -> Section:
    """Return how far sessions and votes got, and the averages with and without."""
    flow, other = report.record.flow, report.unfiltered
    grids = []
    if flow is not None:
        rows = [
            ("Sessions begun", f"{flow.begun:,}"),
            ("Sessions submitted", f"{flow.submitted:,}"),
            *([("Sessions paid", f"{flow.paid:,}")] if flow.paid is not None else []),
            ("Sessions used", f"{flow.used:,}"),
            ("Raters", f"{flow.raters:,}"),
            ("Raters whose votes are used", f"{flow.raters_used:,}"),
            ("Votes submitted", f"{flow.votes_submitted:,}"),
            *((f"Votes left out: {why}", f"{votes:,}") for why, votes in flow.excluded),
            ("Votes used", f"{flow.votes_used:,}"),
        ]
        grids.append(
            Grid(
                "flow",
                "From sessions begun to votes used.",
                ("", "Number"),
                tuple(rows),
            )
        )
    if other is not None:
        grids += [_with_and_without(report.table, other), _whole_without(other)]
    paragraphs: tuple[str, ...] = ()
    if report.options.exclusions == "off":
        paragraphs = ("Every submitted vote is counted here: no exclusion is applied.",)
    return Section("exclusions", "Exclusions", paragraphs, tuple(grids))


def _with_and_without(table: JudgedRealTable, other: JudgedRealTable) -> Grid:
    def row(name: str, used: Cell, every: Cell) -> tuple[str, ...]:
        shift = None
        if used.rate is not None and every.rate is not None:
            shift = float(used.rate - every.rate)
        return (
            name,
            used.pct or MISSING,
            f"{used.total:,}",
            every.pct or MISSING,
            f"{every.total:,}",
            points(shift),
        )

    return Grid(
        label="with-and-without",
        caption="The average with the frozen exclusion rules and without any.",
        head=("System", "With rules", "Votes", "Without", "Votes", "Shift"),
        rows=tuple(
            row(used.method, used, every)
            for used, every in zip(table.average, other.average, strict=True)
        ),
    )


def _whole_without(other: JudgedRealTable) -> Grid:
    rows = [*other.rows, other.average] if other.average else [*other.rows]
    return Grid(
        label="without-exclusions",
        caption="The table over every submitted vote, without any exclusion rule, in "
        "percent.",
        head=(other.head, *other.methods),
        rows=tuple(
            (row[0].category, *(cell.pct or MISSING for cell in row)) for row in rows
        ),
        ruled=frozenset((len(rows) - 1,)),
    )
