"""How far two sets of sounds are apart, whichever sound belongs to which clip.

On statistics of log-mel bands, so that no weights are needed: good for watching one's
own systems from run to run, not to be compared with numbers in papers, which embed
sounds by VGGish, PANNs or PaSST.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.spatial.distance import cdist, pdist

Points = NDArray[np.float64]
"""One row per sound: (sound, dimension)."""


def frechet(reference: Points, candidate: Points) -> float | None:
    """Squared Frechet distance of the normal distributions fitted to both sets.

    Covariances divide by n - 1. None with fewer than two points in a set. With fewer
    points than dimensions it is dominated by what the covariances miss.
    """
    if min(len(reference), len(candidate)) < 2:
        return None
    shift = reference.mean(axis=0) - candidate.mean(axis=0)
    one = np.atleast_2d(np.cov(reference, rowvar=False))
    other = np.atleast_2d(np.cov(candidate, rowvar=False))
    # tr sqrt(one other) by the symmetric root of one: never complex, never singular
    values, vectors = eigh(one)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    cross = np.sqrt(np.maximum(eigh(root @ other @ root, eigvals_only=True), 0)).sum()
    distance = shift @ shift + np.trace(one) + np.trace(other) - 2 * cross
    return max(0.0, float(distance))


def kernel_distance(reference: Points, candidate: Points) -> float | None:
    """Kernel audio distance: 100 times the unbiased squared MMD; it may be negative.

    Gaussian kernel, bandwidth the median distance within `reference` (Chung et al.,
    KAD, 2025). None with fewer than two points in a set or a bandwidth of 0.
    """
    if min(len(reference), len(candidate)) < 2:
        return None
    width = float(np.median(pdist(reference)))
    if width <= 0:
        return None
    within = [_off_diagonal(points, width) for points in (reference, candidate)]
    across = float(_kernel(reference, candidate, width).mean())
    return 100 * (within[0] + within[1] - 2 * across)


def _off_diagonal(points: Points, width: float) -> float:
    """Mean kernel of all ordered pairs of different points."""
    kernel = _kernel(points, points, width)
    count = len(points)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))


def _kernel(one: Points, other: Points, width: float) -> NDArray[np.float64]:
    squares = cdist(one, other, "sqeuclidean")
    return np.asarray(np.exp(-squares / (2 * width**2)))
