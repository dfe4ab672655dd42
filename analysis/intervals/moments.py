"""Sums over clusters of votes, exact and independent of the order of anything.

With k and n the votes "real" and all votes of a cluster in a category, every variance
of the table is a combination of the sums over clusters of k k', k n' and n n' of two
categories. Those are whole numbers, so the results do not depend on the order of the
rows or the names of the raters, to the last bit.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

# counts held at once: some 100 MB
BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums of products over one kind of cluster, for each method.

    ``kk``, ``kn``, ``nn``: (method, category, category), whole numbers below 2^53.
    ``in_cell``: (method, category) and ``in_method``: (method,), clusters with votes.
    """

    kk: Floats
    kn: Floats
    nn: Floats
    in_cell: Ints
    in_method: Ints

    @classmethod
    def none(cls, shape: tuple[int, int]) -> Moments:
        """Return the moments of no votes at all."""
        methods, categories = shape
        square = np.zeros((3, methods, categories, categories))
        return cls(
            square[0],
            square[1],
            square[2],
            np.zeros(shape, np.int64),
            np.zeros(methods, np.int64),
        )

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both sets of clusters, which share none."""
        return Moments(
            self.kk + other.kk,
            self.kn + other.kn,
            self.nn + other.nn,
            self.in_cell + other.in_cell,
            self.in_method + other.in_method,
        )

    def product(self, method: int, one: int, two: int, totals: Totals) -> float:
        """Return the sum over clusters of the product of two categories' influences.

        A cluster's influence on a category's share is the sum of its votes' residuals
        divided by the category's votes. The division is the only rounding.
        """
        k1, n1 = totals.of(method, one)
        k2, n2 = totals.of(method, two)
        scaled = (
            int(self.kk[method, one, two]) * n1 * n2
            - int(self.kn[method, one, two]) * n1 * k2
            - int(self.kn[method, two, one]) * n2 * k1
            + int(self.nn[method, one, two]) * k1 * k2
        )
        return scaled / (n1 * n1 * n2 * n2)

    def variance(self, method: int, categories: list[int], totals: Totals) -> float:
        """Return the cluster variance of the mean share over the categories."""
        size = len(categories)
        if size == 1:
            return self.product(method, categories[0], categories[0], totals)
        terms = [
            self.product(method, one, two, totals) * (1 if one == two else 2)
            for position, one in enumerate(categories)
            for two in categories[position:]
        ]
        # terms are rounded one by one: a variance of nothing may come out at -1e-20
        return max(0.0, math.fsum(terms)) / size**2


@dataclass(frozen=True, slots=True)
class Totals:
    """Votes "real" and all votes of each cell: (method, category)."""

    real: Ints
    votes: Ints

    def of(self, method: int, category: int) -> tuple[int, int]:
        """Return (votes "real", all votes) of one cell."""
        return int(self.real[method, category]), int(self.votes[method, category])


def cell_totals(votes: CodedVotes) -> Totals:
    """Return the counts of every cell."""
    methods, categories = votes.shape
    counts = np.bincount(
        votes.cell * 2 + votes.vote, minlength=2 * methods * categories
    )
    counts = counts.reshape(methods, categories, 2)
    return Totals(counts[..., 1], counts.sum(axis=2))


def cluster_moments(votes: CodedVotes, cluster: Ints, clusters: int) -> Moments:
    """Return the moments over clusters coded 0 .. clusters - 1."""
    moments = Moments.none(votes.shape)
    if not len(votes.vote):
        return moments
    cells = math.prod(votes.shape)
    width = max(1, BLOCK // cells)
    code = votes.cell * 2 + votes.vote
    if clusters <= width:
        return _block(code, cluster, clusters, votes.shape)
    order = np.argsort(cluster, kind="stable")
    code, cluster = code[order], cluster[order]
    for start in range(0, clusters, width):
        low, high = np.searchsorted(cluster, (start, start + width))
        block = cluster[low:high] - start
        moments += _block(code[low:high], block, width, votes.shape)
    return moments


def _block(code: Ints, cluster: Ints, width: int, shape: tuple[int, int]) -> Moments:
    methods, categories = shape
    size = methods * categories * 2
    counts = np.bincount(code * width + cluster, minlength=size * width)
    by_vote = counts.reshape(methods, categories, 2, width)
    real = by_vote[:, :, 1].astype(np.float64)
    every = by_vote.sum(axis=2).astype(np.float64)
    present = every > 0
    return Moments(
        real @ real.transpose(0, 2, 1),
        real @ every.transpose(0, 2, 1),
        every @ every.transpose(0, 2, 1),
        np.count_nonzero(present, axis=2),
        np.count_nonzero(present.any(axis=1), axis=1),
    )


def pair_moments(votes: CodedVotes, totals: Totals) -> Moments:
    """Return the moments over pairs of a source video and a rater.

    Where no rater meets a video twice in a method, a pair is one vote and the moments
    are the counts themselves.
    """
    pair = (votes.method * votes.videos + votes.video) * votes.workers + votes.worker
    ordered = np.sort(pair)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(again):
        return _single_votes(totals)
    shared = np.isin(pair, again)
    few = _subset(votes, shared)
    kinds, cluster = np.unique(pair[shared], return_inverse=True)
    together = cluster_moments(few, cluster.reshape(-1), len(kinds))
    return _single_votes(cell_totals(_subset(votes, ~shared))) + together


def _single_votes(totals: Totals) -> Moments:
    methods, categories = totals.votes.shape
    moments = Moments.none((methods, categories))
    here = np.arange(categories)
    moments.kk[:, here, here] = totals.real
    moments.kn[:, here, here] = totals.real
    moments.nn[:, here, here] = totals.votes
    return moments


def _subset(votes: CodedVotes, rows: Mask) -> CodedVotes:
    arrays = ("vote", "category", "method", "item", "video", "worker")
    return dataclasses.replace(
        votes, **{name: getattr(votes, name)[rows] for name in arrays}
    )
