"""How often each rater says "real", against what chance alone would do."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import BAND, INK, RULE, WHITE
from analysis.figures.scene import Circle, Ink, Line, Mark, Path, Text
from analysis.figures.words import room_for
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.quality import RaterProfile
    from analysis.votes.frame import Ints

NAME = "funnel"
HEIGHT = 190.0
LEFT = axes.MARGIN + 46
RIGHT = axes.WIDTH - axes.MARGIN - 8
DOT = "#5f7183"
ODD = "#9c1f1f"
INNER_BAND = "#e9e9e9"
INNER, OUTER = 0.95, 0.998
# of the inner and the outer funnel, and of the widened one
DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.0, 1.5))
MOST_NAMES = 12
# 99.8 % of a normal distribution lie within
FAR = 3.09
# places along the axis at which the funnel is computed, at most
MOST_PLACES = 120

_HASHED = re.compile("[0-9a-f]{32}")

Bounds = tuple[list[int], list[float], list[float]]
Box = tuple[float, float, float, float]


def short_name(worker: str, *, salt: str = "") -> str:
    """Return six hex digits that stand for a rater.

    The first ones of a name that is a hash already, as the tables print it; of any
    other its HMAC-SHA256 under a salt.
    """
    if _HASHED.fullmatch(worker):
        return worker[:6]
    digest = hmac.new(salt.encode(), worker.encode("utf-8", "replace"), hashlib.sha256)
    return digest.hexdigest()[:6]


def rater_funnel(
    raters: Sequence[RaterProfile],
    *,
    spread: float = 0.0,
    name: Callable[[str], str] = short_name,
) -> Figure:
    """Return each rater's share of "real" against the number of their votes.

    Funnels hold 95 % and 99.8 % of raters who differ by chance alone; where ``spread``,
    the standard deviation of honest raters' shares, is above 0, a wider one allows for
    it as well. Raters that somebody should look at bear the short name that ``name``
    makes of theirs; no figure shows a full one.
    """
    shown = sorted(
        (r for r in raters if r.votes), key=lambda r: (-r.votes, r.real, r.worker)
    )
    if not shown:
        return no_data(NAME, "Share judged real by rater", "No votes yet.")
    share = sum(r.real for r in shown) / sum(r.votes for r in shown)
    most = max(r.votes for r in shown)
    bounds = [funnel(share, most, level) for level in (INNER, OUTER)]
    wide = _widened(share, most, spread) if spread > 0 else None
    title = _title(shown, _beyond(shown, share, wide), spread)
    words = _words(shown, share, spread)
    marks, y = axes.heading(title, [words])
    top, bottom = y + 6, y + 6 + HEIGHT
    values = axes.round_axis(0, most)
    across = axes.Scale(0, values[-1], LEFT, RIGHT)
    # room for the rings of those who always answer alike
    up = axes.Scale(-5, 105, bottom, top)
    shares = [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    marks += [
        _area(bounds[1], across, up, BAND),
        _area(bounds[0], across, up, INNER_BAND),
    ]
    marks += axes.upright(up, LEFT, RIGHT, words="Judged real (%)", values=shares)
    counts = axes.whole(values)
    marks += axes.across(across, bottom, bottom, words="Votes cast", values=counts)
    curves = [*bounds, wide] if wide else bounds
    for each, dash in zip(curves, DASHES, strict=False):
        marks += _curves(each, across, up, Ink(stroke=RULE, width=0.9, dash=dash))
    level = up(100 * share)
    marks.append(Line((LEFT, level), (RIGHT, level), Ink(stroke=INK, width=0.9)))
    ringed_last = sorted(shown, key=lambda rater: bool(rater.odd))
    marks += [_rater(rater, across, up, name) for rater in ringed_last]
    marks += _names(shown, across, up, name)
    return Figure(NAME, title, f"{title}. {words}", page(marks, bottom + 30))


def _title(raters: Sequence[RaterProfile], beyond: int, spread: float) -> str:
    verb = "lies" if beyond == 1 else "lie"
    why = "chance and raters' own leaning explain" if spread else "chance explains"
    return (
        f"{beyond or 'None'} of {counted(len(raters), 'rater')} {verb} outside what "
        f"{why} (99.8%)"
    )


def _words(raters: Sequence[RaterProfile], share: float, spread: float) -> str:
    words = (
        f"Line: {percent(share)}% of all votes are real. Solid and dashed: 95% and "
        "99.8% of raters lie within by chance alone."
    )
    if spread > 0:
        words += (
            " Dotted: 99.8% as raters differ (standard deviation of "
            f"{percent(spread, digits=1)} points)."
        )
    odd = sum(bool(rater.odd) for rater in raters)
    if odd:
        verb = "is" if odd == 1 else "are"
        words += (
            f" {counted(odd, 'rater')} to look at {verb} ringed, under a short name; "
            "none is left out for this."
        )
    return words


def _widened(share: float, most: int, spread: float) -> Bounds:
    """Return the 99.8 % bounds where raters' own shares have a standard deviation."""
    places = _places(most)
    reach = FAR * np.sqrt(share * (1 - share) / places + spread**2)
    low: list[float] = np.clip(share - reach, 0, 1).tolist()
    high: list[float] = np.clip(share + reach, 0, 1).tolist()
    return places.tolist(), low, high


