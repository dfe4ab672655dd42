"""What an interval needs to know of a cell, and of a mean of cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analysis.intervals.moments import (
    BLOCK,
    Ints,
    Moments,
    Totals,
    cell_totals,
    cluster_moments,
    pair_moments,
)

if TYPE_CHECKING:
    from analysis.votes import CodedVotes


@dataclass(frozen=True, slots=True)
class Sample:
    """A share of votes judged real and what is known of its precision.

    ``rate``: the share, exact; ``size``: the independent votes that would fix it as
    well (of a cell, its votes), ``pairs``: the independent (video, rater) pairs, as
    many where nobody meets a video twice. ``strata``: categories it averages.
    ``labels``: videos counted in each of them; ``majority_real`` of these have most
    votes "real", ``majority_ties`` have as many as not. Standard errors are
    of the share, in [0, 1]; ``deff`` is the two-way variance over that of independent
    (video, rater) pairs, None where that is zero.
    """

    rate: Fraction
    size: Fraction
    pairs: Fraction
    strata: int
    videos: int
    workers: int
    labels: int
    majority_real: int
    majority_ties: int
    se_binomial: float
    se_video: float
    se_worker: float
    se_twoway: float
    deff: float | None


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples of a votes frame: cells[method][category], averages[method].

    None where there is no vote.
    """

    cells: tuple[tuple[Sample | None, ...], ...]
    averages: tuple[Sample | None, ...]


def sample_cells(votes: CodedVotes) -> Samples:
    """Return the sample of every cell and of every method's mean over categories.

    The variance is Cameron, Gelbach and Miller's for two crossed kinds of clusters
    (J. Business & Economic Statistics 29 (2011) 238-249), V = V_video + V_worker -
    V_pair and at least the larger of the two, of residuals taken within categories.
    """
    totals = cell_totals(votes)
    source = _Source(
        totals,
        cluster_moments(votes, votes.video, votes.videos),
        cluster_moments(votes, votes.worker, votes.workers),
        pair_moments(votes, totals),
        *_majorities(votes),
    )
    methods, categories = votes.shape
    present = [
        [c for c in range(categories) if totals.votes[m, c]] for m in range(methods)
    ]
    return Samples(
        tuple(
            tuple(
                source.sample(m, [c]) if c in present[m] else None
                for c in range(categories)
            )
            for m in range(methods)
        ),
        tuple(
            source.sample(m, present[m]) if present[m] else None for m in range(methods)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    totals: Totals
    video: Moments
    worker: Moments
    pair: Moments
    majority_real: Ints
    majority_ties: Ints

    def sample(self, method: int, categories: list[int]) -> Sample:
        counts = [self.totals.of(method, category) for category in categories]
        strata = len(counts)
        v_video, v_worker, v_pair = (
            moments.variance(method, categories, self.totals)
            for moments in (self.video, self.worker, self.pair)
        )
        v_binomial = math.fsum(k * (n - k) / n**3 for k, n in counts) / strata**2
        variance = max(v_video + v_worker - v_pair, v_video, v_worker)
        return Sample(
            rate=sum((Fraction(k, n) for k, n in counts), Fraction()) / strata,
            size=strata**2 / sum((Fraction(1, n) for _, n in counts), Fraction()),
            pairs=strata**2 / self._repeats(method, categories),
            strata=strata,
            videos=_clusters(self.video, method, categories),
            workers=_clusters(self.worker, method, categories),
            labels=int(self.video.in_cell[method, categories].sum()),
            majority_real=int(self.majority_real[method, categories].sum()),
            majority_ties=int(self.majority_ties[method, categories].sum()),
            se_binomial=math.sqrt(v_binomial),
            se_video=math.sqrt(v_video),
            se_worker=math.sqrt(v_worker),
            se_twoway=math.sqrt(variance),
            deff=variance / v_pair if v_pair > 0 else None,
        )

    def _repeats(self, method: int, categories: list[int]) -> Fraction:
        """Return the sum over categories of the pairs' squared shares of the votes."""
        return sum(
            (
                Fraction(
                    int(self.pair.nn[method, c, c]), self.totals.of(method, c)[1] ** 2
                )
                for c in categories
            ),
            Fraction(),
        )


def _clusters(moments: Moments, method: int, categories: list[int]) -> int:
    """Return the clusters with votes: in one category, or in all that have any."""
    if len(categories) == 1:
        return int(moments.in_cell[method, categories[0]])
    return int(moments.in_method[method])


def _majorities(votes: CodedVotes) -> tuple[Ints, Ints]:
    """Return the videos of each cell whose votes are mostly "real", and the ties."""
    group = votes.cell * votes.videos + votes.video
    if math.prod(votes.shape) * votes.videos > BLOCK:
        kinds, group = np.unique(group, return_inverse=True)
    else:
        kinds = np.arange(math.prod(votes.shape) * votes.videos)
    balance = np.bincount(group, weights=votes.vote * 2 - 1, minlength=len(kinds))
    met = np.bincount(group, minlength=len(kinds)) > 0
    cell = kinds // max(1, votes.videos)
    real, ties = (
        np.bincount(cell[chosen], minlength=math.prod(votes.shape))
        for chosen in (met & (balance > 0), met & (balance == 0))
    )
    return real.reshape(votes.shape), ties.reshape(votes.shape)
