"""How well systems are told apart from the control: a map of d'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import (
    QUIET,
    RULE,
    WHITE,
    Styles,
    blues,
    marker,
    on_top_of,
    system_styles,
)
from analysis.figures.scene import Group, Ink, Line, Mark, Rect, Text
from analysis.figures.words import brief, fit, room_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.detection import Detection

NAME = "dprime"
DPRIME = "d\N{PRIME}"
TITLE = f"How well systems are told apart from the control ({DPRIME})"
ROW = 20.0
WIDEST = 96.0
NARROW = 60.0
TALLEST = 80.0
EMPTY = "#eeeeee"
AVERAGE_GAP = 5.0
BAR_STEPS = 48


@dataclass(frozen=True, slots=True)
class _Map:
    """Cells by (row, method), and how their values become colours."""

    cells: Mapping[tuple[str, str], Detection]
    rows: tuple[str, ...]
    methods: tuple[str, ...]
    low: float
    high: float

    def colour(self, value: float) -> str:
        return blues((value - self.low) / (self.high - self.low))


def dprime_map(
    detections: Sequence[Detection], *, styles: Styles | None = None
) -> Figure:
    """Return the map of d' with a cell for every row and generated system.

    The last row, over all votes, is set apart. 0 is indistinguishable from the control;
    negative, judged real more often than it.
    """
    known = [each.dprime for each in detections if each.dprime is not None]
    if not known:
        why = "There are no votes on both generated clips and a control."
        return no_data(NAME, TITLE, why)
    chart = _Map(
        {(each.row, each.method): each for each in detections},
        tuple(dict.fromkeys(each.row for each in detections)),
        tuple(dict.fromkeys(each.method for each in detections)),
        min(0.0, *known),
        max(0.5, *known),
    )
    styles = styles or system_styles(chart.methods, None)
    title = _title(chart)
    words = (
        f"{DPRIME} = z(control judged real) \N{MINUS SIGN} z(system judged real): 0 is "
        "indistinguishable from the control, larger is easier to tell apart."
    )
    marks, y = axes.heading(title, [words])
    left = axes.MARGIN + axes.label_room(chart.rows) + 8
    room = axes.WIDTH - axes.MARGIN - 64 - left
    width = min(WIDEST, room / len(chart.methods))
    heads, top = _heads(chart.methods, styles, (left, y), width)
    marks += heads
    for place, row in enumerate(chart.rows):
        last = place == len(chart.rows) - 1 and place > 0
        y = top + ROW * place + (AVERAGE_GAP if last else 0)
        marks.append(
            axes.label(row, (left - 8, y + ROW / 2), left - 8 - axes.MARGIN, bold=last)
        )
        for column, method in enumerate(chart.methods):
            cell = chart.cells.get((row, method))
            marks.append(_cell(chart, cell, (left + width * column, y), width))
    bottom = top + ROW * len(chart.rows) + AVERAGE_GAP
    marks += _bar(chart, left + width * len(chart.methods) + 18, top)
    description = " ".join([words, *(f"{_words(each)}." for each in detections)])
    return Figure(NAME, title, description, page(marks, max(bottom, top + 96)))


def _heads(
    methods: Sequence[str], styles: Styles, corner: tuple[float, float], width: float
) -> tuple[list[Mark], float]:
    """Return the systems' names over their columns, and where they end.

    They are turned where columns are narrow.
    """
    left, top = corner
    narrow = width < NARROW and any(
        fit(method, width - 16, axes.NORMAL).whole or width < 30 for method in methods
    )
    room = min(TALLEST, max(room_for(method, axes.NORMAL) for method in methods))
    marks: list[Mark] = []
    for column, method in enumerate(methods):
        x = left + width * (column + 0.5)
        fitted = fit(method, room if narrow else width - 16, axes.NORMAL)
        drop = axes.DROP * fitted.size
        half = room_for(fitted.words, fitted.size) / 2
        place, turn = ((x + 5, top + 8 + drop), 0.0)
        sign = (x - half - 3, top + 8)
        if narrow:
            place, turn = (x + drop, top + room / 2), -90.0
            sign = (x, top + room + 8)
        words = Text(
            *place, fitted.words, fitted.size, "middle", turn=turn, tip=fitted.whole
        )
        marks += [words, marker(styles[method], *sign)]
    return marks, top + (room + 16 if narrow else 16)


def _cell(
    chart: _Map, cell: Detection | None, corner: tuple[float, float], width: float
) -> Mark:
    x, y = corner
    value = None if cell is None else cell.dprime
    colour = EMPTY if value is None else chart.colour(value)
    number = "\N{EN DASH}" if value is None else axes.signed(value).lstrip("+")
    size = min(axes.NORMAL, 0.32 * width)
    text = Text(
        x + width / 2,
        y + ROW / 2 + axes.DROP * size,
        number,
        size,
        "middle",
        colour=on_top_of(colour),
    )
    box = Rect(x, y, width, ROW, Ink(colour, WHITE, 1.0))
    return Group((box, text), tip="" if cell is None else _words(cell))


def _bar(chart: _Map, x: float, top: float) -> list[Mark]:
    """Return what the colours stand for, as a bar with ticks."""
    height = 80.0
    part = height / BAR_STEPS
    scale = axes.Scale(chart.low, chart.high, top + 12 + height, top + 12)
    marks: list[Mark] = [Text(x, top + 6, DPRIME, axes.SMALL, colour=QUIET)]
    for step in range(BAR_STEPS):
        colour = blues((step + 0.5) / BAR_STEPS)
        y = scale.start - part * (step + 1)
        # a little too tall, or seams show
        marks.append(Rect(x, y, 10, part + (0.4 if step else 0), Ink(colour)))
    marks.append(Rect(x, top + 12, 10, height, Ink(stroke=RULE, width=0.5)))
    ticks = axes.round_axis(chart.low, chart.high, most=6)
    for value in [v for v in ticks if chart.low <= v <= chart.high]:
        y = scale(value)
        marks.append(Line((x + 10, y), (x + 13, y), Ink(stroke=RULE, width=0.6)))
        baseline = y + axes.DROP * axes.SMALL
        words = axes.plain(value)
        marks.append(Text(x + 15, baseline, words, axes.SMALL, colour=QUIET))
    return marks


def _words(cell: Detection) -> str:
    head = f"{cell.row}, {cell.method}"
    if cell.dprime is None:
        return f"{head}: {cell.note or 'undefined'}"
    text = f"{head}: {DPRIME} {axes.signed(cell.dprime).lstrip('+')}"
    if cell.low is not None and cell.high is not None:
        low, high = (axes.signed(v).lstrip("+") for v in (cell.low, cell.high))
        text += f" [{low}, {high}]"
    return (
        f"{text}; control real {cell.hits:,} of {cell.signals:,}, system real "
        f"{cell.false_alarms:,} of {cell.noise:,}"
    )


def _title(chart: _Map) -> str:
    """Return who is told apart best and worst over all votes."""
    values = [
        (cell.dprime, cell.method)
        for method in chart.methods
        if (cell := chart.cells.get((chart.rows[-1], method))) is not None
        and cell.dprime is not None
    ]
    if not values:
        return TITLE
    best = max(values, key=lambda pair: pair[0])
    least = min(values, key=lambda pair: pair[0])
    most = f"{DPRIME} {axes.signed(best[0]).lstrip('+')}"
    if best[0] == least[0]:
        return f"{brief(best[1])} is told apart from the control with {most}"
    fewest = axes.signed(least[0]).lstrip("+")
    return (
        f"Told apart from the control: {brief(best[1])} most ({most}), "
        f"{brief(least[1])} least ({fewest})"
    )
