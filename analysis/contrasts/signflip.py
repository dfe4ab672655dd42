"""The exact sign-flip test of paired differences.

If two methods are alike, a clip's difference would as likely have come out with the
other sign, provided raters were assigned to methods at random within the clip. The
test sums the differences and asks how often signs drawn at random give as large a
sum: a sum of independent +-d, whose distribution follows exactly from how many
differences have which size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from analysis.intervals.tails import positive

Floats = npt.NDArray[np.float64]

# grid points times different sizes: half a second
WORK = 1 << 23
REPLICATES = 100_000
# exponent of the probability that falls outside the grid: e^-50
OUTSIDE = 50.0


@dataclass(frozen=True, slots=True)
class SignFlip:
    """The two-sided p of a sum of differences; ``exact`` unless drawn by chance."""

    p: float
    exact: bool


def sign_flip(differences: npt.ArrayLike, *, seed: int = 0) -> SignFlip:
    """Return P(|sum of +-d| >= |sum of d|) over all equally likely signs.

    ``differences``: (clip,), whole numbers for the exact p, to some ten digits
    however small. Floats, and whole numbers of too many sizes for a grid, get the
    share (1 + hits) / (1 + 100,000) of seeded random signs. Without a difference
    other than 0, p is 1; it is never below the smallest float.
    """
    values = np.asarray(differences)
    sizes, counts = np.unique(np.abs(values[values != 0]), return_counts=True)
    if not len(sizes):
        return SignFlip(1.0, exact=True)
    if not np.issubdtype(values.dtype, np.integer):
        return SignFlip(_drawn(sizes, counts, math.fsum(values), seed), exact=False)
    common = int(np.gcd.reduce(sizes))
    sizes, total = sizes // common, int(values.sum()) // common
    p = _exact(sizes, counts, abs(total))
    if p is None:
        return SignFlip(_drawn(sizes, counts, total, seed), exact=False)
    return SignFlip(p, exact=True)


def _exact(
    sizes: npt.NDArray[np.generic], counts: npt.NDArray[np.int64], total: int
) -> float | None:
    """Return the exact p of ``|sum| >= total``, None where the grid is too large.

    A sign of size a is tilted to come out positive with probability
    1 / (1 + exp(-2 a t)), t such that the tilted sum has its mean at the observed
    one: there its probabilities are of ordinary size and a Fourier transform of their
    characteristic function gives them to full precision. Undoing the tilt multiplies
    by known factors, so that p is as exact at 1e-111 as at 0.5.
    """
    if total == 0:
        return 1.0
    size = sizes.astype(np.float64)
    if total == int(np.dot(sizes, counts)):
        return positive(2.0 * math.exp(-math.log(2) * int(counts.sum())))
    tilt = _tilt(size, counts, total)
    mean = np.tanh(tilt * size)
    points = _grid(size, counts, mean)
    if points * len(size) > WORK:
        return None
    # the number of steps of 2 above the observed sum
    angle = np.arange(points // 2 + 1) * (2 * math.pi / points)
    log_modulus = np.zeros(len(angle))
    phase = np.zeros(len(angle))
    for a, n, m in zip(size, counts, mean, strict=True):
        half = a * angle / 2
        cosine, sine = np.cos(half), m * np.sin(half)
        with np.errstate(divide="ignore"):
            log_modulus += 0.5 * n * np.log(cosine * cosine + sine * sine)
        phase += n * np.arctan2(sine, cosine)
    phase -= total * angle / 2
    transform = np.exp(log_modulus - 1j * phase)
    above = fft.irfft(transform, points)[: points // 2]
    untilted = np.exp(-2 * tilt * np.arange(len(above)))
    tail = math.fsum((above * untilted).tolist())
    log_scale = float(np.dot(counts, _log_cosh(tilt * size))) - tilt * total
    return positive(min(1.0, 2.0 * tail * math.exp(log_scale)))


def _tilt(size: Floats, counts: npt.NDArray[np.int64], total: int) -> float:
    """Return t with sum n a tanh(a t) within half a standard deviation of the total.

    Newton's steps from 0 on a function that rises ever more slowly never overshoot.
    """
    tilt = 0.0
    for _ in range(200):
        mean = np.tanh(tilt * size)
        variance = float(np.dot(counts, size * size * (1 - mean * mean)))
        missing = total - float(np.dot(counts, size * mean))
        if missing < 0.1 * math.sqrt(variance) or variance == 0:
            break
        tilt += missing / variance
    return tilt


def _grid(size: Floats, counts: npt.NDArray[np.int64], mean: Floats) -> int:
    """Return how many sums, two apart, hold all but e^-50 on either side.

    Bernstein's bound for a sum of bounded independent terms, or all sums there are.
    """
    variance = float(np.dot(counts, size * size * (1 - mean * mean))) / 4
    bound = float(size.max()) * OUTSIDE / 3
    reach = bound + math.sqrt(bound * bound + 2 * OUTSIDE * variance)
    # the mean may lie some way beside the observed sum
    reach += 1 + math.sqrt(variance)
    every = int(np.dot(counts, size.astype(np.int64)))
    points = min(2 * math.ceil(reach), 2 * every) + 2
    return int(fft.next_fast_len(points + points % 2, real=True))


def _log_cosh(values: Floats) -> Floats:
    result: Floats = values + np.log1p(np.exp(-2 * values)) - math.log(2)
    return result


def _drawn(
    sizes: npt.NDArray[np.generic],
    counts: npt.NDArray[np.int64],
    total: float,
    seed: int,
) -> float:
    """Return p by random signs: of each size, how many come out positive."""
    random = np.random.default_rng(seed)
    sums = np.zeros(REPLICATES)
    for size, count in zip(sizes.tolist(), counts.tolist(), strict=True):
        sums += size * (2.0 * random.binomial(count, 0.5, REPLICATES) - count)
    # sums that would be equal differ by the rounding of their terms
    hits = int(np.count_nonzero(np.abs(sums) >= abs(total) * (1 - 1e-9)))
    return (1 + hits) / (1 + REPLICATES)
