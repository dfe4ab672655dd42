"""Scales, ticks and the words around a plot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.figures.palette import GRID, INK, QUIET, RULE
from analysis.figures.scene import Ink, Line, Mark, Path, Text
from analysis.figures.words import balanced, fit, room_for, wrap
from analysis.tables import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH = 504.0
MARGIN = 10.0
SMALL = 7.5
NORMAL = 8.5
LARGE = 10.5
# from the middle of a line of text down to its baseline, in sizes
DROP = 0.35
TICK = 3.0
GAP = 8.0
MOST_LABEL = 150.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` laid out between two places on the page."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value, those beyond the ends at the ends."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return self.start + (self.end - self.start) * (at - low) / (high - low)


def step_for(span: float, most: int) -> float:
    """Return the smallest round step that cuts a span into at most ``most`` parts."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        if factor * power >= rough * (1 - 1e-9):
            return factor * power
    return 10.0 * power


def round_axis(low: float, high: float, *, most: int = 8) -> list[float]:
    """Return evenly spaced round values that enclose two values, which may be equal."""
    if high - low < 1e-9:
        high, low = high + max(abs(high), 1.0) / 2, low - max(abs(low), 1.0) / 2
    step = step_for(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


def whole(values: Sequence[float]) -> list[float]:
    """Return the values that are whole numbers, for an axis of counts."""
    return [value for value in values if value == int(value)]


def plain(value: float) -> str:
    """Return a tick in digits, with a true minus: '0.25', '1,000', '0'."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace("-", "\N{MINUS SIGN}")


def signed(value: float, digits: int = 2) -> str:
    """Return a difference with its sign: '+1.25', '0.00'; half up, a true minus."""
    # percent() rounds exact ratios half up: a hundredth of it is the number itself
    text = percent(Fraction(abs(value)) / 100, digits=digits)
    if not text.strip("0."):
        return text
    return ("+" if value > 0 else "\N{MINUS SIGN}") + text


def heading(title: str, lines: Sequence[str]) -> tuple[list[Mark], float]:
    """Return the title and the lines below it, and where they end."""
    room = WIDTH - 2 * MARGIN
    marks: list[Mark] = []
    y = MARGIN
    for words in balanced(title, room, LARGE, bold=True):
        y += 13.0
        marks.append(Text(MARGIN, y - 3.5, words, LARGE, bold=True, colour=INK))
    for line in lines:
        for words in wrap(line, room, SMALL):
            y += 10.0
            marks.append(Text(MARGIN, y - 2.0, words, SMALL, colour=QUIET))
    return marks, y + 8.0


def label_room(names: Sequence[str], *, size: float = NORMAL) -> float:
    """Return the points that a column of names gets, at most ``MOST_LABEL``."""
    widest = max((room_for(name, size) for name in names), default=0.0)
    return min(widest, MOST_LABEL)


def label(
    name: str,
    at: tuple[float, float],
    room: float,
    *,
    bold: bool = False,
) -> Text:
    """Return a name that ends at a place and is centred on its height."""
    fitted = fit(name, room, NORMAL, bold=bold)
    x, y = at
    return Text(
        x,
        y + DROP * fitted.size,
        fitted.words,
        fitted.size,
        "end",
        bold,
        tip=fitted.whole,
    )


def across(
    scale: Scale,
    top: float,
    bottom: float,
    *,
    words: str,
    values: Sequence[float],
    name: Callable[[float], str] = plain,
) -> list[Mark]:
    """Return a horizontal axis under a plot, with its grid and its words."""
    marks: list[Mark] = []
    for value in values:
        x = scale(value)
        marks.append(Line((x, top), (x, bottom), Ink(stroke=GRID, width=0.6)))
        marks.append(Line((x, bottom), (x, bottom + TICK), Ink(stroke=RULE, width=0.8)))
        marks.append(Text(x, bottom + 12, name(value), SMALL, "middle", colour=QUIET))
    ends = (scale.start, bottom), (scale.end, bottom)
    marks.append(Line(*ends, Ink(stroke=RULE, width=0.8)))
    middle = (scale.start + scale.end) / 2
    room = 2 * min(middle - MARGIN, WIDTH - MARGIN - middle)
    fitted = fit(words, room, NORMAL)
    marks.append(Text(middle, bottom + 25, fitted.words, fitted.size, "middle"))
    return marks


def upright(
    scale: Scale,
    left: float,
    right: float,
    *,
    words: str,
    values: Sequence[float],
    name: Callable[[float], str] = plain,
) -> list[Mark]:
    """Return a vertical axis left of a plot, with its grid and its words."""
    marks: list[Mark] = []
    for value in values:
        y = scale(value)
        marks.append(Line((left, y), (right, y), Ink(stroke=GRID, width=0.6)))
        marks.append(
            Text(left - 5, y + DROP * SMALL, name(value), SMALL, "end", colour=QUIET)
        )
    middle = (scale.start + scale.end) / 2
    marks.append(Text(MARGIN + 9, middle, words, NORMAL, "middle", turn=-90.0))
    return marks


def broken(scale: Scale, bottom: float) -> list[Mark]:
    """Return the sign that an axis does not begin at zero."""
    x = scale.start
    zigzag = ((x, bottom), (x + 3, bottom - 3), (x + 6, bottom + 3), (x + 9, bottom))
    return [
        Line((x, bottom), (x + 9, bottom), Ink(stroke="#ffffff", width=2.0)),
        Path(zigzag, Ink(stroke=RULE, width=0.8), closed=False),
    ]


def flags(
    places: Sequence[tuple[float, str]], y: float, *, ends: tuple[float, float]
) -> list[Mark]:
    """Return the names of up to two vertical lines, side by side above a plot."""
    placed = sorted(places)
    rooms = [room_for(words, SMALL) for _, words in placed]
    starts = [x - room / 2 for (x, _), room in zip(placed, rooms, strict=True)]
    if len(placed) == 2 and starts[0] + rooms[0] + GAP > starts[1]:
        middle = (placed[0][0] + placed[1][0]) / 2
        starts = [middle - GAP / 2 - rooms[0], middle + GAP / 2]
    # both move together where one would leave the plot
    right = max(0.0, starts[-1] + rooms[-1] - ends[1])
    left = max(0.0, ends[0] - starts[0])
    return [
        Text(start + room / 2 + left - right, y, words, SMALL, "middle", colour=QUIET)
        for start, room, (_, words) in zip(starts, rooms, placed, strict=True)
    ]
