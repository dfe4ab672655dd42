"""Always-valid inference on coin flips: look as often as you like.

Under a share p, the likelihood of the flips so far under a uniform mixture of all
shares, divided by that under p, is a martingale that starts at 1. By Ville's inequality
it ever reaches 1 / alpha with a chance of at most alpha, however often one looks and
whenever one stops (H. Robbins, Annals of Mathematical Statistics 41 (1970) 1397-1409).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SignSequence:
    """The mixture's likelihood ratio against a fair coin, sign after sign.

    ``ratios``: after each sign that is not zero, never below 0; ``wins``: positive
    signs among ``trials``. ``first``: how many signs it took to reach ``bound``
    (1 / alpha), None where it never did. ``p``: the always-valid p value, 1 over the
    greatest ratio and at most 1.
    """

    ratios: Floats
    wins: int
    trials: int
    bound: float
    first: int | None
    p: float

    @property
    def crossed(self) -> bool:
        """Return whether the bound was reached at some sign."""
        return self.first is not None


def log_mixture_ratio(
    successes: npt.ArrayLike, trials: npt.ArrayLike, *, share: float = 0.5
) -> Floats:
    """Return the logarithm of the mixture's likelihood ratio against ``share``.

    B(1 + s, 1 + n - s) / (p^s (1 - p)^(n - s)) for s of n; arguments broadcast, 0 <=
    s <= n, 0 < p < 1 (or 1 where s is n).
    """
    s, n = np.asarray(successes, np.float64), np.asarray(trials, np.float64)
    ratio: Floats = special.betaln(1 + s, 1 + n - s) - (
        special.xlogy(s, share) + special.xlog1py(n - s, -share)
    )
    return ratio


def confidence_sequence(
    successes: int, trials: int, *, alpha: float = 0.05
) -> tuple[float, float]:
    """Return the interval (low, high) of shares that are not refuted by s of n.

    All p whose mixture ratio is below 1 / ``alpha``. The interval holds the true share
    at all times at once with a chance of at least 1 - ``alpha``, if the votes are
    independent: take one vote per source clip. It is about twice as wide as an
    interval for one look. Raises ValueError for counts or an alpha that cannot be.
    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials}: successes lie between 0 and the trials"
        raise ValueError(message)
    level = _level(alpha)
    # mirrored, so that flipping every vote mirrors the interval
    low, above = (_lowest(k, trials, level) for k in (successes, trials - successes))
    return low, 1 - above


def _lowest(successes: int, trials: int, alpha: float) -> float:
    """Return the lowest share that is not refuted."""
    if not successes:
        return 0.0

    def excess(share: float) -> float:
        ratio = log_mixture_ratio(successes, trials, share=share)
        return float(ratio) + math.log(alpha)

    # the ratio falls from infinity to below 1 at the observed share
    observed = successes / trials
    return float(optimize.brentq(excess, 1e-300, observed, xtol=1e-300, rtol=1e-13))


def sign_sequence(signs: npt.ArrayLike, *, alpha: float = 0.05) -> SignSequence:
    """Return the always-valid sign test of signs in the order drawn beforehand.

    ``signs``: one number per source clip, of which only the sign counts: the share of
    "real" on the clip under one method minus that under another; zeros are left out.

    If the method changes nobody's vote, the signs are fair coins, even though clips
    share raters who differ in leniency and skill: raters are assigned to methods by
    chance within a clip, so, given who judged the clip and how each of them votes on
    it, the two methods' votes are as likely swapped, whatever came on the clips
    before. That asks for no independence between clips, only for assignments drawn
    anew for each. Levelling the methods within a rater's session ties those a little,
    as drawing without replacement does.
    """
    level = _level(alpha)
    known = np.sign(np.asarray(signs, np.float64))
    known = known[known != 0]
    trials = np.arange(1, len(known) + 1)
    wins = np.cumsum(known > 0)
    logs = log_mixture_ratio(wins, trials)
    reached = np.flatnonzero(logs >= -math.log(level))
    greatest = float(logs.max()) if len(logs) else 0.0
    return SignSequence(
        ratios=np.exp(np.minimum(logs, 700.0)),
        wins=int(wins[-1]) if len(wins) else 0,
        trials=len(known),
        bound=1 / level,
        first=int(reached[0]) + 1 if len(reached) else None,
        p=math.exp(-max(0.0, greatest)),
    )


def _level(alpha: float) -> float:
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: it lies between 0 and 1, such as 0.05"
        raise ValueError(message)
    return alpha
