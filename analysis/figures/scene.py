"""What a figure consists of: plain marks on a page measured in points, y downward.

A mark's ``tip`` is a sentence about it, shown by a browser while the pointer rests on
it; empty where the mark says nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ink:
    """How a mark is drawn: colours as '#rrggbb' or None, width and dash in points."""

    fill: str | None = None
    stroke: str | None = None
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line between two points."""

    start: Point
    end: Point
    ink: Ink
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with its upper left corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """A disc or ring around (x, y)."""

    x: float
    y: float
    radius: float
    ink: Ink
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Path:
    """A polyline, or a polygon where ``closed``."""

    points: tuple[Point, ...]
    ink: Ink
    closed: bool = True
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words whose baseline begins, is centred or ends at (x, y).

    ``turn`` is in degrees, clockwise about (x, y).
    """

    x: float
    y: float
    words: str
    size: float = 8.5
    anchor: Anchor = "start"
    bold: bool = False
    turn: float = 0.0
    colour: str = "#1a1a1a"
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that belong together, moved by (dx, dy)."""

    marks: tuple[Mark, ...]
    dx: float = 0.0
    dy: float = 0.0
    tip: str = ""


Mark = Line | Rect | Circle | Path | Text | Group


@dataclass(frozen=True, slots=True)
class Scene:
    """A white page of ``width`` x ``height`` points with its marks, back to front."""

    width: float
    height: float
    marks: tuple[Mark, ...] = field(default=())
