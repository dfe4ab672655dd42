"""How often a generated clip is taken for the real one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.dots import row_height
from analysis.figures.figure import Figure, page
from analysis.figures.legend import legend, systems
from analysis.figures.palette import BAND, INK, RULE, Styles, marker, system_styles
from analysis.figures.scene import Group, Ink, Line, Mark, Rect
from analysis.figures.words import brief
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.figures.axes import Scale
    from analysis.pairs import PairShare

NAME = "fooled"
WORDS = "Answers that took the generated clip for the real one (%)"
AVERAGE_GAP = 8.0


def fooled_plot(
    found: Sequence[PairShare],
    *,
    name: str = NAME,
    alpha: float = 0.05,
    styles: Styles | None = None,
) -> Figure:
    """Return a dot with an interval for every category and generated method.

    ``found``: the rows of `two_afc`, at least one. The average is set apart, and left
    out where there is one category only.
    """
    methods = tuple(dict.fromkeys(row.other for row in found))
    rows = _rows(found)
    styles = styles or system_styles(methods, None)
    words = _subtitle(rows, alpha)
    marks, y = axes.heading(_title(rows), [words])
    entries, y = legend(systems(methods, styles), y)
    marks += entries
    top = y + 12
    left = axes.MARGIN + axes.label_room(list(rows)) + 8
    scale = axes.Scale(0, 100, left, axes.WIDTH - axes.MARGIN - 8)
    height = row_height(len(methods), len(rows))
    tops = [top + height * index for index in range(len(rows))]
    if len(rows) > 1:
        tops[-1] += AVERAGE_GAP
    bottom = tops[-1] + height + 4
    bands = tops[:-1:2] if len(rows) > 1 else tops
    marks += [
        Rect(axes.MARGIN, each, axes.WIDTH - 2 * axes.MARGIN, height, Ink(BAND))
        for each in bands
    ]
    marks += _frame(scale, top, bottom)
    for (row, shares), each in zip(rows.items(), tops, strict=True):
        bold = len(rows) > 1 and each == tops[-1]
        at = (left - 8, each + height / 2)
        marks.append(axes.label(row, at, left - 18, bold=bold))
        dodge = (height - 6) / len(methods)
        marks += [
            _dot(
                share,
                styles,
                scale,
                each + 3 + dodge * (methods.index(share.other) + 0.5),
            )
            for share in shares
        ]
    if len(rows) > 1:
        y = tops[-1] - AVERAGE_GAP / 2
        rule = Ink(stroke=RULE, width=0.8)
        marks.append(Line((axes.MARGIN, y), (axes.WIDTH - axes.MARGIN, y), rule))
    told = "; ".join(_words(share) for shares in rows.values() for share in shares)
    description = f"{words} {told}."
    return Figure(name, _title(rows), description, page(marks, bottom + 30))


def _rows(found: Sequence[PairShare]) -> dict[str, list[PairShare]]:
    """Return the shares by row, the average last and only where it says more."""
    average = found[-1].row
    names = [row.row for row in found if row.row != average]
    order = [*dict.fromkeys(names), average]
    if len(order) == 2:
        order = order[:1]
    return {name: [row for row in found if row.row == name] for name in order}


def _frame(scale: Scale, top: float, bottom: float) -> list[Mark]:
    values = [float(value) for value in range(0, 101, 10)]
    marks = axes.across(scale, top, bottom, words=WORDS, values=values)
    x = scale(50)
    half = Ink(stroke=INK, width=0.9)
    marks.append(
        Line((x, top), (x, bottom), half, "real and generated told apart by nobody")
    )
    ends = (scale.start, axes.WIDTH - axes.MARGIN)
    return marks + axes.flags([(x, "50%: cannot be told apart")], top - 3, ends=ends)


def _dot(share: PairShare, styles: Styles, scale: Scale, y: float) -> Mark:
    style = styles[share.other]
    marks: list[Mark] = []
    if share.fooled_bounds is not None:
        low, high = (scale(100 * bound) for bound in share.fooled_bounds)
        marks.append(Line((low, y), (high, y), Ink(stroke=style.colour, width=1.2)))
    marks.append(marker(style, scale(100 * (share.fooled or 0)), y))
    return Group(tuple(marks), tip=_words(share))


def _words(share: PairShare) -> str:
    text = f"{share.row}, {share.other}: {_percent(share)}"
    if share.fooled_bounds is not None:
        low, high = (percent(bound) for bound in share.fooled_bounds)
        text += f" [{low}, {high}]"
    passed = share.votes - share.chosen
    return f"{text} ({passed:,} of {counted(share.votes, 'answer')})"


def _percent(share: PairShare) -> str:
    return f"{percent(share.fooled or 0)}%"


def _title(rows: dict[str, list[PairShare]]) -> str:
    last = sorted(list(rows.values())[-1], key=lambda share: share.fooled or 0)
    average = " on average" if len(rows) > 1 else ""
    one = last[0].one
    if len(last) == 1 or last[0].fooled == last[-1].fooled:
        return (
            f"Generated clips are taken for {brief(one)} in {_percent(last[-1])} of "
            f"answers{average}"
        )
    return (
        f"{brief(last[-1].other)} is taken for {brief(one)} most often, in "
        f"{_percent(last[-1])} of answers{average}; {brief(last[0].other)} in "
        f"{_percent(last[0])}"
    )


def _subtitle(rows: dict[str, list[PairShare]], alpha: float) -> str:
    level = axes.plain(100 * (1 - alpha))
    votes = sum(share.votes for share in list(rows.values())[-1])
    mean = f" {list(rows)[-1]}: mean of the rows." if len(rows) > 1 else ""
    return (
        f"{counted(votes, 'answer')} on pairs with the real clip. Bars: {level}% "
        f"intervals.{mean}"
    )
