"""Cholesky's factor in pieces too small for the linear algebra's threads.

A fit factors some hundred matrices of a few hundred rows. Threads gain nothing there,
and on cores that are busy otherwise they wait for each other ten times as long as one
thread would work. Larger matrices go to LAPACK whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = npt.NDArray[np.float64]

WHOLE = 512
BLOCK = 48
# OpenBLAS takes one thread for products of at most 64^3 multiplications
PIECE = 64**3


def factor(matrix: Floats) -> Floats:
    """Return L, lower triangular, with L L' a positive definite matrix.

    Above the diagonal lies whatever LAPACK left there.
    """
    size = len(matrix)
    if size > WHOLE:
        whole: Floats = lapack.dpotrf(matrix, lower=1)[0]
        return whole
    lower = np.zeros_like(matrix, order="F")
    for start, stop in _blocks(size):
        left = lower[start:stop, :start].T.copy()
        column = matrix[start:, start:stop] - product(lower[start:, :start], left)
        corner = lapack.dpotrf(column[: stop - start], lower=1, clean=1)[0]
        lower[start:stop, start:stop] = corner
        turned = lapack.dtrtri(corner, lower=1)[0].T
        lower[stop:, start:stop] = product(column[stop - start :], turned)
    return lower


def solve(lower: Floats, right: Floats) -> Floats:
    """Return x with L L' x = right: (rows,)."""
    solution: Floats = lapack.dpotrs(lower, right, lower=1)[0]
    return solution


def inverse(lower: Floats) -> Floats:
    """Return the inverse of L L', symmetric to the last bit."""
    size = len(lower)
    if size > WHOLE:
        return _mirrored(lapack.dpotri(lower, lower=1)[0])
    turned = np.zeros((size, size))
    for start, stop in _blocks(size):
        corner = lapack.dtrtri(lower[start:stop, start:stop], lower=1)[0]
        corner = np.tril(corner)
        before = product(lower[start:stop, :start], turned[:start, :start])
        turned[start:stop, :start] = -product(corner, before)
        turned[start:stop, start:stop] = corner
    whole = np.zeros((size, size))
    for start, stop in _blocks(size):
        rows = turned[start:, start:stop].T.copy()
        whole[start:stop, :stop] = product(rows, turned[start:, :stop])
    return _mirrored(whole)


def _mirrored(lower: Floats) -> Floats:
    half = np.tril(lower)
    whole: Floats = half + np.tril(half, -1).T
    return whole


def product(one: Floats, two: Floats) -> Floats:
    """Return the matrix product, in pieces of the longer outer side."""
    rows, inner, columns = *one.shape, two.shape[1]
    if rows * inner * columns <= PIECE:
        small: Floats = one @ two
        return small
    whole = np.empty((rows, columns))
    if rows > columns:
        step = max(2, PIECE // (inner * columns))
        for start in range(0, rows, step):
            whole[start : start + step] = one[start : start + step] @ two
    else:
        step = max(2, PIECE // (inner * rows))
        for start in range(0, columns, step):
            whole[:, start : start + step] = one @ two[:, start : start + step]
    return whole


def _blocks(size: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))
