"""Votes by source clip: what the methods got on the same clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

Ints = npt.NDArray[np.int64]

# bins of a count held at once: some 130 MB
BINS = 1 << 24


@dataclass(frozen=True, slots=True)
class ClipVotes:
    """Votes "real" and all votes of each method on each clip: (method, clip).

    A clip is a source video within a category; ``category``: (clip,), rising.
    """

    real: Ints
    votes: Ints
    category: Ints

    def within(self, category: int | None) -> ClipVotes:
        """Return the clips of one category; of all for None."""
        if category is None:
            return self
        low, high = np.searchsorted(self.category, (category, category + 1))
        here = slice(int(low), int(high))
        return ClipVotes(self.real[:, here], self.votes[:, here], self.category[here])


def clip_votes(votes: CodedVotes) -> ClipVotes:
    """Return the counts of every method on every clip that has votes."""
    methods, categories = votes.shape
    key = votes.category * votes.videos + votes.video
    if categories * votes.videos <= BINS:
        met = np.bincount(key, minlength=categories * votes.videos) > 0
        kinds, clip = np.flatnonzero(met), (np.cumsum(met) - 1)[key]
    else:
        kinds, clip = np.unique(key, return_inverse=True)
    place = votes.method * len(kinds) + clip
    size = methods * len(kinds)
    real = np.bincount(place[votes.vote == 1], minlength=size)
    every = np.bincount(place, minlength=size)
    return ClipVotes(
        real.reshape(methods, len(kinds)),
        every.reshape(methods, len(kinds)),
        kinds // max(1, votes.videos),
    )
