"""Cholesky's factor in blocks too small for the linear algebra's threads.

A fit factors some hundred matrices. Where the cores have other work to do, threads wait
for each other ten times as long as one thread would compute.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

Floats = npt.NDArray[np.float64]

# OpenBLAS takes one thread for products of at most 64^3 multiplications
LARGEST = 64
SMALLER = 40


class Factor:
    """L, lower triangular, with L L' a positive definite matrix: (rows, rows).

    ``logdet`` is the logarithm of the matrix's determinant.
    """

    def __init__(self, matrix: Floats) -> None:
        self._rows = len(matrix)
        side = LARGEST if self._rows > 8 * SMALLER else SMALLER
        lower = _blocks(matrix, side)
        corners = np.empty((len(lower), side, side))
        logs = 0.0
        for k in range(len(lower)):
            column = lower[k:, k]
            for j in range(k):
                # a copy: a product with one's own transpose is another routine
                column -= lower[k:, j] @ lower[k, j].T.copy()
            corner = lapack.dpotrf(column[0], lower=1, clean=1)[0]
            logs += float(np.log(corner.diagonal()).sum())
            column[0] = corner
            corners[k] = np.tril(lapack.dtrtri(corner, lower=1)[0])
            column[1:] = column[1:] @ corners[k].T
        self.logdet = 2 * logs
        self._lower = lower
        self._corners = corners

    def solve(self, right: Floats) -> Floats:
        """Return x with L L' x = right: (rows,)."""
        lower, corners = self._lower, self._corners
        count, side, _ = corners.shape
        x = np.zeros((count, side))
        x.ravel()[: self._rows] = right
        for k in range(count):
            x[k] = corners[k] @ x[k]
            x[k + 1 :] -= lower[k + 1 :, k] @ x[k]
        for k in reversed(range(count)):
            x[k] = x[k] @ corners[k]
            x[:k] -= x[k] @ lower[k, :k]
        return x.ravel()[: self._rows]

    def inverse(self) -> Floats:
        """Return the inverse of L L', symmetric to the last bit."""
        turned = np.zeros_like(self._lower)
        count = len(turned)
        for i in range(count):
            row = turned[i, :i]
            for k in range(i):
                row[: k + 1] -= self._lower[i, k] @ turned[k, : k + 1]
            turned[i, :i] = self._corners[i] @ row
            turned[i, i] = self._corners[i]
        whole = np.zeros_like(turned)
        for k in range(count):
            for i in range(k + 1):
                whole[i, : i + 1] += turned[k, i].T.copy() @ turned[k, : i + 1]
        size = count * whole.shape[-1]
        half = np.tril(whole.transpose(0, 2, 1, 3).reshape(size, size))
        half = half[: self._rows, : self._rows]
        return half + np.tril(half, -1).T


def _blocks(matrix: Floats, side: int) -> Floats:
    """Return the blocks of a matrix, ones on the diagonal beyond it.

    (rows, rows) -> (block row, block column, side, side)
    """
    rows = len(matrix)
    count = -(-rows // side)
    padded = np.eye(count * side)
    padded[:rows, :rows] = matrix
    blocks = padded.reshape(count, side, count, side).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(blocks)
