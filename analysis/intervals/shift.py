"""How the share judged real differs between groups of votes, what was shown held fixed.

Groups cut across the cells: early and late votes of a session, hours of the day. Votes
are compared within cells alone, so that a group which met other systems or categories
does not differ for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.intervals.joint import ROUNDING, few_clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.intervals.moments import Floats, Ints
    from analysis.votes import CodedVotes

# influences are taken to whole multiples of 2^-30: their sums over up to four million
# votes are exact, so the order of the rows cannot be told from them
UNIT = 2.0**30


@dataclass(frozen=True, slots=True)
class Shift:
    """The share of one group of votes minus that of the others, adjusted for the cell.

    ``difference`` in [-1, 1], ``se`` its two-way clustered standard error, 0 where the
    votes leave no variance. ``raters`` and ``clips`` count those of the side that has
    fewer; ``categories`` those in which both sides have votes; ``votes`` all compared.
    ``effective``: so many raters or clips with equal numbers of votes would tell as
    much, (sum n)^2 / sum n^2, the least of both kinds and sides.
    """

    difference: float
    se: float
    raters: int
    clips: int
    categories: int
    votes: int
    effective: float

    @property
    def untested(self) -> str:
        """Return why there is no clustered test; '' where there is one."""
        if few := few_clusters(self.raters, self.clips, self.categories):
            return few
        if self.effective < 2:
            return "one rater or clip outweighs all others: no clustered error"
        return "" if self.se > 0 else "no variance to estimate an error from"

    def test(self, alpha: float = 0.05) -> tuple[float, float, float] | None:
        """Return low and high at level 1 - alpha and the two-sided p of no difference.

        By Student's t on G - 1 degrees and the error times sqrt(G / (G - 1)), G the
        effective number of clusters: where few raters give most votes of a side, the
        normal approximation finds too much. None where `untested` says why. Source:
        A. V. Carter, K. T. Schnepel and D. G. Steigerwald, Review of Economics and
        Statistics 99 (2017) 698-709.
        """
        if self.untested:
            return None
        freedom = self.effective - 1
        se = self.se * math.sqrt(self.effective / freedom)
        half = -float(special.stdtrit(freedom, alpha / 2)) * se
        p = 2 * float(special.stdtr(freedom, -abs(self.difference) / se))
        return self.difference - half, self.difference + half, p


def adjusted_shifts(
    votes: CodedVotes, group: Ints, of: Sequence[int]
) -> tuple[Shift | None, ...]:
    """Return the shift of each group in ``of`` against all other groups together.

    ``group``: (vote,), from 0; votes with -1 are left out. The difference is Mantel
    and Haenszel's: within each cell, weighted by n1 n0 / (n1 + n0), which is the
    coefficient of the group beside one constant per cell. Its variance is that of
    `sample_cells`, V_video + V_worker - V_pair and at least the larger of the two, of
    residuals taken within cell and side. None where no cell has votes on both sides.
    Source: N. Mantel and W. Haenszel, J. National Cancer Institute 22 (1959) 719-748;
    S. Greenland and J. M. Robins, Biometrics 41 (1985) 55-68, for shares.
    """
    if not len(votes.vote):
        return (None,) * len(of)
    table = _Table.of(votes, group)
    return tuple(table.shift(one) for one in of)


@dataclass(frozen=True, slots=True)
class _Table:
    """Votes by what an influence depends on: cell, group (the last: left out), vote.

    ``code``: (vote,). ``counts``: (cell, group, vote). ``raters`` and ``clips``: (rater
    or clip, group), numbers of votes. ``rows`` and ``pair``: the votes of a rater on a
    clip met before or again, and which pair each belongs to.
    """

    votes: CodedVotes
    code: Ints
    counts: Ints
    raters: Ints
    clips: Ints
    rows: Ints
    pair: Ints

    @classmethod
    def of(cls, votes: CodedVotes, group: Ints) -> _Table:
        left_out = int(group.max()) + 1
        placed = np.where(group < 0, left_out, group)
        width = left_out + 1
        code = (votes.cell * width + placed) * 2 + votes.vote
        cells = math.prod(votes.shape)
        counts = np.bincount(code, minlength=cells * width * 2)
        rows, pair = _repeated_pairs(votes)
        return cls(
            votes,
            code,
            counts.reshape(cells, width, 2),
            _met(votes.worker, placed, width),
            _met(votes.video, placed, width),
            rows,
            pair,
        )

    def shift(self, one: int) -> Shift | None:
        is_one = np.arange(self.counts.shape[1]) == one
        is_other = ~is_one
        is_other[-1] = False
        ones = self.counts[:, is_one].sum(axis=1)
        others = self.counts[:, is_other].sum(axis=1)
        n1, n0 = ones.sum(axis=1), others.sum(axis=1)
        both = (n1 > 0) & (n0 > 0)
        if not both.any():
            return None
        weight = n1 * n0 / np.maximum(n1 + n0, 1)
        total = math.fsum(weight.tolist())
        p1, p0 = (k[:, 1] / np.maximum(n, 1) for k, n in ((ones, n1), (others, n0)))
        influence = np.zeros(self.counts.shape)
        for side, sign, n, share in ((is_one, 1, n1, p1), (is_other, -1, n0, p0)):
            factor = sign * weight / np.maximum(n, 1)
            each = np.stack([-share * factor, (1 - share) * factor], axis=-1)
            influence[:, side] = each[:, None]
        categories = self.votes.shape[1]
        clusters = [
            _clusters(counts[:, side].sum(axis=1))
            for counts in (self.raters, self.clips)
            for side in (is_one, is_other)
        ]
        raters, clips = clusters[:2], clusters[2:]
        return Shift(
            difference=math.fsum((weight * (p1 - p0)).tolist()) / total,
            se=math.sqrt(self._variance(np.rint(influence * UNIT))) / UNIT / total,
            raters=min(count for count, _ in raters),
            clips=min(count for count, _ in clips),
            categories=int(both.reshape(-1, categories).any(axis=0).sum()),
            votes=int((n1 + n0)[both].sum()),
            effective=min(effective for _, effective in clusters),
        )

    def _variance(self, influence: Floats) -> float:
        each = influence.reshape(-1)[self.code]
        worker, video = (
            _squares(np.bincount(cluster, weights=each))
            for cluster in (self.votes.worker, self.votes.video)
        )
        pair = math.fsum((self.counts * influence**2).reshape(-1).tolist())
        if len(self.rows):
            again = each[self.rows]
            pair += _squares(np.bincount(self.pair, weights=again)) - _squares(again)
        found = max(worker + video - pair, worker, video)
        return found if found > ROUNDING * pair else 0.0


def _met(cluster: Ints, group: Ints, width: int) -> Ints:
    """Return the numbers of votes: (cluster, group)."""
    clusters = int(cluster.max()) + 1
    counts = np.bincount(cluster * width + group, minlength=clusters * width)
    return counts.reshape(clusters, width)


def _clusters(sizes: Ints) -> tuple[int, float]:
    """Return how many clusters have votes, and how many equal ones they amount to."""
    total, squares = int(sizes.sum()), int((sizes**2).sum())
    return int(np.count_nonzero(sizes)), total**2 / max(squares, 1)


def _squares(sums: Floats | Ints) -> float:
    # in rising order, so that the names of the clusters cannot be told from the sum
    return float(np.sort(sums**2).sum())


def _repeated_pairs(votes: CodedVotes) -> tuple[Ints, Ints]:
    pairs = votes.video * max(1, votes.workers) + votes.worker
    ordered = np.sort(pairs)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(again):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing
    rows = np.flatnonzero(np.isin(pairs, again))
    _, pair = np.unique(pairs[rows], return_inverse=True)
    return rows, pair.reshape(-1)
