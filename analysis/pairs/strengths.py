"""Bradley-Terry strengths of several methods that were compared in pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse import csgraph

from analysis.intervals.resampling import (
    Crossed,
    mixed,
    name_marks,
    poisson_counts,
    set_order,
)
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pairs.coding import PairVotes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ROUNDS = 200
MM_ROUNDS = 2
# the largest step of a strength in one round: keeps far-off starts from overshooting
LONGEST_STEP = 2.0
# share of the votes that the gradient may still be off
CLOSE = 1e-11
# below this many raters or source videos their resampling is not to be trusted
FEW = 10
# replicates without strengths before the others say too little
MOST_LOST = 0.05
# strengths closer than this are tied
TIE = 1e-8


@dataclass(frozen=True, slots=True)
class Strength:
    """One method's strength and rank.

    ``strength``: on the log scale with mean zero over the methods; a difference of d
    means being chosen with odds of e^d. ``share``: e^strength over the sum of all.
    ``rank``: 1 is the strongest, ties share the better rank. Bounds are percentiles
    over replicates; ``se`` their standard deviation. ``wins`` of ``votes`` answers
    chose it. None where there are no strengths, or no intervals.
    """

    method: str
    wins: int
    votes: int
    strength: float | None
    share: float | None
    rank: int | None
    se: float | None = None
    low: float | None = None
    high: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None


@dataclass(frozen=True, slots=True)
class BradleyTerry:
    """Strengths of all methods, in their order, with how the intervals were drawn.

    ``lost``: replicates in which no strengths existed. ``notes`` say in words why
    strengths or intervals are missing.
    """

    strengths: tuple[Strength, ...]
    votes: int
    replicates: int
    seed: int
    lost: int
    notes: tuple[str, ...]


def bradley_terry(
    pairs: PairVotes, *, seed: int = 0, replicates: int = 2000, alpha: float = 0.05
) -> BradleyTerry:
    """Return maximum-likelihood strengths with intervals by cluster bootstrap.

    Each replicate weighs an answer by the product of its rater's and its source
    video's Poisson weight (see `bootstrap_cells`: conservative). Strengths exist if
    the methods cannot be parted into two groups of which one never won against the
    other (L. Ford, American Mathematical Monthly 64 (1957) 28-33); ``notes`` name such
    groups. Intervals are left out with fewer than 10 raters or source videos. Model:
    R. Bradley and M. Terry, Biometrika 39 (1952) 324-345.
    """
    wins = pairs.wins()
    met = np.flatnonzero(wins.sum(axis=0) + wins.sum(axis=1))
    table = wins[np.ix_(met, met)]
    notes = separations(table, [pairs.methods[code] for code in met])
    theta = np.full(len(wins), np.nan)
    if not notes:
        theta[met] = fit_strengths(table)
    plain = _bare(pairs, theta)
    lost = 0
    if not notes:
        notes += _few(pairs)
    if not notes:
        drawn = _replicates(pairs, met, replicates, seed)
        lost = replicates - len(drawn)
        if lost > MOST_LOST * replicates:
            notes.append(
                f"no intervals: in {lost:,} of {counted(replicates, 'replicate')} a "
                "method won or lost everything"
            )
        else:
            plain = _with_bounds(plain, met, drawn, alpha)
    return BradleyTerry(plain, len(pairs.chosen), replicates, seed, lost, tuple(notes))


def _few(pairs: PairVotes) -> list[str]:
    raters, videos = np.unique(pairs.worker).size, np.unique(pairs.video).size
    if min(raters, videos) >= FEW:
        return []
    clusters = f"{counted(raters, 'rater')}, {counted(videos, 'source video')}"
    return [f"few clusters ({clusters}): no intervals"]


def fit_strengths(wins: npt.ArrayLike) -> Floats:
    """Return the log-strengths, mean zero, of a table of wins.

    ``wins``: (..., method, method), how often the row's method was chosen over the
    column's; need not be whole. Returned (..., method), not a number where they do not
    exist. By Newton's method on the concave log-likelihood.
    """
    table = np.asarray(wins, np.float64)
    size = table.shape[-1]
    if size < 2:
        return np.zeros(table.shape[:-1])
    batch = table.reshape(-1, size, size)
    theta = np.full(batch.shape[:2], np.nan)
    sure = _joined(batch)
    theta[sure] = _newton(batch[sure])
    return theta.reshape(table.shape[:-1])


def _newton(wins: Floats) -> Floats:
    """Return the strengths of a batch in which all exist."""
    number, size = wins.shape[:2]
    met = wins + wins.transpose(0, 2, 1)
    won = wins.sum(axis=2)
    scale = met.sum(axis=(1, 2))
    theta = np.log(mm_rounds(wins, rounds=MM_ROUNDS))
    left = np.arange(number)
    for _ in range(ROUNDS):
        if not len(left):
            break
        gap = theta[left, :, None] - theta[left, None, :]
        chance = 1 / (1 + np.exp(-gap))
        slope = won[left] - (met[left] * chance).sum(axis=2)
        spread = met[left] * chance * (1 - chance)
        # strengths are known up to a constant: the added ones settle it
        curve = -spread + scale[left, None, None] / size
        curve[:, range(size), range(size)] += spread.sum(axis=2)
        step = np.linalg.solve(curve, slope[..., None])[..., 0]
        longest = abs(step).max(axis=1, keepdims=True)
        theta[left] += step * np.minimum(
            1.0, LONGEST_STEP / np.maximum(longest, 1e-300)
        )
        done = abs(slope).max(axis=1) <= CLOSE * scale[left]
        left = left[~done]
    theta[left] = np.nan
    centred: Floats = theta - theta.mean(axis=1, keepdims=True)
    return centred


def mm_rounds(wins: npt.ArrayLike, *, rounds: int) -> Floats:
    """Return shares of strength, (..., method), after some MM rounds from equal ones.

    Sums to 1; every method must have won. A good start, and a slow way to the maximum
    (D. Hunter, Annals of Statistics 32 (2004) 384-406, equation 3).
    """
    table = np.asarray(wins, np.float64)
    met = table + np.swapaxes(table, -1, -2)
    shares = np.full(table.shape[:-1], 1 / table.shape[-1])
    for _ in range(rounds):
        pace = met / (shares[..., :, None] + shares[..., None, :])
        shares = table.sum(axis=-1) / pace.sum(axis=-1)
        shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def _joined(wins: Floats) -> Flags:
    """Return which tables let every method reach every other by a chain of wins."""
    size = wins.shape[-1]
    steps = ((wins > 0) | np.eye(size, dtype=bool)).astype(np.float32)
    for _ in range(size.bit_length()):
        steps = np.minimum(steps @ steps, 1)
    joined: Flags = np.asarray((steps > 0).all(axis=(1, 2)))
    return joined


def separations(wins: npt.ArrayLike, methods: Sequence[str]) -> list[str]:
    """Return sentences on what keeps strengths from existing; none where they do."""
    table = np.asarray(wins) > 0
    if len(methods) < 2 or not table.any():
        return ["no pairs of two methods were judged: no strengths"]
    graph = sparse.csr_array(table.astype(np.int8))
    groups, group = csgraph.connected_components(graph, directed=False)
    if groups > 1:
        parts = " and ".join(
            f"[{_names(methods, group == part)}]" for part in range(groups)
        )
        return [f"no chain of comparisons joins {parts}: no common scale of strength"]
    groups, group = csgraph.connected_components(graph, connection="strong")
    if groups == 1:
        return []
    unbeaten = [
        part
        for part in range(groups)
        if not table[np.ix_(group != part, group == part)].any()
    ]
    return [
        f"{_names(methods, group == part)} was chosen in every comparison with the "
        "other methods: how much stronger it is has no bound, so no strengths are given"
        for part in unbeaten
    ]


def _names(methods: Sequence[str], chosen: Flags) -> str:
    return ", ".join(name for name, here in zip(methods, chosen, strict=True) if here)


def _bare(pairs: PairVotes, theta: Floats) -> tuple[Strength, ...]:
    """Return the strengths without intervals, None where ``theta`` is no number."""
    wins = pairs.wins()
    total = np.nansum(np.exp(theta))
    ranks = _ranks(theta)
    return tuple(
        Strength(
            method=name,
            wins=int(wins[code].sum()),
            votes=int(wins[code].sum() + wins[:, code].sum()),
            strength=float(theta[code]) if known else None,
            share=float(np.exp(theta[code]) / total) if known else None,
            rank=int(ranks[code]) if known else None,
        )
        for code, (name, known) in enumerate(
            zip(pairs.methods, ~np.isnan(theta), strict=True)
        )
    )


def _ranks(theta: Floats) -> Ints:
    """Return the rank of each method, (..., method): 1 and how many are stronger."""
    ahead = theta[..., None, :] - theta[..., :, None] > TIE
    ranks: Ints = 1 + ahead.sum(axis=-1)
    return ranks


def _replicates(pairs: PairVotes, met: Ints, replicates: int, seed: int) -> Floats:
    """Return the strengths of the methods that were met, where they exist."""
    size = len(pairs.methods)
    marks = mixed(
        name_marks(pairs.item_ids)[pairs.item] + name_marks(pairs.methods)[pairs.winner]
    )
    source = Crossed(
        code=pairs.winner * size + pairs.loser,
        codes=size * size,
        one=set_order(marks, pairs.video, pairs.videos)[pairs.video],
        ones=pairs.videos,
        other=set_order(marks, pairs.worker, pairs.workers)[pairs.worker],
        others=pairs.workers,
    )
    rng = np.random.default_rng(seed % (1 << 64))
    counts = poisson_counts(source, replicates, rng)
    tables = counts.T.reshape(replicates, size, size)
    theta = fit_strengths(tables[:, met[:, None], met])
    return theta[~np.isnan(theta).any(axis=1)]


def _with_bounds(
    plain: tuple[Strength, ...], met: Ints, drawn: Floats, alpha: float
) -> tuple[Strength, ...]:
    ends = (alpha / 2, 1 - alpha / 2)
    low, high = np.quantile(drawn, ends, axis=0)
    # a rank is a whole number: quantiles are ranks that were drawn
    best, worst = np.quantile(_ranks(drawn), ends, axis=0, method="inverted_cdf")
    spread = drawn.std(axis=0, ddof=1)
    bounded = list(plain)
    for place, code in enumerate(met):
        bounded[code] = replace(
            plain[code],
            se=float(spread[place]),
            low=float(low[place]),
            high=float(high[place]),
            rank_low=int(best[place]),
            rank_high=int(worst[place]),
        )
    return tuple(bounded)
