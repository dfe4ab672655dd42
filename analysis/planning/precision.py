"""Variances to be expected under the mixed model, in closed form.

Two votes on one item share its clip's and its own effect; two votes of one rater
share the rater's; votes on a clip under two methods share the clip's. What such pairs
have in common decides every variance: of a share, and of a difference of two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from analysis.mixed import marginal_logits
from analysis.planning.formulas import (
    effective_load,
    expected_loads,
    normal_sum,
    two_sided_power,
    variance_inflation,
)
from analysis.planning.record import Expected

if TYPE_CHECKING:
    from analysis.planning.record import PlanInput

Floats = npt.NDArray[np.float64]

NODES = 40


@lru_cache(maxsize=1024)
def shared_covariance(
    one: float, other: float, *, shared: float, total: float
) -> float:
    """Return the covariance of two votes that share effects of deviation `shared`.

    ``one``, ``other``: the marginal shares judged real; ``total``: the deviation of
    all effects of a vote, on the logit scale, at least `shared`.
    """
    if shared == 0:
        return 0.0
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    rest = math.sqrt(max(0.0, total * total - shared * shared))
    logits = marginal_logits([one, other], sd=total)
    # (rate, shared effect, other effects)
    chance = special.expit(
        logits[:, None, None] + shared * nodes[:, None] + rest * nodes
    )
    given = chance @ weights
    means = given @ weights
    return float((given[0] * weights) @ given[1] - means[0] * means[1])


@dataclass(frozen=True, slots=True)
class Precision:
    """The variances of one planned study.

    ``loads``: expected votes of each rater. ``row`` is "cell" (one category) or
    "Average" throughout; rates are the same in all categories. ``methods`` names those
    whose share or difference it is; only where clips lack methods does it matter. A
    "cell" is then the mean of the categories that have clips under all of them.
    """

    asked: PlanInput
    loads: Floats

    @classmethod
    def of(cls, asked: PlanInput) -> Precision:
        """Return the precision of a planned study."""
        loads = expected_loads(
            asked.votes, raters=asked.raters, most=asked.most, activity=asked.activity
        )
        return cls(asked, loads)

    def clips(self, row: str, *methods: str) -> float:
        """Return how many clips a row's share of the first of the methods rests on.

        Those of an even study that is as precise: averages weigh categories alike, so
        that few clips in one count more than many in another. The other methods
        restrict the categories to those with clips under all; without any, 0.
        """
        layout = self.asked.layout
        if layout is None or not methods:
            each = self.asked.clips_per_category
            return each if row == "cell" else each * len(self.asked.categories)
        codes = self._codes(methods)
        return _even(1 / layout.counts(codes[0])[layout.shared(*codes)], row)

    def paired(self, row: str, one: str, other: str) -> float:
        """Return how many clips' own effects two methods' shares have in common."""
        layout = self.asked.layout
        if layout is None or not one:
            return self.clips(row)
        codes = self._codes((one, other))
        kept = layout.shared(*codes)
        mine, theirs, both = (
            layout.counts(*which)[kept] for which in (codes[:1], codes[1:], codes)
        )
        return _even(both / (mine * theirs), row)

    def votes(self, row: str, *methods: str) -> float:
        """Return the votes on the first method in a row: those on its `clips`."""
        return self.clips(row, *methods) * self.asked.votes_per_item

    def m_star(self, row: str, *methods: str) -> float:
        """Return m* of the votes on the first method in a row.

        A rater's votes fall on methods and categories at random: of the other votes
        of a vote's rater, a fraction lies in the same row and method.
        """
        return 1 + self._excess() * self._fraction(row, *methods)

    def workers(self, row: str, *methods: str) -> float:
        """Return how many raters are expected to vote on the first method in a row."""
        none = (1 - self._fraction(row, *methods)) ** self.loads
        return float(np.sum(1 - none))

    def inflation(self, rate: float, row: str, *methods: str) -> float:
        """Return the variance of a share over that of independent votes."""
        independent = rate * (1 - rate)
        return variance_inflation(
            self.asked.votes_per_item,
            rho_item=self._item(rate) / independent,
            m_star=self.m_star(row, *methods),
            rho_worker=self._worker(rate, rate) / independent,
        )

    def variance(self, rate: float, row: str, *methods: str) -> float:
        """Return the variance of the first method's share in a row."""
        inflation = self.inflation(rate, row, *methods)
        return rate * (1 - rate) * inflation / self.votes(row, *methods)

    def difference_se(self, one: float, other: float, row: str, *methods: str) -> float:
        """Return the standard error of the difference of two methods' shares.

        Infinite where no category has clips under both.
        """
        if not self.clips(row, *methods):
            return math.inf
        parts = self.asked.components
        clip = shared_covariance(
            one, other, shared=parts.sd_video, total=parts.sd_total
        )
        both = clip / self.paired(row, *methods[:2] or ("", ""))
        both += self._excess() * self._worker(one, other) / self.asked.votes
        variance = self.variance(one, row, *methods)
        variance += self.variance(other, row, *reversed(methods))
        return math.sqrt(max(0.0, variance - 2 * both))

    def power(
        self, one: float, other: float, row: str, *methods: str, alpha: float
    ) -> float:
        """Return the power of the two-sided z test of a difference."""
        se = self.difference_se(one, other, row, *methods)
        shift = abs(one - other) / se if se else math.inf * (one != other)
        return two_sided_power(shift, alpha=alpha)

    def detectable(
        self, base: float, row: str, *methods: str, alpha: float
    ) -> float | None:
        """Return the smallest difference from `base` found with the asked power.

        Towards 50 %, where shares vary most; None where none short of 0 or 1 is.
        """
        down = base > 0.5
        times = normal_sum(alpha, self.asked.power)

        def missing(difference: float) -> float:
            other = base - difference if down else base + difference
            se = self.difference_se(base, other, row, *methods)
            return difference - times * se

        widest = (base if down else 1 - base) * (1 - 1e-6)
        if missing(widest) < 0:
            return None
        return float(optimize.brentq(missing, 0.0, widest, xtol=1e-9))

    def expected(self, method: str, rate: float, row: str) -> Expected:
        """Return the interval to be expected for a method with this share."""
        asked = self.asked
        clips = self.clips(row, method)
        clusters = max(2.0, min(self.workers(row, method), clips))
        quantile = float(special.stdtrit(clusters - 1, 1 - asked.alpha / 2))
        variance = self.variance(rate, row, method)
        scale = math.sqrt(variance * clusters / (clusters - 1))
        half = quantile * scale / (rate * (1 - rate))
        centre = math.log(rate / (1 - rate))
        return Expected(
            row=row,
            method=method,
            rate=rate,
            votes=round(self.votes(row, method)),
            m_star=self.m_star(row, method),
            inflation=self.inflation(rate, row, method),
            low=float(special.expit(centre - half)),
            high=float(special.expit(centre + half)),
        )

    def with_cap(self, cap: int) -> Precision:
        """Return the precision under another cap, with as many raters as that takes."""
        raters = max(self.asked.raters, math.ceil(self.asked.votes / cap))
        return Precision.of(replace(self.asked, cap=cap, raters=raters))

    def with_votes(self, votes_per_item: int) -> Precision:
        """Return the precision with other votes per item and raters in proportion."""
        asked = self.asked
        ratio = votes_per_item / asked.votes_per_item
        raters = math.ceil(asked.raters * ratio)
        raters = max(raters, math.ceil(asked.votes * ratio / asked.most))
        return Precision.of(
            replace(asked, votes_per_item=votes_per_item, raters=raters)
        )

    def complete(self) -> Precision:
        """Return the precision with every clip under every method, by fewest raters."""
        if self.asked.layout is None:
            return self
        items = len(self.asked.categories) * len(self.asked.methods)
        votes = items * self.asked.clips_per_category * self.asked.votes_per_item
        asked = replace(self.asked, layout=None, raters=max(votes, self.asked.raters))
        raters = max(self.asked.raters, asked.fewest_raters)
        return Precision.of(replace(asked, raters=raters))

    def _codes(self, methods: tuple[str, ...]) -> list[int]:
        return [self.asked.methods.index(method) for method in methods]

    def _excess(self) -> float:
        return max(0.0, effective_load(self.loads) - 1)

    def _fraction(self, row: str, *methods: str) -> float:
        return self.votes(row, *methods) / self.asked.votes

    def _item(self, rate: float) -> float:
        parts = self.asked.components
        shared = math.hypot(parts.sd_video, parts.sd_item)
        return shared_covariance(rate, rate, shared=shared, total=parts.sd_total)

    def _worker(self, one: float, other: float) -> float:
        parts = self.asked.components
        return shared_covariance(
            one, other, shared=parts.sd_worker, total=parts.sd_total
        )


def _even(inverses: Floats, row: str) -> float:
    """Return the clips, alike in all categories, of a mean of one over clips.

    ``inverses``: (category,); 0 for no category, infinite for a mean of 0.
    """
    if not inverses.size:
        return 0.0
    mean = float(inverses.mean())
    strata = 1 if row == "cell" else inverses.size
    return strata / mean if mean else math.inf
