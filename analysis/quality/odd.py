"""Why a person may want to look at a rater; never a reason to exclude one.

Rules that looked at the analysed votes to exclude raters would move the very figures
that are reported (see `analysis.quality.screening`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.quality.peers import ENOUGH_VOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from analysis.quality.peers import Floats, Peers
    from analysis.votes.frame import Ints

# the outer limit of funnel plots: two in a thousand by chance (Spiegelhalter 2005)
FAR = 3.09
# agreement this far below chance has one honest rater in a hundred, or fewer, as most
# agree more than chance: the answers may have been swapped
BELOW_CHANCE = -2.33
# one answer throughout is odd where others' votes on the clips would give it to fewer
# than one rater in a thousand
CONSTANT = 0.001
# nobody hears and sees a clip and decides in less
HASTY_SECONDS = 2.0
# a median of fewer answers may be an accident
ENOUGH_TIMED = 5
# catch clips are made so that nine in ten answers of attentive raters are right; odd
# is what fewer than one of them in a hundred would do
CATCH_RIGHT = 0.9
CATCH_RARE = 0.01


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each rater, (worker,); NaN where unknown."""

    votes: Ints
    real: Ints
    peers: Peers
    timed: Ints
    seconds: Floats
    catch_right: Floats
    catch_asked: Floats


def odd_reasons(evidence: Evidence) -> dict[int, tuple[str, ...]]:
    """Return the reasons for each rater (code) who has any."""
    found: dict[int, list[str]] = {}
    for rule in (_constant, _far, _below_chance, _hasty, _careless):
        workers, tell = rule(evidence)
        for worker in workers:
            found.setdefault(worker, []).append(tell(worker))
    return {worker: tuple(reasons) for worker, reasons in found.items()}


_Rule = tuple["Sequence[int]", "Callable[[int], str]"]


def _where(mask: npt.NDArray[np.bool_]) -> list[int]:
    workers: list[int] = np.flatnonzero(mask).tolist()
    return workers


def _constant(known: Evidence) -> _Rule:
    all_real = (known.real == known.votes) & (known.votes > 0)
    all_fake = (known.real == 0) & (known.votes > 0)
    study = known.real.sum() / max(1, known.votes.sum())
    usual = np.where(np.isfinite(known.peers.expected), known.peers.expected, study)
    share = np.where(all_real, usual, 1 - usual)
    # share ** votes < CONSTANT, in logarithms
    with np.errstate(divide="ignore"):
        rare = known.votes * np.log(share) < math.log(CONSTANT)

    def tell(worker: int) -> str:
        answer = "real" if all_real[worker] else "fake"
        return f"always {answer} ({known.votes[worker]:,} votes)"

    enough = known.votes >= ENOUGH_VOTES
    return _where((all_real | all_fake) & rare & enough), tell


def _far(known: Evidence) -> _Rule:
    spread = known.peers.spread()
    plain, z = known.peers.rate_z(), known.peers.rate_z(spread)
    enough = known.peers.compared >= ENOUGH_VOTES

    def tell(worker: int) -> str:
        beside = f"; {z[worker]:.1f} as raters differ" if spread else ""
        what = "rate far from what others give the same clips"
        return f"{what} (z = {plain[worker]:.1f}{beside})"

    return _where(enough & (np.abs(z) > FAR)), tell


def _below_chance(known: Evidence) -> _Rule:
    z = known.peers.chance_z
    enough = known.peers.compared >= ENOUGH_VOTES
    return (
        _where(enough & (z < BELOW_CHANCE)),
        lambda worker: f"agrees less than chance (z = {z[worker]:.1f})",
    )


def _hasty(known: Evidence) -> _Rule:
    mask = (known.timed >= ENOUGH_TIMED) & (known.seconds < HASTY_SECONDS)
    return (
        _where(mask),
        lambda worker: f"median {known.seconds[worker]:.1f} s per answer",
    )


def _careless(known: Evidence) -> _Rule:
    asked = np.nan_to_num(known.catch_asked)
    right = np.nan_to_num(known.catch_right)
    rare = special.bdtr(right, asked.astype(np.int64), CATCH_RIGHT) < CATCH_RARE
    return (
        _where((asked > 0) & rare),
        lambda worker: f"{right[worker]:.0f} of {asked[worker]:.0f} catch clips right",
    )
