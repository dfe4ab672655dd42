"""How much votes of one group are alike: the intraclass correlation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.votes.frame import Ints


def icc_oneway(vote: Ints, group: Ints) -> float | None:
    """Return the one-way ANOVA intraclass correlation of votes (0 or 1) in groups.

    ``vote`` and ``group``: (vote,); groups are codes from 0, their sizes may differ.
    (MSB - MSW) / (MSB + (n0 - 1) MSW) with n0 = (N - sum n^2 / N) / (K - 1). None
    where it is undefined: fewer than two groups, no group with two votes, or all votes
    alike.
    """
    size = np.bincount(group)
    real = np.bincount(group[vote == 1], minlength=len(size))
    votes, groups = len(vote), int(np.count_nonzero(size))
    if groups < 2 or groups == votes:
        return None
    # groups by kind in a fixed order: the sum does not depend on how they are coded
    width = int(size.max()) + 1
    kinds, count = np.unique(size * width + real, return_counts=True)
    n, r = kinds // width, kinds % width
    of_groups = math.fsum((count * (r * r / np.maximum(n, 1))).tolist())
    said_real = int(real.sum())
    between = (of_groups - said_real**2 / votes) / (groups - 1)
    within = (said_real - of_groups) / (votes - groups)
    usual = (votes - int(count @ (n * n)) / votes) / (groups - 1)
    spread = between + (usual - 1) * within
    return (between - within) / spread if 0 < said_real < votes else None
