"""Differences on the average row, each with its interval: a forest plot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import INK, QUIET, RULE, Styles, system_styles
from analysis.figures.palette import marker as sign
from analysis.figures.scene import Group, Ink, Line, Mark, Rect, Text
from analysis.figures.words import brief, fit, room_for
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.contrasts import Contrast, ContrastReport, Equivalence
    from analysis.figures.axes import Scale

NAME = "forest"
TITLE = "Differences between systems on the average row"
HEADS = {
    "generated": "Generated systems",
    "real": "Against the control",
    "baseline": "Against the baseline",
}
ROW = 16.0
HEAD = 18.0
P_ROOM = 52.0
VALUE_ROOM = 116.0
EQUIVALENCE_BAND = "#e4eef6"


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand: rows between ``left`` and the columns at the right."""

    scale: Scale
    left: float
    styles: Styles
    report: ContrastReport


def forest_plot(report: ContrastReport, *, styles: Styles | None = None) -> Figure:
    """Return the forest plot of a report's contrasts of whole systems.

    Differences are in percentage points, ``one`` minus ``other``. Where a margin was
    declared, its band lies behind the comparisons with the control and a thick bar
    shows the narrower interval that equivalence is judged by.
    """
    families = _families(report)
    shown = [contrast for _, contrasts in families for contrast in contrasts]
    if not shown:
        why = "No two systems have votes to compare."
        return no_data(NAME, TITLE, why)
    methods = [name for contrast in shown for name in (contrast.one, contrast.other)]
    control = next((e.control for e in report.equivalences), None)
    real = [c.other for c in shown if c.family == "real"]
    control = control or (real[0] if real else None)
    styles = styles or system_styles(methods, control)
    marks, y = axes.heading(_title(report, shown), _lines(report))
    left = axes.MARGIN + _label_room(families) + 10
    right = axes.WIDTH - axes.MARGIN - P_ROOM - VALUE_ROOM
    values = _ticks(report, shown)
    scale = axes.Scale(values[0], values[-1], left, right)
    plan = _Plan(scale, left, styles, report)
    top = y + 10
    bottom = top + HEAD * len(families) + ROW * len(shown) + 4
    words = "Difference in the share judged real (percentage points)"
    under, y = [], top
    over: list[Mark] = []
    for name, contrasts in families:
        height = HEAD + ROW * len(contrasts)
        under += _margin(plan, contrasts, y, y + height)
        over += _family(plan, name, contrasts, y)
        y += height
    grid = axes.across(plan.scale, top, bottom, words=words, values=values)
    zero = plan.scale(0)
    line = Line((zero, top), (zero, bottom), Ink(stroke=INK, width=0.9))
    marks += [*under, *grid, line, *_columns(top), *over]
    description = " ".join([*_lines(report), *(f"{_sentence(c)}." for c in shown)])
    return Figure(NAME, _title(report, shown), description, page(marks, bottom + 30))


def _families(report: ContrastReport) -> list[tuple[str, list[Contrast]]]:
    """Return the families that compare whole systems, with their contrasts."""
    names = dict.fromkeys(c.family for c in report.contrasts if c.family in HEADS)
    return [
        (name, [contrast for contrast in report.contrasts if contrast.family == name])
        for name in names
    ]


def _ticks(report: ContrastReport, shown: list[Contrast]) -> list[float]:
    values = [0.0]
    for contrast in shown:
        low, high = contrast.low, contrast.high
        values += [contrast.difference, low or 0.0, high or 0.0]
    if report.comparisons.margin_pp is not None and report.equivalences:
        margin = report.comparisons.margin_pp / 100
        values += [-margin, margin]
    return axes.round_axis(100 * min(values), 100 * max(values), most=6)


def _label_room(families: list[tuple[str, list[Contrast]]]) -> float:
    heads = [room_for(HEADS[name], axes.NORMAL, bold=True) for name, _ in families]
    pairs = [_pair(contrast) for _, contrasts in families for contrast in contrasts]
    return max(axes.label_room(pairs), *heads)


def _columns(top: float) -> list[Mark]:
    right = axes.WIDTH - axes.MARGIN
    return [
        Text(right - P_ROOM, top - 2, "difference", axes.SMALL, "end", colour=QUIET),
        Text(right, top - 2, "p (Holm)", axes.SMALL, "end", colour=QUIET),
    ]


def _margin(
    plan: _Plan, contrasts: list[Contrast], top: float, bottom: float
) -> list[Mark]:
    margin = plan.report.comparisons.margin_pp
    if margin is None or not any(_equivalence(plan.report, c) for c in contrasts):
        return []
    low, high = plan.scale(-margin), plan.scale(margin)
    tip = f"equivalent to the control within {axes.plain(margin)} points"
    edge = Ink(stroke=RULE, width=0.8, dash=(2.0, 2.0))
    return [
        Rect(low, top, high - low, bottom - top, Ink(EQUIVALENCE_BAND), tip),
        Line((low, top), (low, bottom), edge),
        Line((high, top), (high, bottom), edge),
    ]


