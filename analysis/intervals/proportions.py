"""Intervals for one share of independent votes; all arguments broadcast."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


def wilson(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return Wilson's score interval (low, high) at level 1 - alpha.

    Counts need not be whole (an effective number of trials will do); trials > 0.
    Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    z2 = float(special.ndtri(1 - alpha / 2)) ** 2
    share = k / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = np.where(k <= 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    high = np.where(k >= n, 1.0, np.clip(centre + half, 0.0, 1.0))
    return low, high


def clopper_pearson(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return the exact (conservative) interval (low, high) at level 1 - alpha.

    Counts need not be whole; trials > 0. Source: C. J. Clopper and E. S. Pearson,
    Biometrika 26 (1934) 404-413, by the quantiles of the beta distribution.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    # the quantiles do not exist at the ends, where the bound is known
    inner_low, inner_high = np.where(k <= 0, 1.0, k), np.where(k >= n, 0.0, k)
    low = special.betaincinv(inner_low, n - np.minimum(inner_low, n) + 1, alpha / 2)
    high = special.betaincinv(inner_high + 1, n - inner_high, 1 - alpha / 2)
    return np.where(k <= 0, 0.0, low), np.where(k >= n, 1.0, high)
