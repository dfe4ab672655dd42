"""What it would take to find a difference that this study would miss."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.planning.formulas import normal_sum
from analysis.planning.record import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.planning.precision import Precision

MOST_CLIPS = 1_000_000
MOST_VOTES_PER_ITEM = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two methods compared in rows of one kind, among others of a family.

    ``row`` is "cell" or "Average"; ``kind`` the words for it; ``comparisons``: those
    of the family. ``rates``: the expected shares of ``one`` and ``other``.
    """

    kind: str
    row: str
    one: str
    other: str
    rates: tuple[float, float]
    comparisons: int

    @property
    def methods(self) -> tuple[str, ...]:
        """Return the two methods, or nothing where none in particular is meant."""
        return (self.one, self.other) if self.one else ()

    @property
    def difference(self) -> float:
        """Return one minus other, as a share."""
        return self.rates[0] - self.rates[1]

    def level(self, alpha: float) -> float:
        """Return the level of Holm's first step."""
        return alpha / max(1, self.comparisons)


def requirement(precision: Precision, comparison: Comparison) -> Requirement:
    """Return what finds a comparison's difference with the asked power.

    More clips come with raters in proportion, so that nobody works more than planned.
    All of them are meant to have every method; the power is of the study as it is.
    """
    one, other = comparison.rates
    level = comparison.level(precision.asked.alpha)
    power = precision.power(
        one, other, comparison.row, *comparison.methods, alpha=level
    )
    precision = precision.complete()
    asked = precision.asked
    target = abs(comparison.difference) / normal_sum(level, asked.power)

    def good(changed: Precision) -> bool:
        return changed.difference_se(one, other, comparison.row) <= target

    clips = votes = raters = None
    if target > 0:
        # every variance goes with 1 / clips while a rater's votes stay the same
        ratio = (precision.difference_se(one, other, comparison.row) / target) ** 2
        categories = len(asked.categories)
        each = math.ceil(asked.clips_per_category * ratio * (1 - 1e-12))
        if each * categories <= MOST_CLIPS:
            clips = each * categories
            votes = clips * len(asked.methods) * asked.votes_per_item
            raters = math.ceil(asked.raters * each / asked.clips_per_category)
    return Requirement(
        kind=comparison.kind,
        one=comparison.one,
        other=comparison.other,
        difference=comparison.difference,
        power=power,
        clips=clips,
        votes=votes,
        raters=raters,
        votes_per_item=_first(
            lambda number: target > 0 and good(precision.with_votes(number)),
            MOST_VOTES_PER_ITEM,
        ),
        cap=_last(lambda cap: target > 0 and good(precision.with_cap(cap)), asked.most),
        costs=()
        if votes is None
        else tuple((price.recruiter, price.cost(votes)) for price in asked.prices),
    )


def _first(good: Callable[[int], bool], most: int) -> int | None:
    """Return the least number from 1 on that is good, or None up to `most`."""
    if not good(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


def _last(good: Callable[[int], bool], most: int) -> int | None:
    """Return the largest number up to `most` that is good, or None down to 1."""
    if not good(1):
        return None
    low, high = 1, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if good(middle) else (low, middle)
    return low
