"""Share judged real by category and system: a dot and an interval for each cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.legend import legend, systems
from analysis.figures.palette import (
    BAND,
    CONTROL_COLOUR,
    RULE,
    Styles,
    marker,
    system_styles,
)
from analysis.figures.scene import Group, Ink, Line, Mark, Rect
from analysis.figures.words import brief
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.figures.axes import Scale
    from analysis.tables import Cell, JudgedRealTable

NAME = "dots"
AVERAGE_GAP = 8.0


def dot_plot(table: JudgedRealTable, *, styles: Styles | None = None) -> Figure:
    """Return the dot plot of a table: its rows, and the average row set apart.

    ``styles`` are the systems' signs; by default those of the table's own systems.
    """
    rated = [cell for cell in table.cells if cell.rate is not None]
    if not rated:
        title = "Share of votes judged real, by category and system"
        return no_data(NAME, title, "No votes yet.")
    styles = styles or system_styles(table.methods, table.control)
    marks, y = axes.heading(_title(table), [_subtitle(table)])
    entries, y = legend(systems(table.methods, styles), y)
    marks += entries
    top = y + 12
    names = [*table.categories, table.average[0].category]
    left = axes.MARGIN + axes.label_room(names) + 8
    scale = axes.Scale(_lowest(rated), 100, left, axes.WIDTH - axes.MARGIN - 8)
    height = row_height(len(table.methods), len(names))
    bottom = top + height * len(names) + AVERAGE_GAP + 4
    rows = [*table.rows, table.average]
    tops = [top + height * index for index in range(len(rows))]
    tops[-1] += AVERAGE_GAP
    marks += [
        Rect(axes.MARGIN, y, axes.WIDTH - 2 * axes.MARGIN, height, Ink(BAND))
        for y in tops[:-1:2]
    ]
    marks += _frame(scale, top, bottom)
    marks += _verticals(table, scale, top, bottom)
    for cells, y in zip(rows, tops, strict=True):
        last = y == tops[-1]
        name = cells[0].category
        marks.append(axes.label(name, (left - 8, y + height / 2), left - 18, bold=last))
        marks += _row(cells, styles, scale, y, height)
    y = tops[-1] - AVERAGE_GAP / 2
    rule = Ink(stroke=RULE, width=0.8)
    marks.append(Line((axes.MARGIN, y), (axes.WIDTH - axes.MARGIN, y), rule))
    return Figure(NAME, _title(table), _description(table), page(marks, bottom + 30))


def row_height(systems_: int, rows: int) -> float:
    """Return the height of a row in which every system has a line of its own."""
    dodge = 7.5 if systems_ * rows <= 60 else 6.0
    return max(18.0, dodge * systems_ + 6)


def _lowest(cells: Sequence[Cell]) -> float:
    """Return where the axis starts: zero, or a ten below all cells and below 50."""
    lows = [
        float(cell.interval.low if cell.interval else cell.rate or 0) for cell in cells
    ]
    start = 10 * math.floor(10 * min(0.45, *lows, 1.0))
    return float(start if start >= 20 else 0)


def _frame(scale: Scale, top: float, bottom: float) -> list[Mark]:
    words = "Share of votes judged real (%)"
    if scale.low:
        words += f"; the axis starts at {scale.low:.0f}"
    values = [float(v) for v in range(int(scale.low), 101, 10)]
    marks = axes.across(scale, top, bottom, words=words, values=values)
    return marks + (axes.broken(scale, bottom) if scale.low else [])


def _verticals(
    table: JudgedRealTable, scale: Scale, top: float, bottom: float
) -> list[Mark]:
    half = Ink(stroke=RULE, width=0.9)
    x = scale(50)
    marks: list[Mark] = [Line((x, top), (x, bottom), half, "half of the votes")]
    places = [(x, "50%")]
    control = table.average[-1]
    if table.control is not None and control.rate is not None:
        x = scale(100 * float(control.rate))
        words = f"{brief(table.control, 20)}, on average {control.pct}%"
        ink = Ink(stroke=CONTROL_COLOUR, width=0.9, dash=(3.0, 2.0))
        marks.append(Line((x, top), (x, bottom), ink, words))
        places.append((x, words))
    return marks + axes.flags(
        places, top - 3, ends=(scale.start, axes.WIDTH - axes.MARGIN)
    )


def _row(
    cells: Sequence[Cell], styles: Styles, scale: Scale, top: float, height: float
) -> list[Mark]:
    dodge = (height - 6) / max(len(cells), 1)
    first = top + 3 + dodge / 2
    return [
        _dot(cell, styles, scale, first + dodge * place)
        for place, cell in enumerate(cells)
        if cell.rate is not None
    ]


def _dot(cell: Cell, styles: Styles, scale: Scale, y: float) -> Mark:
    style = styles[cell.method]
    marks: list[Mark] = []
    if cell.interval is not None:
        low, high = scale(100 * cell.interval.low), scale(100 * cell.interval.high)
        marks.append(Line((low, y), (high, y), Ink(stroke=style.colour, width=1.2)))
    marks.append(marker(style, scale(100 * float(cell.rate or 0)), y))
    return Group(tuple(marks), tip=f"{_cell(cell)} ({_counts(cell)})")


def _cell(cell: Cell) -> str:
    text = f"{cell.category}, {cell.method}: {cell.pct}%"
    if cell.interval is None:
        return text
    low, high = percent(cell.interval.low), percent(cell.interval.high)
    return f"{text} [{low}, {high}]"


def _counts(cell: Cell) -> str:
    return f"{cell.judged_real:,} of {counted(cell.total, 'vote')}"


def _title(table: JudgedRealTable) -> str:
    average = {c.method: c for c in table.average if c.rate is not None}
    control = average.get(table.control or "")
    tail = f"; {brief(control.method)} in {control.pct}%" if control else ""
    best = [m for m in table.generated if m in table.best(table.average)]
    if len(best) == 1:
        name = brief(best[0])
        return (
            f"{name} is judged real most often of the generated systems, in "
            f"{average[best[0]].pct}% of votes on average{tail}"
        )
    shares = [float(c.rate or 0) for m, c in average.items() if m != table.control]
    if not shares:
        return f"Share of votes judged real{tail}"
    low, high = percent(min(shares)), percent(max(shares))
    span = f"{low}%" if low == high else f"{low} to {high}%"
    return f"Generated clips are judged real in {span} of votes on average{tail}"


def _subtitle(table: JudgedRealTable) -> str:
    level = axes.plain(100 * (1 - table.alpha))
    return (
        f"{counted(table.votes, 'vote')} on {counted(table.items, 'item')} of "
        f"{counted(table.videos, 'source video')} by {counted(table.raters, 'rater')}. "
        f"Bars: {level}% intervals. {table.average[0].category}: mean of the rows."
    )


def _description(table: JudgedRealTable) -> str:
    cells = (
        f"{_cell(cell)} ({_counts(cell)})"
        for cell in table.cells
        if cell.rate is not None
    )
    return f"{_subtitle(table)} " + "; ".join(cells) + "."
