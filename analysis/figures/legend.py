"""What the signs of a figure stand for, in lines above the plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures.axes import DROP, MARGIN, NORMAL, WIDTH
from analysis.figures.palette import RULE, Style, Styles, marker
from analysis.figures.scene import Ink, Mark, Rect, Text
from analysis.figures.words import fit, room_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIGN = 10.0
GAP = 14.0
LINE = 13.0
MOST_NAME = 200.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A sign, drawn at a place given to it, and its name."""

    name: str
    sign: Callable[[float, float], Mark]


def style_entry(name: str, style: Style) -> Entry:
    """Return the entry of a marker."""
    return Entry(name, lambda x, y: marker(style, x, y, radius=3.2))


def systems(names: Sequence[str], styles: Styles) -> list[Entry]:
    """Return the entries of systems, in their order."""
    return [style_entry(name, styles[name]) for name in names]


def box_entry(name: str, colour: str) -> Entry:
    """Return the entry of a filled area."""
    ink = Ink(colour, RULE, 0.5)
    return Entry(name, lambda x, y: Rect(x - 4, y - 4, 8, 8, ink))


def legend(entries: Sequence[Entry], top: float) -> tuple[list[Mark], float]:
    """Return the legend's marks, in as many lines as it takes, and where it ends."""
    marks: list[Mark] = []
    x, y = MARGIN, top
    for entry in entries:
        fitted = fit(entry.name, MOST_NAME, NORMAL)
        needed = SIGN + room_for(fitted.words, fitted.size)
        if x > MARGIN and x + needed > WIDTH - MARGIN:
            x, y = MARGIN, y + LINE
        middle = y + LINE / 2
        marks.append(entry.sign(x + 4, middle))
        baseline = middle + DROP * fitted.size
        marks.append(
            Text(x + SIGN, baseline, fitted.words, fitted.size, tip=fitted.whole)
        )
        x += needed + GAP
    return marks, (y + LINE + 4 if entries else top)