def _family(
    plan: _Plan, name: str, contrasts: list[Contrast], top: float
) -> list[Mark]:
    head = Text(axes.MARGIN, top + 12, HEADS[name], axes.NORMAL, bold=True, colour=INK)
    rule = Line(
        (axes.MARGIN, top),
        (axes.WIDTH - axes.MARGIN, top),
        Ink(stroke=RULE, width=0.6),
    )
    marks: list[Mark] = [rule, head]
    for place, contrast in enumerate(contrasts):
        marks += _row(plan, contrast, top + HEAD + ROW * (place + 0.5) - 2)
    return marks


def _row(plan: _Plan, contrast: Contrast, y: float) -> list[Mark]:
    style, scale = plan.styles[contrast.one], plan.scale
    right = axes.WIDTH - axes.MARGIN
    bar: list[Mark] = []
    if contrast.low is not None and contrast.high is not None:
        ends = (scale(100 * contrast.low), y), (scale(100 * contrast.high), y)
        bar.append(Line(*ends, Ink(stroke=style.colour, width=1.2)))
    narrow = _equivalence(plan.report, contrast)
    if narrow is not None and narrow.low is not None and narrow.high is not None:
        turn = 1 if narrow.method == contrast.one else -1
        ends = (scale(100 * turn * narrow.low), y), (scale(100 * turn * narrow.high), y)
        bar.append(Line(*ends, Ink(stroke=style.colour, width=3.0)))
    bar.append(sign(style, scale(100 * contrast.difference), y, radius=3.4))
    baseline = y + axes.DROP * axes.SMALL
    return [
        axes.label(_pair(contrast), (plan.left - 8, y), plan.left - 8 - axes.MARGIN),
        Group(tuple(bar), tip=_sentence(contrast)),
        Text(right - P_ROOM, baseline, _value(contrast), axes.SMALL, "end"),
        Text(
            right,
            baseline,
            _p(contrast.p_holm),
            axes.SMALL,
            "end",
            bold=contrast.significant,
        ),
    ]


def _equivalence(report: ContrastReport, contrast: Contrast) -> Equivalence | None:
    pair = {contrast.one, contrast.other}
    return next(
        (
            found
            for found in report.equivalences
            if found.row == contrast.row and {found.method, found.control} == pair
        ),
        None,
    )


def _pair(contrast: Contrast) -> str:
    """Return 'one minus other', each short enough for both to be seen."""
    names = []
    for name in (contrast.one, contrast.other):
        room = axes.MOST_LABEL / 2 - 6
        long = room_for(name, axes.NORMAL) > room
        names.append(fit(name, room, axes.NORMAL).words if long else name)
    return " \N{MINUS SIGN} ".join(names)


def _value(contrast: Contrast) -> str:
    text = axes.signed(100 * contrast.difference)
    if contrast.low is None or contrast.high is None:
        return text
    low, high = axes.signed(100 * contrast.low), axes.signed(100 * contrast.high)
    return f"{text} [{low}, {high}]"


def _p(p: float | None) -> str:
    if p is None:
        return "\N{EN DASH}"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _sentence(contrast: Contrast) -> str:
    return (
        f"{contrast.one} minus {contrast.other}: {_value(contrast)} percentage points, "
        f"p {_p(contrast.p_holm)} after Holm, on "
        f"{counted(contrast.videos, 'source video')}"
    )


def _title(report: ContrastReport, shown: list[Contrast]) -> str:
    found = [contrast for contrast in shown if contrast.significant]
    if len(shown) == 1:
        one, other = brief(shown[0].one, 24), brief(shown[0].other, 24)
        verb = "differ" if found else "are not found to differ"
        return f"{one} and {other} {verb} on the average row"
    declared = "declared " if report.comparisons.declared else ""
    verb = "finds" if len(found) == 1 else "find"
    return (
        f"{len(found) or 'None'} of {len(shown)} {declared}comparisons of systems "
        f"{verb} a difference on the average row ({_level(report)} after Holm)"
    )


def _level(report: ContrastReport) -> str:
    return f"alpha {axes.plain(report.comparisons.alpha)}"


def _lines(report: ContrastReport) -> list[str]:
    alpha = report.comparisons.alpha
    level = axes.plain(100 * (1 - alpha))
    lines = [
        f"First system minus second; bars: {level}% intervals, clustered two ways."
    ]
    margin = report.comparisons.margin_pp
    if margin is not None and report.equivalences:
        narrow = axes.plain(100 * (1 - 2 * alpha))
        lines.append(
            f"Band: the declared margin of {axes.plain(margin)} points around the "
            f"control; equivalent is whose thick bar, the {narrow}% interval, lies "
            "within."
        )
    return lines
