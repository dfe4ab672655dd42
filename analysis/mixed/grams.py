"""Products of group-by-rater matrices, from the pairs within groups or as matrices.

Cells with a value x each make the matrix M: (group, rater), the sums of x. Eliminating
the groups' effects needs M' M and the entries of M G at the cells for a symmetric
G: (rater, rater).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# a multiplication within a matrix product takes about this share of the time a pair
# takes to gather and add
MATRIX_SHARE = 0.02


def sum_by(codes: Ints, values: Floats | Ints, size: int) -> Floats:
    """Return the sums of the values with each code below a size."""
    sums: Floats = np.bincount(codes, values, size).astype(np.float64, copy=False)
    return sums


class Gram(Protocol):
    """Groups of cells, each cell with a rater."""

    def gram(self, x: Floats) -> Floats:
        """Return M' M: (rater, rater)."""

    def times(self, matrix: Floats, x: Floats) -> Floats:
        """Return (M G)[group of cell, rater of cell] for each cell."""


def choose_gram(group: Ints, worker: Ints, workers: int) -> Gram:
    """Return the faster form for cells sorted by group, with dense group codes."""
    sizes = np.bincount(group)
    pairs = float((sizes * (sizes - 1.0)).sum()) / 2
    if pairs > MATRIX_SHARE * len(sizes) * workers**2:
        return MatrixGram(group, worker, workers)
    return PairGram(sizes, worker, workers)


class PairGram:
    """Sums over the pairs of cells of one group: for small groups, many raters."""

    def __init__(self, sizes: Ints, worker: Ints, workers: int) -> None:
        cells = np.arange(len(worker))
        ends = np.repeat(np.cumsum(sizes), sizes)
        later = ends - 1 - cells
        self._one = np.repeat(cells, later)
        first_pair = np.repeat(np.cumsum(later) - later, later)
        self._two = self._one + 1 + np.arange(len(self._one)) - first_pair
        self._worker = worker
        self._workers = workers
        self._place = worker[self._one] * workers + worker[self._two]

    def gram(self, x: Floats) -> Floats:
        """Return M' M: (rater, rater)."""
        products = x[self._one] * x[self._two]
        half = sum_by(self._place, products, self._workers**2)
        half = half.reshape(self._workers, self._workers)
        whole: Floats = half + half.T
        whole.flat[:: self._workers + 1] += sum_by(self._worker, x * x, self._workers)
        return whole

    def times(self, matrix: Floats, x: Floats) -> Floats:
        """Return (M G)[group of cell, rater of cell] for each cell."""
        entry = matrix.ravel().take(self._place)
        sums: Floats = matrix.diagonal()[self._worker] * x
        if len(entry):
            sums += sum_by(self._one, entry * x[self._two], len(x))
            sums += sum_by(self._two, entry * x[self._one], len(x))
        return sums


class MatrixGram:
    """Dense products: for large groups, few raters."""

    def __init__(self, group: Ints, worker: Ints, workers: int) -> None:
        self._worker = worker
        self._group = group
        self._shape = int(group[-1]) + 1, workers
        self._place = group * workers + worker

    def _matrix(self, x: Floats) -> Floats:
        flat = sum_by(self._place, x, self._shape[0] * self._shape[1])
        matrix: Floats = flat.reshape(self._shape)
        return matrix

    def gram(self, x: Floats) -> Floats:
        """Return M' M: (rater, rater)."""
        matrix = self._matrix(x)
        product: Floats = matrix.T @ matrix
        return product

    def times(self, matrix: Floats, x: Floats) -> Floats:
        """Return (M G)[group of cell, rater of cell] for each cell."""
        entries: Floats = (self._matrix(x) @ matrix)[self._group, self._worker]
        return entries
