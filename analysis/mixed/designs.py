"""Tables of fixed effects, without the votes no finite effect can explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.mixed.grams import sum_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.votes import CodedVotes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Design:
    """Fixed effects as a table, and the votes they are estimated from.

    ``table``: (kind, beta), one row per category x method, columns independent over
    the kinds with chosen votes; ``chosen``: (vote,). ``rank`` counts the effects with
    the saturated ones. ``held``: for each column of indicators handed in, 0 or the
    vote that all its votes are: its effect is without bound, so its votes, which it
    explains fully, add 0 to the log-likelihood and are left out.
    """

    table: Floats
    chosen: Mask
    rank: int
    held: tuple[int | None, ...]


def levels(codes: Ints) -> Floats:
    """Return indicators: (kind, level), 1 where a kind has the level."""
    return np.eye(int(codes.max()) + 1)[codes]


def make_design(votes: CodedVotes, indicators: Sequence[Floats]) -> Design:
    """Return the design spanned by indicator columns: (kind, level) each."""
    columns = np.hstack(list(indicators))
    kinds = len(columns)
    total = np.bincount(votes.cell, minlength=kinds)
    real = sum_by(votes.cell, votes.vote, kinds)
    rank = _independent(columns[total > 0]).sum()
    held: list[int | None] = [None] * columns.shape[1]
    left = total > 0
    # leaving out one level's votes may leave only equal votes of another's
    while (
        found := _saturated(columns, np.where(left, total, 0), real, left)
    ) is not None:
        level, vote = found
        held[level] = vote
        left &= columns[:, level] == 0
    kept = np.zeros(columns.shape[1], dtype=np.bool_)
    if left.any():
        kept = _independent(columns[left])
    return Design(columns[:, kept], left[votes.cell], int(rank), tuple(held))


def _saturated(
    columns: Floats, total: Ints, real: Floats, left: Mask
) -> tuple[int, int] | None:
    votes = total @ columns
    yes = np.where(left, real, 0) @ columns
    for level in np.flatnonzero((votes > 0) & ((yes == 0) | (yes == votes))):
        return int(level), int(yes[level] > 0)
    return None


def _independent(columns: Floats) -> Mask:
    """Return which columns are independent of those before them."""
    residual = columns.copy()
    kept = np.zeros(columns.shape[1], dtype=np.bool_)
    for index in range(columns.shape[1]):
        column = residual[:, index]
        length = float(np.sqrt(column @ column))
        if length > 1e-9:
            kept[index] = True
            unit = column / length
            # twice, so that rounding does not bring back what was taken out
            for _ in range(2):
                residual[:, index + 1 :] -= np.outer(
                    unit, unit @ residual[:, index + 1 :]
                )
    return kept
