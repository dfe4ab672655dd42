"""Bradley-Terry strengths of methods that were compared in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import BAND, QUIET, RULE, Styles, marker, system_styles
from analysis.figures.scene import Group, Ink, Line, Mark, Rect, Text
from analysis.figures.words import brief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.figures.axes import Scale
    from analysis.pairs import BradleyTerry, Strength

NAME = "strengths"
TITLE = "Strengths of the methods that were compared in pairs"
WORDS = "Strength: log odds of being chosen, mean zero"
ROW = 18.0
VALUE_ROOM = 62.0
RANK_ROOM = 122.0


def strengths_plot(
    found: BradleyTerry,
    *,
    name: str = NAME,
    alpha: float = 0.05,
    styles: Styles | None = None,
) -> Figure:
    """Return a dot with an interval for every method, the strongest first."""
    known = [each for each in found.strengths if each.rank is not None]
    if not known:
        return no_data(name, TITLE, "; ".join(found.notes) or "No pairs were judged.")
    known.sort(key=lambda each: each.rank or 0)
    methods = [each.method for each in found.strengths]
    styles = styles or system_styles(methods, None)
    words = _subtitle(found, alpha)
    marks, y = axes.heading(_title(known), [words])
    top = y + 12
    left = axes.MARGIN + axes.label_room([each.method for each in known]) + 10
    values = _ticks(known)
    right = axes.WIDTH - axes.MARGIN - RANK_ROOM - VALUE_ROOM
    scale = axes.Scale(values[0], values[-1], left, right)
    bottom = top + ROW * len(known) + 2
    marks += [
        Rect(
            axes.MARGIN, top + ROW * place, axes.WIDTH - 2 * axes.MARGIN, ROW, Ink(BAND)
        )
        for place in range(0, len(known), 2)
    ]
    marks += axes.across(scale, top, bottom, words=WORDS, values=values)
    zero = scale(0)
    marks.append(Line((zero, top), (zero, bottom), Ink(stroke=RULE, width=0.9)))
    marks += _heads(top)
    for place, each in enumerate(known):
        marks += _row(each, styles, scale, top + ROW * (place + 0.5))
    description = " ".join([words, *(f"{_words(each)}." for each in known)])
    return Figure(name, _title(known), description, page(marks, bottom + 30))


def _ticks(known: Sequence[Strength]) -> list[float]:
    values = [0.0]
    for each in known:
        values += [
            value for value in (each.strength, each.low, each.high) if value is not None
        ]
    return axes.round_axis(min(values), max(values), most=6)


def _heads(top: float) -> list[Mark]:
    right = axes.WIDTH - axes.MARGIN - 4
    places = ((right - VALUE_ROOM, "strength"), (right, "rank"))
    return [
        Text(x, top - 2, words, axes.SMALL, "end", colour=QUIET) for x, words in places
    ]


def _row(each: Strength, styles: Styles, scale: Scale, y: float) -> list[Mark]:
    style, strength = styles[each.method], each.strength or 0.0
    bar: list[Mark] = []
    if each.low is not None and each.high is not None:
        ends = (scale(each.low), y), (scale(each.high), y)
        bar.append(Line(*ends, Ink(stroke=style.colour, width=1.2)))
    bar.append(marker(style, scale(strength), y, radius=3.4))
    right, baseline = axes.WIDTH - axes.MARGIN - 4, y + axes.DROP * axes.SMALL
    room = scale.start - 10 - axes.MARGIN
    return [
        axes.label(each.method, (scale.start - 10, y), room),
        Group(tuple(bar), tip=_words(each)),
        Text(right - VALUE_ROOM, baseline, _value(each), axes.SMALL, "end"),
        Text(right, baseline, _rank(each), axes.SMALL, "end"),
    ]


def _value(each: Strength) -> str:
    text = axes.signed(each.strength or 0.0)
    if each.low is None or each.high is None:
        return text
    return f"{text} [{axes.signed(each.low)}, {axes.signed(each.high)}]"


def _rank(each: Strength) -> str:
    text = str(each.rank)
    if each.rank_low is None or each.rank_high is None:
        return text
    return f"{text} [{each.rank_low}, {each.rank_high}]"


def _words(each: Strength) -> str:
    return (
        f"{each.method}: strength {_value(each)}, rank {_rank(each)}, chosen in "
        f"{each.wins:,} of {each.votes:,}"
    )


def _title(known: Sequence[Strength]) -> str:
    first, last = known[0], known[-1]
    if first.rank == last.rank:
        return "All methods are chosen alike"
    return f"{brief(first.method)} is chosen most readily, {brief(last.method)} least"


def _subtitle(found: BradleyTerry, alpha: float) -> str:
    words = (
        f"{found.votes:,} answers. A method stronger by 1 than another is chosen over "
        "it with odds of e, in 73% of answers. "
    )
    if found.notes:
        return words + " ".join(f"{note}." for note in found.notes)
    level = axes.plain(100 * (1 - alpha))
    return f"{words}Bars and ranks in brackets: {level}% intervals."
