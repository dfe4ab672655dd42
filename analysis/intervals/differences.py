"""Differences of two shares of independent trials, and equivalence by two tests.

All but `tost` take the trials as independent, which votes on the same clips by the
same raters are not: references for whoever needs the plain figures, never defaults.
Shares are k1/n1 - k2/n2 with n1, n2 > 0; differences lie in [-1, 1].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from scipy import special

from analysis.intervals.proportions import wilson
from analysis.intervals.tails import positive

if TYPE_CHECKING:
    from collections.abc import Callable

# halvings of an interval of at most 2: down to the spacing of floats
HALVINGS = 60


class TwoSamples(NamedTuple):
    """Successes and trials of one sample, and of the other."""

    k1: float
    n1: float
    k2: float
    n2: float

    @property
    def difference(self) -> float:
        """Return the difference of the shares."""
        return self.k1 / self.n1 - self.k2 / self.n2

    @property
    def variance(self) -> float:
        """Return the variance of the difference, each share with its own."""
        p1, p2 = self.k1 / self.n1, self.k2 / self.n2
        return p1 * (1 - p1) / self.n1 + p2 * (1 - p2) / self.n2

    def with_one_more_of_each(self) -> TwoSamples:
        """Return the counts with a success and a failure more in either sample."""
        return TwoSamples(self.k1 + 1, self.n1 + 2, self.k2 + 1, self.n2 + 2)


def wald_difference(counts: TwoSamples, *, alpha: float = 0.05) -> tuple[float, float]:
    """Return the difference -+ z standard errors, cut off at -1 and 1."""
    return _around(counts.difference, counts.variance, alpha)


def agresti_caffo(counts: TwoSamples, *, alpha: float = 0.05) -> tuple[float, float]:
    """Return Wald's interval after a success and a failure more in either sample.

    Source: A. Agresti and B. Caffo, The American Statistician 54 (2000) 280-288.
    """
    return wald_difference(counts.with_one_more_of_each(), alpha=alpha)


def newcombe(counts: TwoSamples, *, alpha: float = 0.05) -> tuple[float, float]:
    """Return the hybrid of both samples' Wilson intervals.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    """
    p1, p2 = counts.k1 / counts.n1, counts.k2 / counts.n2
    low1, high1 = (float(end) for end in wilson(counts.k1, counts.n1, alpha=alpha))
    low2, high2 = (float(end) for end in wilson(counts.k2, counts.n2, alpha=alpha))
    below = math.hypot(p1 - low1, high2 - p2)
    above = math.hypot(high1 - p1, p2 - low2)
    return p1 - p2 - below, p1 - p2 + above


def score_difference(counts: TwoSamples, *, alpha: float = 0.05) -> tuple[float, float]:
    """Return the differences that the score test at level alpha does not reject.

    Miettinen and Nurminen's variance, at the likeliest shares that differ by the
    value tested, without their factor n / (n - 1). Source: O. Miettinen and M.
    Nurminen, Statistics in Medicine 4 (1985) 213-226.
    """
    z = float(special.ndtri(1 - alpha / 2))

    def score(value: float) -> float:
        gap = counts.difference - value
        variance = _constrained_variance(counts, value)
        if gap == 0:
            return 0.0
        return gap / math.sqrt(variance) if variance > 0 else math.copysign(1e300, gap)

    low = _falls_to(score, z, -1.0, counts.difference)
    return low, _falls_to(score, -z, counts.difference, 1.0)


def two_sample_z(counts: TwoSamples) -> tuple[float | None, float | None]:
    """Return z and two-sided p of equal shares, by the variance of the pooled share.

    None where all trials of both samples end alike.
    """
    pooled = (counts.k1 + counts.k2) / (counts.n1 + counts.n2)
    variance = pooled * (1 - pooled) * (1 / counts.n1 + 1 / counts.n2)
    if variance <= 0:
        return None, None
    z = counts.difference / math.sqrt(variance)
    return z, two_sided(z)


def two_sided(z: float) -> float:
    """Return the probability of a standard normal value at least as far from 0."""
    return positive(2 * float(special.ndtr(-abs(z))))


def tost(difference: float, se: float, margin: float) -> float:
    """Return p of two one-sided z tests that a difference lies within -+ margin.

    The larger of both: at most alpha exactly where the interval at level 1 - 2 alpha
    lies within the margins. `se` belongs to the difference, whatever its kind.
    Source: D. J. Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15 (1987)
    657-680. Raises ValueError unless se > 0 and margin > 0.
    """
    if not (se > 0 and margin > 0):
        message = f"equivalence needs se > 0 and margin > 0, not {se} and {margin}"
        raise ValueError(message)
    return positive(float(special.ndtr((abs(difference) - margin) / se)))


def tost_independent(counts: TwoSamples, margin: float) -> float:
    """Return p of `tost` by the shares and variance of `agresti_caffo`."""
    more = counts.with_one_more_of_each()
    return tost(more.difference, math.sqrt(more.variance), margin)


def _around(centre: float, variance: float, alpha: float) -> tuple[float, float]:
    half = float(special.ndtri(1 - alpha / 2)) * math.sqrt(variance)
    return max(-1.0, centre - half), min(1.0, centre + half)


def _falls_to(
    score: Callable[[float], float], level: float, low: float, high: float
) -> float:
    """Return where a falling function meets a level, or the end it does not reach."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if score(middle) > level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _constrained_variance(counts: TwoSamples, value: float) -> float:
    """Return the variance at the likeliest shares whose difference is ``value``.

    The second share is the root of n x^3 + b x^2 + c x + d in
    [max(0, -value), min(1, 1 - value)], in closed form by the cosine.
    """
    k1, n1, k2, n2 = counts
    n = n1 + n2
    b = (n1 + 2 * n2) * value - n - k1 - k2
    c = (n2 * value - n - 2 * k2) * value + k1 + k2
    d = k2 * value * (1 - value)
    q = b**3 / (3 * n) ** 3 - c * b / (6 * n * n) + d / (2 * n)
    root = math.sqrt(max(0.0, b * b / (3 * n) ** 2 - c / (3 * n)))
    u = math.copysign(root, q)
    cosine = 1.0 if u == 0 else min(1.0, max(-1.0, q / u**3))
    p2 = 2 * u * math.cos((math.pi + math.acos(cosine)) / 3) - b / (3 * n)
    p2 = min(max(p2, 0.0, -value), 1.0, 1 - value)
    p1 = min(1.0, max(0.0, p2 + value))
    return p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
