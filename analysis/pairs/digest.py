"""A name for a set of answers on pairs that tells whether two sets are the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from analysis.pairs.frame import PAIR_IDS, QUESTION, code_pairs_frame

if TYPE_CHECKING:
    import pandas as pd

    from analysis.votes.frame import Column, Ints


def answers_sha256(frame: pd.DataFrame) -> str:
    """Return a hash of the answers that no order of rows or columns changes.

    SHA-256 over, for each id column and the question, its distinct values in order (as
    JSON), then all answers as little-endian 32-bit rows of their places among those
    values and the side chosen (0 left, 1 right), sorted. Other columns do not count.
    Raises VotesError as `code_pairs_frame`.
    """
    coded = code_pairs_frame(frame)
    digest = hashlib.sha256()
    places = []
    for name in (*PAIR_IDS, QUESTION):
        column = coded.question if name == QUESTION else coded.ids[name]
        levels, codes = _sorted(column, len(coded.chosen))
        digest.update(json.dumps(levels, ensure_ascii=False).encode())
        places.append(codes)
    table = np.stack([*places, coded.chosen], axis=1)
    table = table[np.lexsort(table.T[::-1])]
    digest.update(table.astype("<i4").tobytes())
    return digest.hexdigest()


def _sorted(column: Column | None, rows: int) -> tuple[list[str], Ints]:
    """Return the values of a column in order and each row's place among them."""
    if column is None:
        return [], np.zeros(rows, np.int64)
    levels = np.array(column.levels, dtype=object)
    order = np.argsort(levels)
    place = np.zeros(len(levels), np.int64)
    place[order] = np.arange(len(levels))
    return levels[order].tolist(), place[column.codes]
