"""Counting codes, whether they are dense or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from analysis.votes.frame import Ints

# counts held at once: 128 MB
DENSE = 1 << 24


def count_codes(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the codes (0 .. size - 1) that occur, in rising order, and how often."""
    if size > DENSE:
        found, times = np.unique(codes, return_counts=True)
        return found, times
    counts = np.bincount(codes, minlength=size)
    present = np.flatnonzero(counts)
    return present, counts[present]
