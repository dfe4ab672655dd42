"""Agreement among raters: over all items, by system and by category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.legend import legend, style_entry
from analysis.figures.palette import BAND, INK, QUIET, RULE, Style, marker
from analysis.figures.scene import Group, Ink, Line, Mark, Rect, Text
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.agreement import Agreement

NAME = "agreement"
TITLE = "Agreement among the raters of the same items"
ROW = 24.0
HEAD = 17.0
N_ROOM = 62.0
# greys: these are measures, not systems
MEASURES = (
    ("Share of pairs alike", Style("#2b2b2b", "square")),
    ("Gwet's AC1", Style("#6b6b6b", "triangle")),
    ("Krippendorff's alpha", Style("#6b6b6b", "diamond", hollow=True)),
)
HEADS = {"all": "", "method": "By system", "category": "By category"}


@dataclass(frozen=True, slots=True)
class _Value:
    """A measure of one row: its value and, where known, its interval."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        if self.value is None:
            return "undefined"
        text = axes.plain(round(self.value, 3))
        if self.low is None or self.high is None:
            return text
        low, high = axes.plain(round(self.low, 3)), axes.plain(round(self.high, 3))
        return f"{text} [{low}, {high}]"


def agreement_plot(agreements: Sequence[Agreement]) -> Figure:
    """Return pairwise agreement, AC1 and alpha of every row, with their intervals."""
    shown = [
        row for row in agreements if any(v.value is not None for v in _values(row))
    ]
    if not shown:
        return no_data(NAME, TITLE, "No item has two votes.")
    title = _title(shown)
    words = (
        "1: all agree; 0: alpha and AC1 find no more than chance, each with its own "
        "idea of chance. Bars: intervals over items."
    )
    marks, y = axes.heading(title, [words])
    entries, y = legend([style_entry(*measure) for measure in MEASURES], y)
    marks += entries
    top = y + 4
    heads = sum(_opens(shown, place) for place in range(len(shown)))
    bottom = top + ROW * len(shown) + HEAD * heads + 2
    left = axes.MARGIN + axes.label_room([_name(row) for row in shown]) + 10
    values = _ticks(shown)
    scale = axes.Scale(values[0], values[-1], left, axes.WIDTH - axes.MARGIN - N_ROOM)
    grid = axes.across(scale, top, bottom, words="Agreement", values=values)
    zero = scale(0)
    grid.append(Line((zero, top), (zero, bottom), Ink(stroke=RULE, width=0.9)))
    bands: list[Mark] = []
    rows: list[Mark] = []
    y = top
    for place, row in enumerate(shown):
        if _opens(shown, place):
            rows += _head(HEADS[row.scope], y)
            y += HEAD
        if place % 2 == 0:
            bands.append(Rect(left, y, scale.end - left, ROW, Ink(BAND)))
        rows += _row(row, scale, y + ROW / 2)
        y += ROW
    description = " ".join([words, *map(_sentence, shown)])
    marks += [*bands, *grid, *rows]
    return Figure(NAME, title, description, page(marks, bottom + 30))


def _values(row: Agreement) -> tuple[_Value, _Value, _Value]:
    return (
        _Value(row.pairwise, row.pairwise_low, row.pairwise_high),
        _Value(row.ac1, row.ac1_low, row.ac1_high),
        _Value(row.alpha, row.alpha_low, row.alpha_high),
    )


def _opens(shown: Sequence[Agreement], place: int) -> bool:
    """Return whether a row is the first of its kind and has a heading."""
    scope = shown[place].scope
    return bool(HEADS[scope]) and (place == 0 or shown[place - 1].scope != scope)


def _head(words: str, y: float) -> list[Mark]:
    baseline = y + HEAD - 5
    return [Text(axes.MARGIN, baseline, words, axes.NORMAL, bold=True, colour=INK)]


def _name(row: Agreement) -> str:
    return "All items" if row.scope == "all" else row.name


def _row(row: Agreement, scale: axes.Scale, y: float) -> list[Mark]:
    room = scale.start - 8 - axes.MARGIN
    bold = row.scope == "all"
    marks: list[Mark] = [axes.label(_name(row), (scale.start - 8, y), room, bold=bold)]
    measures = zip(MEASURES, _values(row), strict=True)
    for place, ((name, style), value) in enumerate(measures):
        if value.value is None:
            continue
        at = y + 6.5 * (place - 1)
        bar: list[Mark] = []
        if value.low is not None and value.high is not None:
            ends = (scale(value.low), at), (scale(value.high), at)
            bar.append(Line(*ends, Ink(stroke=style.colour, width=1.1)))
        bar.append(marker(style, scale(value.value), at, radius=2.7))
        marks.append(Group(tuple(bar), tip=f"{_name(row)}, {name}: {value.words}"))
    right, baseline = axes.WIDTH - axes.MARGIN, y + axes.DROP * axes.SMALL
    number = counted(row.items, "item")
    marks.append(Text(right, baseline, number, axes.SMALL, "end", colour=QUIET))
    return marks


def _ticks(shown: Sequence[Agreement]) -> list[float]:
    values = [0.0]
    for row in shown:
        for each in _values(row):
            values += [v for v in (each.value, each.low) if v is not None]
    return axes.round_axis(max(min(values), -1.0), 1.0)


def _sentence(row: Agreement) -> str:
    measures = zip(MEASURES, _values(row), strict=True)
    words = "; ".join(f"{name} {value.words}" for (name, _), value in measures)
    return f"{_name(row)} ({counted(row.items, 'item')}): {words}."


def _title(shown: Sequence[Agreement]) -> str:
    first = shown[0]
    if first.scope != "all" or first.pairwise is None:
        return TITLE
    share = percent(first.pairwise, digits=0)
    words = f"Two raters of an item agree in {share}% of pairs"
    if first.alpha is None:
        return words
    return f"{words}; Krippendorff's alpha is {axes.plain(round(first.alpha, 2))}"
