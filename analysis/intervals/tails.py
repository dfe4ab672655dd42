"""The end of a tail: what is too small for a float is not nothing."""

from __future__ import annotations

import sys

LEAST = sys.float_info.min


def positive(p: float) -> float:
    """Return p, or the smallest float in full precision where p is below it.

    No finite number of votes has a p of exactly 0, and nobody shall read one.
    """
    return max(p, LEAST)
