"""The difference of two methods' mean shares, and its two-way clustered error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analysis.intervals.moments import BLOCK, Floats, Ints, Totals, cell_totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.votes import CodedVotes


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean share of one method minus that of another.

    ``exact`` and ``difference``: the same figure in [-1, 1]; ``se`` its two-way
    clustered standard error, 0 where the votes leave no variance. ``categories``:
    those averaged, all with votes on both methods. ``workers``, ``videos`` and
    ``votes`` count what is on either method there.
    """

    exact: Fraction
    se: float
    categories: tuple[int, ...]
    workers: int
    videos: int
    votes: int

    @property
    def difference(self) -> float:
        """Return the difference as a float."""
        return float(self.exact)

    @property
    def z(self) -> float | None:
        """Return the difference over its standard error, None without one."""
        return self.difference / self.se if self.se > 0 else None


def average_difference(
    votes: CodedVotes,
    one: int,
    other: int,
    *,
    categories: Sequence[int] | None = None,
) -> Difference | None:
    """Return the mean over categories of ``one`` minus that of ``other``.

    ``one`` and ``other`` are codes of two methods; ``categories`` codes of those to
    average (default: all), of which only those with votes on both methods count:
    a category that one of them lacks would be compared with nothing. None where no
    such category is left. The variance is that of `sample_cells`, V_video + V_worker
    - V_pair and at least the larger of the two, of residuals taken within cells, a
    rater's or video's residuals on both methods added with their signs. Raises
    ValueError for a method compared with itself.
    """
    if one == other:
        message = f"method {one} is compared with itself: name two methods"
        raise ValueError(message)
    totals = cell_totals(votes)
    wanted = range(len(votes.categories)) if categories is None else categories
    chosen = tuple(
        sorted(c for c in wanted if totals.votes[one, c] and totals.votes[other, c])
    )
    if not chosen:
        return None
    rows = np.flatnonzero(
        np.isin(votes.method, (one, other)) & np.isin(votes.category, chosen)
    )
    video, worker, cell = votes.video[rows], votes.worker[rows], votes.cell[rows]
    source = _Residuals(votes.vote[rows], cell, totals, (one, other), len(chosen))
    v_video, v_worker, v_pair = (
        source.variance(cluster)
        for cluster in (video, worker, video * votes.workers + worker)
    )
    shares = [
        Fraction(*totals.of(one, c)) - Fraction(*totals.of(other, c)) for c in chosen
    ]
    return Difference(
        exact=sum(shares, Fraction()) / len(chosen),
        se=math.sqrt(max(v_video + v_worker - v_pair, v_video, v_worker)),
        categories=chosen,
        workers=_kinds(worker),
        videos=_kinds(video),
        votes=len(rows),
    )


@dataclass(frozen=True, slots=True)
class _Residuals:
    """Votes of two methods on some categories, and the counts of all cells."""

    vote: Ints
    cell: Ints
    totals: Totals
    methods: tuple[int, int]
    strata: int

    def variance(self, cluster: Ints) -> float:
        """Return the sum over clusters of the squared sums of their influences.

        The sums within a cell are of whole numbers and thus exact; the cells of a
        cluster are added in the order of their values and the squares by `fsum`, so
        that neither the rows' order nor the codes can be told from the result.
        """
        total, real = self.totals.votes.reshape(-1), self.totals.real.reshape(-1)
        key = cluster * len(total) + self.cell
        kinds, place = _grouped(key)
        # n times a vote's residual is whole
        scaled = self.vote * total[self.cell] - real[self.cell]
        sums = np.bincount(place, weights=scaled, minlength=len(kinds))
        group, cell = np.divmod(kinds, len(total))
        categories = self.totals.votes.shape[1]
        sign = np.where(cell // categories == self.methods[0], 1.0, -1.0)
        terms: Floats = sign * sums / (total[cell].astype(np.float64) ** 2)
        start = np.flatnonzero(np.diff(group, prepend=-1))
        if len(start) < len(group):
            terms = np.add.reduceat(terms[np.lexsort((terms, group))], start)
        return math.fsum((terms**2).tolist()) / self.strata**2


def _grouped(key: Ints) -> tuple[Ints, Ints]:
    """Return the different keys in order, and the place of each key among them."""
    if int(key.max()) >= BLOCK:
        kinds, place = np.unique(key, return_inverse=True)
        return kinds, place.reshape(-1)
    met = np.bincount(key) > 0
    places: Ints = np.cumsum(met) - 1
    return np.flatnonzero(met), places[key]


def _kinds(codes: Ints) -> int:
    return int(np.count_nonzero(np.bincount(codes)))
