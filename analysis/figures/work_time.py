"""How long sessions took: a histogram."""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import INK, WHITE
from analysis.figures.scene import Ink, Line, Mark, Rect
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "time"
TITLE = "Work time per session"
BAR = "#6b8aa6"
REST = "#b9c8d6"
HEIGHT = 150.0
LEFT = axes.MARGIN + 46
RIGHT = axes.WIDTH - axes.MARGIN - 8
# where the longest is beyond this many times the upper quartile, those beyond half as
# many share one last bar
FAR = 4.0


def time_histogram(minutes: Sequence[float], *, minimum: float | None = None) -> Figure:
    """Return the histogram of minutes per session, finite and not negative.

    ``minimum`` is the shortest time, in minutes, that the study counts. Raises
    ValueError for a time that cannot be one.
    """
    wrong = [time for time in minutes if not 0 <= time < math.inf]
    if wrong:
        message = f"a session of {wrong[0]} minutes: times are finite and at least 0"
        raise ValueError(message)
    if not minutes:
        return no_data(NAME, TITLE, "No session has a recorded time.")
    times = sorted(minutes)
    step, edges = _edges(times, minimum or 0.0)
    counts = [0] * len(edges)
    for time in times:
        counts[min(int(time / step + 1e-9), len(edges) - 1)] += 1
    beyond = times[-1] > edges[-1] + step
    middle = median(times)
    title = f"Half of {counted(len(times), 'session')} took at most {_minutes(middle)}"
    if len(times) == 1:
        title = f"The one session took {_minutes(middle)}"
    lines = [_spread(times, minimum)]
    marks, y = axes.heading(title, lines)
    top, bottom = y + 14, y + 14 + HEIGHT
    across = axes.Scale(0, edges[-1] + step, LEFT, RIGHT)
    levels = axes.round_axis(0, max(counts), most=5)
    up = axes.Scale(0, levels[-1], bottom, top)
    whole = axes.whole(levels)
    marks += axes.upright(up, LEFT, RIGHT, words="Sessions", values=whole)
    words = "Work time (minutes)"
    if beyond:
        words += f"; the last bar holds all of {axes.plain(edges[-1])} and more"
    end = edges[-1] + step
    ticks = [v for v in axes.round_axis(0, end, most=12) if v <= end]
    bars = [
        _bar(across, up, (edge, step, count), beyond=beyond and edge == edges[-1])
        for edge, count in zip(edges, counts, strict=True)
        if count
    ]
    frame = axes.across(across, bottom, bottom, words=words, values=ticks)
    marks += [*bars, *frame]
    places = [(across(middle), f"median {_minutes(middle)}")]
    marks.append(_vertical(across(middle), top, bottom))
    if minimum is not None:
        places.append((across(minimum), f"minimum {_minutes(minimum)}"))
        marks.append(_vertical(across(minimum), top, bottom, dash=(3.0, 2.0)))
    marks += axes.flags(places, top - 3, ends=(LEFT, RIGHT))
    words = "; ".join(
        f"{axes.plain(edge)} to {axes.plain(edge + step)} minutes: {count}"
        for edge, count in zip(edges, counts, strict=True)
        if count
    )
    return Figure(NAME, title, f"{lines[0]} {words}.", page(marks, bottom + 30))


def _edges(times: list[float], minimum: float) -> tuple[float, list[float]]:
    """Return the width of a bar and where bars begin, at most about thirty."""
    quartile = times[math.ceil(0.75 * len(times)) - 1]
    longest = times[-1] if times[-1] <= FAR * quartile else FAR / 2 * quartile
    end = max(longest, minimum, 0.1)
    # twice as many bars for eight times the sessions
    step = axes.step_for(end, min(30, max(6, round(3 * len(times) ** (1 / 3)))))
    return step, [round(step * bar, 10) for bar in range(int(end / step + 1e-9) + 1)]


def _bar(
    across: axes.Scale,
    up: axes.Scale,
    bar: tuple[float, float, int],
    *,
    beyond: bool,
) -> Mark:
    edge, step, count = bar
    x, y = across(edge), up(count)
    until = "and more" if beyond else f"to {axes.plain(edge + step)}"
    tip = f"{axes.plain(edge)} {until} minutes: {counted(count, 'session')}"
    ink = Ink(REST if beyond else BAR, WHITE, 0.6)
    return Rect(x, y, across(edge + step) - x, up(0) - y, ink, tip)


def _vertical(
    x: float, top: float, bottom: float, dash: tuple[float, ...] = ()
) -> Mark:
    return Line((x, top), (x, bottom), Ink(stroke=INK, width=1.1, dash=dash))


def _minutes(time: float) -> str:
    return f"{time:.1f} min" if time < 100 else f"{time:,.0f} min"


def _spread(times: list[float], minimum: float | None) -> str:
    low = times[math.ceil(0.25 * len(times)) - 1]
    high = times[math.ceil(0.75 * len(times)) - 1]
    words = (
        f"{counted(len(times), 'session')}; quartiles {_minutes(low)} and "
        f"{_minutes(high)}, shortest {_minutes(times[0])}, longest "
        f"{_minutes(times[-1])}."
    )
    if minimum is None:
        return words
    below = sum(time < minimum for time in times)
    return f"{words} {below:,} below the minimum of {_minutes(minimum)}."
