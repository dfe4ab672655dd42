"""Sizes and powers in closed form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]


def variance_inflation(
    votes_per_item: float, *, rho_item: float, m_star: float, rho_worker: float
) -> float:
    """Return by how much shared items and raters inflate the variance of a share.

    1 + (v - 1) rho_item + (m* - 1) rho_worker. ``rho_item``, ``rho_worker``:
    correlations of two votes that share the item or the rater; ``m_star`` as
    `effective_load` of the votes averaged. The two-way form of Kish's design effect.
    """
    return 1 + (votes_per_item - 1) * rho_item + (m_star - 1) * rho_worker


def effective_load(loads: Floats | Sequence[float]) -> float:
    """Return m* = sum m^2 / sum m of the raters' numbers of votes (1 for no votes).

    The number of votes that the rater of a vote drawn at random gives.
    """
    values = np.asarray(loads, dtype=np.float64)
    total = float(values.sum())
    return float(np.dot(values, values)) / total if total > 0 else 1.0


def expected_loads(votes: int, *, raters: int, most: int, activity: float) -> Floats:
    """Return how many votes each rater is expected to give, rising: (raters,).

    Log-normal shares of deviation `activity` on the log scale, nobody above `most`.
    They sum to `votes`; raises ValueError where even `most` from everybody is less.
    """
    if raters < 1 or raters * most < votes:
        message = (
            f"{raters} raters with at most {most} votes each cannot give {votes}: "
            "raise the raters or the cap"
        )
        raise ValueError(message)
    middle = (np.arange(raters) + 0.5) / raters
    weight = np.exp(activity * special.ndtri(middle))
    # who would exceed the cap keeps it, the others share what is left; the loads rise,
    # so those are the last ones
    rest = votes - most * np.arange(raters - 1, -1, -1)
    scale = rest / np.cumsum(weight)
    free = int(np.flatnonzero(weight * scale <= most).max(initial=0)) + 1
    loads = np.full(raters, float(most))
    loads[:free] = weight[:free] * scale[free - 1]
    return loads


def effect_size_h(one: float, other: float) -> float:
    """Return Cohen's h of two shares: the difference of their arc sines."""
    return 2 * (math.asin(math.sqrt(one)) - math.asin(math.sqrt(other)))


def sample_size_independent(
    one: float, other: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the votes per method that tell two shares apart, votes independent.

    Two-sided test at level `alpha` by the arc sine; equal shares raise ValueError.
    """
    effect = abs(effect_size_h(one, other))
    if effect == 0:
        message = f"{one} and {other} are equal: no number of votes tells them apart"
        raise ValueError(message)

    def missing(votes: float) -> float:
        return two_sided_power(effect * math.sqrt(votes / 2), alpha=alpha) - power

    enough = 2 * (2 * normal_sum(alpha, power) / effect) ** 2
    return float(optimize.brentq(missing, 0.0, enough, xtol=1e-9, rtol=1e-12))


def power_independent(
    difference: float, other: float, votes: float, *, alpha: float = 0.05
) -> float:
    """Return the power of the pooled z test of two shares, votes independent.

    ``other`` and ``other + difference``: the shares, ``votes`` on each of them.
    """
    one = other + difference
    pooled = (one + other) / 2
    null = math.sqrt(2 * pooled * (1 - pooled))
    true = math.sqrt(one * (1 - one) + other * (1 - other))
    critical = float(special.ndtri(1 - alpha / 2)) * null / true
    shift = difference * math.sqrt(votes) / true
    return float(special.ndtr(shift - critical) + special.ndtr(-shift - critical))


def two_sided_power(shift: float, *, alpha: float) -> float:
    """Return the power of a two-sided z test whose statistic has mean `shift`."""
    critical = float(special.ndtri(1 - alpha / 2))
    return float(special.ndtr(shift - critical) + special.ndtr(-shift - critical))


def normal_sum(alpha: float, power: float) -> float:
    """Return how many standard errors a difference must be to be found so often."""
    return float(special.ndtri(1 - alpha / 2) + special.ndtri(power))
