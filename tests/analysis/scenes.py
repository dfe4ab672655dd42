"""Figures for the tests, and where their marks lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures import figures, time_histogram
from analysis.figures.fonts import width
from analysis.figures.scene import Circle, Group, Line, Rect, Text
from analysis.report import study_report
from analysis.study import Comparisons, StudyRecord
from tests.analysis.frames import cell_rows, frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.figures import Figure
    from analysis.figures.scene import Mark, Scene
    from analysis.report import StudyReport

Box = tuple[float, float, float, float]

NAMES = ("dots", "forest", "dprime", "patterns", "agreement", "raters", "funnel")


def report(
    categories: Sequence[str], methods: Sequence[str], *, margin_pp: float | None = 10
) -> StudyReport:
    """Return the report of a small study in which later methods are more often real."""
    rows = [
        row
        for place, category in enumerate(categories)
        for rank, method in enumerate(methods)
        for row in cell_rows(
            category, method, [(k + rank + place) % 4 for k in range(5)], raters=11
        )
    ]
    comparisons = Comparisons(margin_pp=margin_pp, declared=True)
    record = StudyRecord(
        categories=tuple(categories), comparisons=comparisons, max_votes_per_rater=40
    )
    return study_report(frame(rows), record)


def all_figures(categories: Sequence[str], methods: Sequence[str]) -> list[Figure]:
    """Return every figure of the small study, the histogram of times too."""
    drawn = figures(report(categories, methods))
    return [*drawn, time_histogram([1.5, 2.0, 4.0, 30.0], minimum=2.0)]


def leaves(
    marks: Sequence[Mark], dx: float = 0, dy: float = 0
) -> Iterator[tuple[Mark, float, float]]:
    """Return every mark that is no group, with how far its groups move it."""
    for mark in marks:
        if isinstance(mark, Group):
            yield from leaves(mark.marks, dx + mark.dx, dy + mark.dy)
        else:
            yield mark, dx, dy


def boxes(scene: Scene) -> list[tuple[Mark, Box]]:
    """Return the box (left, top, right, bottom) around every mark."""
    found = []
    for mark, dx, dy in leaves(scene.marks):
        left, top, right, bottom = _box(mark)
        found.append((mark, (left + dx, top + dy, right + dx, bottom + dy)))
    return found


def _box(mark: Mark) -> Box:
    match mark:
        case Rect(x=x, y=y):
            return x, y, x + mark.width, y + mark.height
        case Circle(x=x, y=y, radius=radius):
            return x - radius, y - radius, x + radius, y + radius
        case Line(start=(x1, y1), end=(x2, y2)):
            return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        case Text():
            return _text_box(mark)
    points = mark.points  # type: ignore[union-attr]
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _text_box(text: Text) -> Box:
    long = width(text.words, text.size, bold=text.bold)
    back = {"start": 0.0, "middle": long / 2, "end": long}[text.anchor]
    high, low = 0.75 * text.size, 0.2 * text.size
    if text.turn == -90.0:
        return text.x - high, text.y + back - long, text.x + low, text.y + back
    return text.x - back, text.y - high, text.x - back + long, text.y + low
