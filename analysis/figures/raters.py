"""How many votes each rater cast, the busiest first."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from analysis.figures import axes
from analysis.figures.figure import Figure, no_data, page
from analysis.figures.palette import INK, QUIET
from analysis.figures.scene import Ink, Line, Path, Text
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.quality import RaterProfile

NAME = "raters"
HEIGHT = 190.0
LEFT = axes.MARGIN + 46
RIGHT = axes.WIDTH - axes.MARGIN - 8
DOT = "#5f7183"
# a vote count this many times the median's calls for a logarithmic axis
STEEP = 20


def rater_ranks(raters: Sequence[RaterProfile], *, cap: int | None = None) -> Figure:
    """Return votes per rater, the busiest first; ``cap``: the most a rater may cast."""
    votes = sorted((rater.votes for rater in raters if rater.votes), reverse=True)
    if not votes:
        return no_data(NAME, "Votes per rater", "No votes yet.")
    title = _busiest(votes)
    middle = votes[len(votes) // 2]
    words = (
        f"Most {votes[0]:,}, median {middle:,}, fewest {votes[-1]:,} votes. Raters "
        "stand in the order of their votes."
    )
    over = 0 if cap is None else sum(count > cap for count in votes)
    if cap is not None:
        words += f" {over:,} above the cap of {counted(cap, 'vote')}."
    marks, y = axes.heading(title, [words])
    top, bottom = y + 14, y + 14 + HEIGHT
    across = axes.Scale(0.5, max(len(votes), 2) + 0.5, LEFT, RIGHT)
    up, values = _votes_axis(max(votes[0], cap or 0), middle, top, bottom)
    marks += axes.upright(up, LEFT, RIGHT, words="Votes", values=values)
    ranks = axes.whole(axes.round_axis(0, max(len(votes), 2)))
    values = [1.0, *(v for v in ranks if 1 < v <= max(len(votes), 2))]
    name = "Rank of the rater"
    marks += axes.across(across, bottom, bottom, words=name, values=values)
    steps = [(across(rank + 0.5), up(count)) for rank, count in enumerate(votes)]
    ends = [(x + across(1.5) - across(0.5), y) for x, y in steps]
    outline = tuple(point for pair in zip(steps, ends, strict=True) for point in pair)
    area = (*outline, (ends[-1][0], bottom), (LEFT, bottom))
    marks.append(Path(area, Ink("#dfe6ec")))
    marks.append(Path(outline, Ink(stroke=DOT, width=1.4), closed=False))
    if cap is not None:
        ends_ = (LEFT, up(cap)), (RIGHT, up(cap))
        marks.append(Line(*ends_, Ink(stroke=INK, width=1.0, dash=(3.0, 2.0))))
        flag = f"cap {cap:,}"
        marks.append(Text(RIGHT, up(cap) - 3, flag, axes.SMALL, "end", colour=QUIET))
    return Figure(NAME, title, f"{title}. {words}", page(marks, bottom + 30))


def _busiest(votes: list[int]) -> str:
    """Return how much of the work the busiest tenth did."""
    total = sum(votes)
    some = max(1, round(len(votes) / 10))
    if len(votes) == 1:
        return f"One rater cast all {counted(total, 'vote')}"
    part = percent(list(accumulate(votes))[some - 1] / total, digits=0)
    who = f"{some} busiest" if some > 1 else "busiest"
    return f"The {who} of {len(votes):,} raters cast {part}% of {total:,} votes"


def _votes_axis(
    most: int, middle: int, top: float, bottom: float
) -> tuple[axes.Scale, list[float]]:
    if most < STEEP * middle:
        values = axes.round_axis(0, most, most=6)
        return axes.Scale(0, values[-1], bottom, top), axes.whole(values)
    powers = [10.0**power for power in range(len(str(most)) + 1)]
    high = next(power for power in powers if power >= most)
    values = [power for power in powers if power <= high]
    return axes.Scale(1, high, bottom, top, log=True), values
