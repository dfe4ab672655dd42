"""Items by how many of their raters judge them real: stacked bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.legend import box_entry, legend
from analysis.figures.palette import (
    QUIET,
    WHITE,
    Styles,
    blues,
    marker,
    on_top_of,
    system_styles,
)
from analysis.figures.scene import Ink, Mark, Rect, Text
from analysis.figures.words import brief, room_for
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.agreement import Pattern

NAME = "patterns"
TITLE = "Items by how many of their votes are real"
ROW = 22.0
N_ROOM = 62.0


def vote_patterns(
    patterns: Sequence[Pattern], *, styles: Styles | None = None
) -> Figure:
    """Return a bar per system: the shares of its items with 0, 1, .. m votes "real".

    Items with another number of votes than m are left out and counted at the right.
    """
    shown = [pattern for pattern in patterns if sum(pattern.counts)]
    if not shown:
        return no_data(NAME, TITLE, "No item has votes to compare.")
    styles = styles or system_styles([pattern.method for pattern in shown], None)
    title = _title(shown)
    words = "Shares of items by the number of their votes that are real"
    left_out = sum(pattern.other for pattern in patterns)
    if left_out:
        words += f"; {counted(left_out, 'item')} with another number of votes left out"
    marks, y = axes.heading(title, [f"{words}."])
    most = max(len(pattern.counts) for pattern in shown)
    colours = [blues(0.08 + 0.92 * k / max(most - 1, 1)) for k in range(most)]
    boxes = [
        box_entry(f"{k} real" if k else "none real", c) for k, c in enumerate(colours)
    ]
    entries, y = legend(boxes, y)
    top = y + 4
    bottom = top + ROW * len(shown) + 2
    left = axes.MARGIN + axes.label_room([p.method for p in shown]) + 22
    scale = axes.Scale(0, 100, left, axes.WIDTH - axes.MARGIN - N_ROOM)
    values = [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    marks += entries
    marks += axes.across(scale, top, bottom, words="Share of items (%)", values=values)
    for place, pattern in enumerate(shown):
        y = top + ROW * (place + 0.5)
        room = left - 22 - axes.MARGIN
        marks.append(axes.label(pattern.method, (left - 20, y), room))
        marks.append(marker(styles[pattern.method], left - 10, y))
        marks += _bar(pattern, scale, y, colours)
        right, baseline = axes.WIDTH - axes.MARGIN, y + axes.DROP * axes.SMALL
        number = f"{counted(sum(pattern.counts), 'item')}"
        marks.append(Text(right, baseline, number, axes.SMALL, "end", colour=QUIET))
    description = " ".join([f"{words}.", *map(_sentence, shown)])
    return Figure(NAME, title, description, page(marks, bottom + 30))


def _bar(
    pattern: Pattern, scale: axes.Scale, y: float, colours: Sequence[str]
) -> list[Mark]:
    total, before = sum(pattern.counts), 0
    marks: list[Mark] = []
    for real, count in enumerate(pattern.counts):
        if not count:
            continue
        start = scale(100 * before / total)
        before += count
        end = scale(100 * before / total)
        share = percent(count / total, digits=0)
        tip = (
            f"{pattern.method}: {counted(count, 'item')} ({share}%) with {real} of "
            f"{counted(pattern.votes_per_item, 'vote')} real"
        )
        ink = Ink(colours[real], WHITE, 0.6)
        marks.append(Rect(start, y - 8, end - start, 16, ink, tip))
        if room_for(f"{share}%", axes.SMALL) + 4 <= end - start:
            colour = on_top_of(colours[real])
            middle, baseline = (start + end) / 2, y + axes.DROP * axes.SMALL
            marks.append(
                Text(middle, baseline, f"{share}%", axes.SMALL, "middle", colour=colour)
            )
    return marks


def _sentence(pattern: Pattern) -> str:
    numbers = ", ".join(
        f"{count:,} with {real} real" for real, count in enumerate(pattern.counts)
    )
    return f"{pattern.method}: {numbers}."


def _title(patterns: Sequence[Pattern]) -> str:
    """Return which system's items are most and least often real to all."""
    most = max(len(pattern.counts) for pattern in patterns)
    shares = [
        (pattern.counts[-1] / sum(pattern.counts), pattern.method)
        for pattern in patterns
        if len(pattern.counts) == most
    ]
    are = "items are real to all their raters" if most > 2 else "items are judged real"
    high, low = max(shares, key=lambda s: s[0]), min(shares, key=lambda s: s[0])
    words = f"{percent(high[0], digits=0)}% of {brief(high[1])}'s {are}"
    if len(shares) == 1:
        return words
    if high[0] == low[0]:
        return f"{percent(high[0], digits=0)}% of every system's {are}"
    return f"{words}, {percent(low[0], digits=0)}% of {brief(low[1])}'s"
