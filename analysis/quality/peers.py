"""Each rater's votes against those of the others who judged the same items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import optimize

from analysis.quality.counting import count_codes

if TYPE_CHECKING:
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints

Floats = npt.NDArray[np.float64]

# votes below which a normal approximation says nothing
ENOUGH_VOTES = 10
# raters below which their spread cannot be told from chance
ENOUGH_RATERS = 10
# the median of |z| of a standard normal variable z
MEDIAN_NORMAL = 0.67449


@dataclass(frozen=True, slots=True)
class Peers:
    """Per rater, (worker,); NaN where undefined.

    ``compared`` votes are on items that have other votes too. ``agreement`` and
    ``expected`` as in `RaterProfile`; ``shift``: the rater's own share "real" of the
    compared votes less the expected one, ``error`` its standard error were an item's
    votes exchangeable; ``chance_z``: how far agreement is above that of the same
    answers dealt out to the rater's items at random.
    """

    compared: Ints
    agreement: Floats
    expected: Floats
    shift: Floats
    error: Floats
    chance_z: Floats

    def rate_z(self, spread: float = 0.0) -> Floats:
        """Return the shift in standard errors, widened by a spread of honest raters."""
        with np.errstate(invalid="ignore", divide="ignore"):
            z = self.shift / np.hypot(self.error, spread)
        return np.where(self.error > 0, z, np.nan)

    def spread(self) -> float:
        """Return the robust standard deviation of the raters' shifts beyond chance.

        Honest raters differ in how readily they say "real"; a plain funnel would mark
        many of those with most votes. The spread makes half of all |z| what they are
        of a normal z; the odd ones do not move it. Additive overdispersion: D. J.
        Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202. 0 where there are
        too few raters to tell.
        """
        known = (self.compared >= ENOUGH_VOTES) & (self.error > 0)
        if np.count_nonzero(known) < ENOUGH_RATERS:
            return 0.0

        def excess(spread: float) -> float:
            half = np.median(np.abs(self.rate_z(spread)[known]))
            return float(half) - MEDIAN_NORMAL

        if excess(0.0) <= 0:
            return 0.0
        # no shift exceeds 1, so a spread of 2 is always too much
        return float(optimize.brentq(excess, 0.0, 2.0, xtol=1e-9))


def compare_peers(votes: CodedVotes) -> Peers:
    """Return every rater against the others who judged the same items.

    With r of an item's n votes "real", the others' share is q = (r - vote) / (n - 1);
    were an item's votes exchangeable, vote - q would have mean 0 and variance
    r (n - r) / (n - 1)^2.
    """
    # sums over the few kinds of votes of a rater, in the order of the kinds: they do
    # not depend on the order of the rows
    worker, vote, total, real, times = _kinds(votes)
    others = total - 1
    share = (real - vote) / others
    like = np.where(vote == 1, share, 1 - share)
    variance = real * (total - real) / (others * others)

    def by_rater(values: Ints | Floats) -> Floats:
        weights = times * np.asarray(values, np.float64)
        sums = np.bincount(worker, weights, minlength=votes.workers)
        # of no rows bincount counts in integers
        return sums.astype(np.float64, copy=False)

    count = by_rater(np.ones(len(worker)))
    said, expected = by_rater(vote), by_rater(share)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = by_rater(vote * share) - said * expected / count
        of_votes = said - said * said / count
        of_shares = by_rater(share * share) - expected * expected / count
        scale = np.sqrt(np.maximum(of_votes * of_shares, 0) / (count - 1))
        return Peers(
            compared=count.astype(np.int64),
            agreement=by_rater(like) / count,
            expected=expected / count,
            shift=(said - expected) / count,
            error=np.sqrt(by_rater(variance)) / count,
            # differences of nothing come out at 1e-16
            chance_z=np.where(scale > 1e-9, together / scale, np.nan),
        )


def _kinds(votes: CodedVotes) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return (worker, vote, item's votes, item's votes "real", times), all (kind,).

    Only votes on items that have other votes.
    """
    size = len(votes.item_ids)
    total = np.bincount(votes.item, minlength=size)
    real = np.bincount(votes.item[votes.vote == 1], minlength=size)
    width = int(total.max(initial=0)) + 1
    kinds, kind = np.unique(total * width + real, return_inverse=True)
    codes = (votes.worker * len(kinds) + kind.reshape(-1)[votes.item]) * 2 + votes.vote
    found, times = count_codes(codes, votes.workers * len(kinds) * 2)
    of_item = kinds[(found // 2) % max(1, len(kinds))]
    n, r = of_item // width, of_item % width
    worker, vote = found // (2 * max(1, len(kinds))), found % 2
    shared = n > 1
    return worker[shared], vote[shared], n[shared], r[shared], times[shared]