def _places(most: int) -> Ints:
    spaced = np.rint(np.geomspace(1, most, MOST_PLACES)).astype(np.int64)
    places: Ints = np.unique(spaced)
    return places


def funnel(share: float, most: int, level: float) -> Bounds:
    """Return (votes, low, high): the bounds of a share for 1 to ``most`` votes.

    Exact binomial limits at ``level``, interpolated between whole numbers of votes so
    that the curve is smooth (Spiegelhalter 2005, appendix A.1.1).
    """
    places = _places(most)
    tail = (1 - level) / 2
    low, high = (_limit(share, places, part) for part in (tail, 1 - tail))
    return places.tolist(), low, high


def _limit(share: float, votes: Ints, part: float) -> list[float]:
    """Return the interpolated quantile of the share of "real" for numbers of votes."""
    if share in (0.0, 1.0):
        return [share] * len(votes)
    count = np.ceil(np.nan_to_num(special.bdtrik(part, votes, share)) - 1e-9)
    below = np.where(count > 0, special.bdtr(np.maximum(count - 1, 0), votes, share), 0)
    until = special.bdtr(count, votes, share)
    limit = (count - (until - part) / (until - below)) / votes
    values: list[float] = np.clip(limit, 0, 1).tolist()
    return values


def _beyond(raters: Sequence[RaterProfile], share: float, bounds: Bounds | None) -> int:
    """Return how many raters lie outside 99.8 %: of chance, or within ``bounds``."""
    votes = np.array([rater.votes for rater in raters])
    real = np.array([rater.real for rater in raters])
    if bounds is None:
        # exact tails: a smoothed curve would cut off a lone vote that agrees with all
        above = special.bdtrc(np.maximum(real - 1, 0), votes, share)
        above = np.where(real > 0, above, 1.0)
        tails = np.minimum(special.bdtr(real, votes, share), above)
        return int((tails < (1 - OUTER) / 2).sum())
    low, high = (np.interp(votes, bounds[0], side) for side in bounds[1:])
    return int(((real / votes < low) | (real / votes > high)).sum())


def _curves(bounds: Bounds, across: axes.Scale, up: axes.Scale, ink: Ink) -> list[Mark]:
    votes = bounds[0]
    return [
        Path(
            tuple((across(n), up(100 * s)) for n, s in zip(votes, side, strict=True)),
            ink,
            closed=False,
        )
        for side in bounds[1:]
    ]


def _area(bounds: Bounds, across: axes.Scale, up: axes.Scale, colour: str) -> Mark:
    votes, low, high = bounds
    there = [(across(n), up(100 * s)) for n, s in zip(votes, high, strict=True)]
    back = [(across(n), up(100 * s)) for n, s in zip(votes, low, strict=True)]
    return Path((*there, *reversed(back)), Ink(colour))


def _place(
    rater: RaterProfile, across: axes.Scale, up: axes.Scale
) -> tuple[float, float]:
    return across(rater.votes), up(100 * rater.real / rater.votes)


def _rater(
    rater: RaterProfile,
    across: axes.Scale,
    up: axes.Scale,
    name: Callable[[str], str],
) -> Mark:
    x, y = _place(rater, across, up)
    share = percent(rater.real / rater.votes, digits=0)
    words = f"{share}% real of {counted(rater.votes, 'vote')}"
    if not rater.odd:
        return Circle(x, y, 1.9, Ink(DOT, WHITE, 0.4), words)
    tip = f"{name(rater.worker)}: {words}; {'; '.join(rater.odd)}"
    return Circle(x, y, 2.8, Ink(WHITE, ODD, 1.3), tip)


def _names(
    raters: Sequence[RaterProfile],
    across: axes.Scale,
    up: axes.Scale,
    name: Callable[[str], str],
) -> list[Mark]:
    """Return short names beside their rings: clear of each other and of most dots."""
    places = [_place(rater, across, up) for rater in raters]
    dots = [(x - 2, y - 2, x + 2, y + 2) for x, y in places]
    odd = [(r, at) for r, at in zip(raters, places, strict=True) if r.odd]
    taken: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for _, (x, y) in odd]
    marks: list[Mark] = []
    for rater, at in odd[:MOST_NAMES]:
        words = name(rater.worker)
        spots = [
            box
            for box in _spots(at, room_for(words, axes.SMALL))
            if box[0] > LEFT and box[2] < RIGHT + 8 and box[1] > up.end - 4
            if not any(_overlap(box, other) for other in taken)
        ]
        if spots:
            best = min(spots, key=lambda box: sum(_overlap(box, dot) for dot in dots))
            taken.append(best)
            baseline = best[1] + 4 + axes.DROP * axes.SMALL
            marks.append(Text(best[0], baseline, words, axes.SMALL, colour=ODD))
    return marks


def _spots(at: tuple[float, float], room: float) -> list[Box]:
    """Return where words of a width could stand beside a ring, the best first."""
    x, y = at
    lefts = [x + 5, x - 5 - room, x - room / 2, x - room / 2, x + 3, x - 3 - room]
    drops = [0, 0, -9, 9, -7, -7]
    return [
        (left, y + drop - 4, left + room, y + drop + 4)
        for left, drop in zip(lefts, drops, strict=True)
    ]


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )
