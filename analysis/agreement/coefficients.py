"""Coefficients of agreement for two answers, from items counted by kind.

Weights count the items of each kind on their last axis; leading axes are carried
along, so that a thousand resamples cost one product of matrices. NaN is undefined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from analysis.votes.frame import Ints

Floats = npt.NDArray[np.float64]


class Coefficients(NamedTuple):
    """Pairwise agreement, Krippendorff's alpha and Gwet's AC1."""

    pairwise: Floats
    alpha: Floats
    ac1: Floats


def coefficients(weights: npt.ArrayLike, total: Ints, real: Ints) -> Coefficients:
    """Return the three coefficients; every kind has two votes or more.

    Sources: K. Krippendorff, Content Analysis, 3rd ed. (2013), ch. 12; K. L. Gwet,
    British J. of Mathematical and Statistical Psychology 61 (2008) 29-48.
    """
    w = np.asarray(weights, np.float64)
    n, r = total.astype(np.float64), real.astype(np.float64)
    # ordered pairs of an item's votes that differ
    unlike = 2 * r * (n - r)
    items, votes, said_real = w.sum(axis=-1), w @ n, w @ r
    with np.errstate(invalid="ignore", divide="ignore"):
        pairwise = 1 - (w @ (unlike / (n * (n - 1)))) / items
        observed = w @ (unlike / (n - 1)) / votes
        expected = 2 * said_real * (votes - said_real) / (votes * (votes - 1))
        alpha = np.where(expected > 0, 1 - observed / expected, np.nan)
        share = (w @ (r / n)) / items
        chance = 2 * share * (1 - share)
        ac1 = (pairwise - chance) / (1 - chance)
    return Coefficients(pairwise, alpha, ac1)


def ac1_error(weights: Ints, total: Ints, real: Ints) -> float:
    """Return the standard error of AC1 over items; NaN for a single item.

    Gwet's (2008) linearisation, for unequal numbers of votes too.
    """
    w = weights.astype(np.float64)
    items = w.sum()
    if items < 2:
        return float("nan")
    own_share = real / total
    like = 1 - 2 * real * (total - real) / (total * (total - 1.0))
    share = float(w @ own_share) / items
    chance = 2 * share * (1 - share)
    ac1 = (float(w @ like) / items - chance) / (1 - chance)
    own_chance = own_share * (1 - share) + (1 - own_share) * share
    own = (like - chance) / (1 - chance)
    own = own - 2 * (1 - ac1) * (own_chance - chance) / (1 - chance)
    return float(np.sqrt(w @ (own - ac1) ** 2 / (items * (items - 1))))


def fleiss_kappa(weights: Ints, total: Ints, real: Ints) -> float:
    """Return Fleiss' kappa of items that all have the same number of votes.

    NaN when all votes are alike. Source: J. L. Fleiss, Psychological Bulletin 76
    (1971) 378-382.
    """
    pairwise, _, _ = coefficients(weights, total, real)
    votes = int(weights @ total)
    share = int(weights @ real) / votes if votes else float("nan")
    chance = share**2 + (1 - share) ** 2
    return float(pairwise - chance) / (1 - chance) if 0 < share < 1 else float("nan")
