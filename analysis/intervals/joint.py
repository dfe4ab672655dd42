"""Clustered variances of any weighted sum of cell shares, from one pass over votes.

Differences of methods, and what is computed from the shares of two, need how the
cells vary together: a rater's lenience moves both shares. `joint_moments` sums once
over each kind of cluster; every weighted sum of cells then has its variance from
tables of (cell, cell). Cells are numbered method * categories + category.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from analysis.intervals.choice import FEW
from analysis.intervals.moments import Floats, Ints, Totals, cell_totals
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.votes import CodedVotes

# bins of a count held at once: some 130 MB
BINS = 1 << 24
# the share of (cluster, cell) with votes above which a full table is the faster one
FULL = 0.1
# a variance below this share of the sizes of its terms is their rounding
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Variances:
    """The variance of one weighted sum by each kind of cluster, none negative."""

    video: float
    worker: float
    pair: float

    @property
    def twoway(self) -> float:
        """Return V_video + V_worker - V_pair, at least the larger of the first two."""
        return max(self.video + self.worker - self.pair, self.video, self.worker)


@dataclass(frozen=True, slots=True)
class Products:
    """Sums over clusters, for two cells, of k k', k n' and n n': (cell, cell).

    k and n are a cluster's votes "real" and all its votes in a cell: whole numbers,
    so the sums do not depend on the order of anything.
    """

    kk: Floats
    kn: Floats
    nn: Floats

    def influences(self, totals: Totals) -> tuple[Floats, Floats]:
        """Return the covariances of the cells' shares, and the size of their terms.

        A cluster's influence on a share is the sum of its votes' residuals over the
        cell's votes; cells without votes have none.
        """
        votes = totals.votes.reshape(-1).astype(np.float64)
        share = totals.real.reshape(-1) / np.maximum(votes, 1)
        mixed = self.kn * share
        both = self.nn * np.multiply.outer(share, share)
        scale = np.maximum(np.multiply.outer(votes, votes), 1)
        covariance = (self.kk + both - (mixed + mixed.T)) / scale
        size = (self.kk + both + (mixed + mixed.T)) / scale
        return covariance, size


@dataclass(frozen=True, slots=True)
class JointMoments:
    """What the clusters of a votes frame say of all cells together.

    ``covariances``: for each kind of cluster, (cell, cell) and the size of the terms
    behind it. ``raters``: for each cell, the codes of those with votes in it.
    """

    totals: Totals
    covariances: tuple[tuple[Floats, Floats], ...]
    raters: tuple[Ints, ...]

    def share(self, cell: int) -> float:
        """Return the share of votes "real" of a cell that has votes."""
        return float(
            self.totals.real.reshape(-1)[cell] / self.totals.votes.reshape(-1)[cell]
        )

    def variances(self, weights: Mapping[int, float]) -> Variances:
        """Return the variances of the sum over cells of weight times share."""
        cells, factors = list(weights), np.array(list(weights.values()))
        products = np.multiply.outer(factors, factors)
        here = np.ix_(cells, cells)
        return Variances(
            *(
                _exact_sum(products * covariance[here], np.abs(products) * size[here])
                for covariance, size in self.covariances
            )
        )

    def rater_count(self, cells: Sequence[int]) -> int:
        """Return how many raters have votes in any of some cells."""
        if not cells:
            return 0
        codes = np.concatenate([self.raters[cell] for cell in cells])
        return int(np.count_nonzero(np.bincount(codes)))


def few_clusters(raters: int, clips: int, categories: int) -> str:
    """Return why so few clusters give no clustered error, '' where they are enough.

    ``clips`` lie in so many ``categories``; residuals sum to zero in each, so every
    further one takes a clip's worth of freedom.
    """
    if min(raters, clips - (categories - 1)) >= FEW:
        return ""
    found = f"{counted(raters, 'rater')}, {counted(clips, 'clip')}"
    if min(raters, clips) >= FEW:
        found += f" in {categories:,} categories"
    return f"few clusters ({found}): no clustered error"


def joint_moments(votes: CodedVotes) -> JointMoments:
    """Return the moments of source videos, raters and pairs of them over all cells.

    The variances are Cameron, Gelbach and Miller's (J. Business & Economic Statistics
    29 (2011) 238-249) of residuals taken within cells, as in `sample_cells`.
    """
    totals = cell_totals(votes)
    cells = math.prod(votes.shape)
    by_video = _Counts.of(votes.video, votes.cell, votes.vote, cells)
    by_worker = _Counts.of(votes.worker, votes.cell, votes.vote, cells)
    order = np.argsort(by_worker.cell, kind="stable")
    starts = np.cumsum(np.bincount(by_worker.cell, minlength=cells))[:-1]
    return JointMoments(
        totals,
        tuple(
            products.influences(totals)
            for products in (
                by_video.products(),
                by_worker.products(),
                _pair_products(votes, totals),
            )
        ),
        tuple(np.split(by_worker.cluster[order], starts)),
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """Votes "real" and all votes of each (cluster, cell) that has any."""

    cluster: Ints
    cell: Ints
    real: Ints
    every: Ints
    shape: tuple[int, int]

    @classmethod
    def of(cls, cluster: Ints, cell: Ints, vote: Ints, cells: int) -> _Counts:
        clusters = int(cluster.max()) + 1 if len(cluster) else 0
        key = cluster * cells + cell
        if clusters * cells <= BINS:
            every = np.bincount(key, minlength=clusters * cells)
            real = np.bincount(key[vote == 1], minlength=clusters * cells)
            kinds = np.flatnonzero(every)
            real, every = real[kinds], every[kinds]
        else:
            kinds, place = np.unique(key, return_inverse=True)
            every = np.bincount(place, minlength=len(kinds))
            real = np.bincount(place[vote == 1], minlength=len(kinds))
        shape = clusters, cells
        return cls(kinds // max(1, cells), kinds % max(1, cells), real, every, shape)

    def products(self) -> Products:
        """Return the products, by full tables where little of them is empty."""
        if len(self.cell) > FULL * math.prod(self.shape):
            full = np.zeros((2, *self.shape))
            full[0, self.cluster, self.cell] = self.real
            full[1, self.cluster, self.cell] = self.every
            real, every = full
            return Products(real.T @ real, real.T @ every, every.T @ every)
        starts = np.searchsorted(self.cluster, np.arange(self.shape[0] + 1))
        rows, columns = (
            sparse.csr_array(
                (counts.astype(np.float64), self.cell, starts), shape=self.shape
            )
            for counts in (self.real, self.every)
        )
        return Products(
            *(
                np.asarray(product.toarray(), np.float64)
                for product in (rows.T @ rows, rows.T @ columns, columns.T @ columns)
            )
        )


def _pair_products(votes: CodedVotes, totals: Totals) -> Products:
    """Return the products of pairs of a source video and a rater.

    A rater who meets a video once makes a pair of one vote, whose products are counts.
    """
    pair = votes.video * votes.workers + votes.worker
    ordered = np.sort(pair)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    real, every = totals.real.reshape(-1), totals.votes.reshape(-1)
    if not len(again):
        return _single_votes(real, every)
    rows = np.flatnonzero(np.isin(pair, again))
    cell, vote = votes.cell[rows], votes.vote[rows]
    _, cluster = np.unique(pair[rows], return_inverse=True)
    together = _Counts.of(cluster, cell, vote, len(every)).products()
    alone = _single_votes(
        real - np.bincount(cell[vote == 1], minlength=len(every)),
        every - np.bincount(cell, minlength=len(every)),
    )
    return Products(
        alone.kk + together.kk, alone.kn + together.kn, alone.nn + together.nn
    )


def _single_votes(real: Ints, every: Ints) -> Products:
    once = np.diag(real.astype(np.float64))
    return Products(once, once, np.diag(every.astype(np.float64)))


def _exact_sum(terms: Floats, sizes: Floats) -> float:
    # added exactly, so that the order of the cells cannot be told from the result
    total = math.fsum(terms.reshape(-1).tolist())
    return total if total > ROUNDING * float(sizes.sum()) else 0.0
