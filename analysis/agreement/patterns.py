"""Items counted by their votes: a few kinds stand for any number of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.agreement.record import Pattern

if TYPE_CHECKING:
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints


@dataclass(frozen=True, slots=True)
class Kinds:
    """The distinct (votes, votes "real") of items, and how many items have them.

    ``total`` and ``real``: (kind,), in rising order. ``items``: (method, category,
    kind).
    """

    total: Ints
    real: Ints
    items: Ints

    def usual(self) -> int:
        """Return the most common number of votes, the larger of two; 0 of none."""
        return usual_total(self.total, self.items.sum(axis=(0, 1)))


def usual_total(total: Ints, items: Ints) -> int:
    """Return the most common number of votes, the larger of two as common."""
    if not items.any():
        return 0
    by_total = np.bincount(total, weights=items)
    return int(np.flatnonzero(by_total == by_total.max())[-1])


def item_kinds(votes: CodedVotes) -> Kinds:
    """Return the items of every cell by their kind; items without votes are none."""
    size = len(votes.item_ids)
    total = np.bincount(votes.item, minlength=size)
    real = np.bincount(votes.item[votes.vote == 1], minlength=size)
    cell = np.zeros(size, np.int64)
    cell[votes.item] = votes.cell
    judged = total > 0
    total, real, cell = total[judged], real[judged], cell[judged]
    width = int(total.max(initial=0)) + 1
    kinds, kind = np.unique(total * width + real, return_inverse=True)
    cells = votes.shape[0] * votes.shape[1]
    counts = np.bincount(
        cell * len(kinds) + kind.reshape(-1), minlength=cells * len(kinds)
    )
    return Kinds(
        kinds // width, kinds % width, counts.reshape(*votes.shape, len(kinds))
    )


def vote_patterns(votes: CodedVotes) -> tuple[Pattern, ...]:
    """Return, for each method, its items by how many of their votes are "real".

    Where items have unequal numbers of votes, the study's most common number is
    shown for all methods and the rest is counted.
    """
    kinds = item_kinds(votes)
    usual = kinds.usual()
    shown = kinds.total == usual
    patterns = []
    for method, row in zip(votes.methods, kinds.items.sum(axis=1), strict=True):
        counts = np.zeros(usual + 1, np.int64)
        counts[kinds.real[shown]] = row[shown]
        other = int(row[~shown].sum())
        patterns.append(Pattern(method, tuple(counts.tolist()), other))
    return tuple(patterns)
