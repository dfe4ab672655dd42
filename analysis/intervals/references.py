"""Intervals and tests that take votes as independent: references, never defaults.

Votes on one clip, and votes by one rater, are alike, so these are too sure of
themselves; they stand here for whoever needs the figures of a plain binomial. Counts
are numbers of successes and trials, trials > 0; interval arguments broadcast.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.intervals.tails import positive

Floats = npt.NDArray[np.float64]


def jeffreys(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return the equal-tailed interval (low, high) under Jeffreys' prior.

    The ends are quantiles of Beta(k + 1/2, n - k + 1/2), also where no or every trial
    succeeds. Source: L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science 16
    (2001) 101-133.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    low = special.betaincinv(k + 0.5, n - k + 0.5, alpha / 2)
    high = special.betaincinv(k + 0.5, n - k + 0.5, 1 - alpha / 2)
    return np.asarray(low, np.float64), np.asarray(high, np.float64)


def agresti_coull(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return Wald's interval (low, high) after z^2 more trials, half of them successes.

    Source: A. Agresti and B. A. Coull, The American Statistician 52 (1998) 119-126.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    z = _z(alpha)
    return wald(k + z * z / 2, n + z * z, alpha=alpha)


def wald(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return the share -+ z standard errors (low, high), cut off at 0 and 1.

    It has no width where no or every trial succeeds, and covers too little elsewhere.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    share = k / n
    half = _z(alpha) * np.sqrt(share * (1 - share) / n)
    low: Floats = np.clip(share - half, 0.0, 1.0)
    high: Floats = np.clip(share + half, 0.0, 1.0)
    return low, high


def wilson_corrected(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Return Wilson's interval (low, high) with a correction for continuity.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, method 4.
    """
    k, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    z = _z(alpha)
    low = np.where(k <= 0, 0.0, _corrected_end(k, n, -z))
    high = np.where(k >= n, 1.0, 1 - _corrected_end(n - k, n, -z))
    return low, high


def _corrected_end(k: Floats, n: Floats, z: float) -> Floats:
    share = k / n
    inside = z * z - 2 - 1 / n + 4 * share * (n * (1 - share) + 1)
    # below nothing only where the bound is known to be 0
    root = np.sqrt(np.maximum(inside, 0))
    end: Floats = (2 * k + z * z - 1 + z * root) / (2 * (n + z * z))
    return np.clip(end, 0.0, 1.0)


def binomial_test(successes: int, trials: int) -> float:
    """Return the exact two-sided p of so many successes when either is as likely.

    Twice the smaller tail, at most 1; 1 without trials. Raises ValueError unless
    0 <= successes <= trials.
    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials} is no count of successes"
        raise ValueError(message)
    fewer = min(successes, trials - successes)
    return positive(min(1.0, 2 * float(special.bdtr(fewer, trials, 0.5))))


def _z(alpha: float) -> float:
    return float(special.ndtri(1 - alpha / 2))
