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
    "Average" throughout; rates are the same in all categories.
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

    def clips(self, row: str) -> int:
        """Return the clips that a row's share rests on."""
        return self.asked.clips_per_category if row == "cell" else self.asked.clips

    def votes(self, row: str) -> int:
        """Return the votes on one method in a row."""
        return self.clips(row) * self.asked.votes_per_item

    def m_star(self, row: str) -> float:
        """Return m* of the votes on one method in a row.

        A rater's votes fall on methods and categories at random: of the other votes
        of a vote's rater, a fraction lies in the same row and method.
        """
        excess = max(0.0, effective_load(self.loads) - 1)
        return 1 + excess * self._fraction(row)

    def workers(self, row: str) -> float:
        """Return how many raters are expected to vote on one method in a row."""
        none = (1 - self._fraction(row)) ** self.loads
        return float(np.sum(1 - none))

    def inflation(self, rate: float, row: str) -> float:
        """Return the variance of a share over that of independent votes."""
        independent = rate * (1 - rate)
        return variance_inflation(
            self.asked.votes_per_item,
            rho_item=self._item(rate) / independent,
            m_star=self.m_star(row),
            rho_worker=self._worker(rate, rate) / independent,
        )

    def variance(self, rate: float, row: str) -> float:
        """Return the variance of a method's share in a row."""
        return rate * (1 - rate) * self.inflation(rate, row) / self.votes(row)

    def difference_se(self, one: float, other: float, row: str) -> float:
        """Return the standard error of the difference of two methods' shares."""
        parts = self.asked.components
        clip = shared_covariance(
            one, other, shared=parts.sd_video, total=parts.sd_total
        )
        both = clip / self.clips(row)
        both += (self.m_star(row) - 1) * self._worker(one, other) / self.votes(row)
        variance = self.variance(one, row) + self.variance(other, row) - 2 * both
        return math.sqrt(max(0.0, variance))

    def power(self, one: float, other: float, row: str, *, alpha: float) -> float:
        """Return the power of the two-sided z test of a difference."""
        se = self.difference_se(one, other, row)
        shift = abs(one - other) / se if se else math.inf * (one != other)
        return two_sided_power(shift, alpha=alpha)

    def detectable(self, base: float, row: str, *, alpha: float) -> float | None:
        """Return the smallest difference from `base` found with the asked power.

        Towards 50 %, where shares vary most; None where none short of 0 or 1 is.
        """
        down = base > 0.5
        times = normal_sum(alpha, self.asked.power)

        def missing(difference: float) -> float:
            other = base - difference if down else base + difference
            return difference - times * self.difference_se(base, other, row)

        widest = (base if down else 1 - base) * (1 - 1e-6)
        if missing(widest) < 0:
            return None
        return float(optimize.brentq(missing, 0.0, widest, xtol=1e-9))

    def expected(self, method: str, rate: float, row: str) -> Expected:
        """Return the interval to be expected for a method with this share."""
        asked = self.asked
        clusters = max(2.0, min(self.workers(row), float(self.clips(row))))
        quantile = float(special.stdtrit(clusters - 1, 1 - asked.alpha / 2))
        scale = math.sqrt(self.variance(rate, row) * clusters / (clusters - 1))
        half = quantile * scale / (rate * (1 - rate))
        centre = math.log(rate / (1 - rate))
        return Expected(
            row=row,
            method=method,
            rate=rate,
            votes=self.votes(row),
            m_star=self.m_star(row),
            inflation=self.inflation(rate, row),
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

    def _fraction(self, row: str) -> float:
        groups = len(self.asked.methods)
        if row == "cell":
            groups *= len(self.asked.categories)
        return 1 / groups

    def _item(self, rate: float) -> float:
        parts = self.asked.components
        shared = math.hypot(parts.sd_video, parts.sd_item)
        return shared_covariance(rate, rate, shared=shared, total=parts.sd_total)

    def _worker(self, one: float, other: float) -> float:
        parts = self.asked.components
        return shared_covariance(
            one, other, shared=parts.sd_worker, total=parts.sd_total
        )
