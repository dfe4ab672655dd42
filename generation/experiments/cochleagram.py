"""The cochleagram: how loud a sound is over time in bands as wide as the ear's.

After Owens et al., "Visually Indicated Sounds" (CVPR 2016), and McDermott and
Simoncelli, "Sound texture perception" (Neuron 2011): 40 band-pass filters evenly spaced
in equivalent rectangular bandwidths, a low-pass and a high-pass; the Hilbert envelope
of each, at 90 Hz, to the power 0.3. The filters are zero-phase half cosines whose
squares sum to 1 at every frequency, so that filtering twice and adding up gives the
sound back.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import ifft, irfft, next_fast_len, rfft

from generation.experiments.spectra import Wave

RATE = 16_000
"""The rate at which sounds are compared; what nets make reaches 7,987 Hz."""

FRAMES_PER_SECOND = 90
BANDS = 42
LOW_HZ, HIGH_HZ = 100.0, 7600.0
POWER = 0.3

_QUIET_SECONDS = 0.1  # silence put behind, for what filters smear over the ends
_OVERSAMPLING = 4  # envelope samples per Hz of a band's width

Cochleagram = NDArray[np.float32]
"""Envelopes: (frame, 42), from low to high, not negative."""


@dataclass(frozen=True, slots=True)
class _Band:
    """A filter where it is not 0: `weights` from bin `first` on."""

    first: int
    weights: NDArray[np.float64]


def cochleagram(wave: Wave) -> Cochleagram:
    """The cochleagram of `wave` at 16 kHz, (round(90 * seconds), 42), float32.

    Each value is the mean of the envelope over its 1/90 s.
    """
    count = round(len(wave) * FRAMES_PER_SECOND / RATE)
    if not count:
        return np.zeros((0, BANDS), dtype=np.float32)
    size = next_fast_len(len(wave) + round(_QUIET_SECONDS * RATE), real=True)
    spectrum = rfft(wave, size)
    edges = np.arange(count + 1) / FRAMES_PER_SECOND * RATE  # in samples
    columns = [
        _frame_means(*_envelope(spectrum, band, size), edges) for band in _bank(size)
    ]
    means = np.stack(columns, axis=1)  # (frame, band)
    return np.power(np.maximum(means, 0.0), POWER).astype(np.float32)


def filter_gains(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain of every filter at the frequencies `hertz`, (42, frequencies), 0 to 1.

    The squares of each column sum to 1.
    """
    ends = np.linspace(_erbs(LOW_HZ), _erbs(HIGH_HZ), BANDS)
    place = _erbs(hertz)
    step = ends[1] - ends[0]
    middles = ends[1:-1, None]
    away = np.abs(place[None, :] - middles) / step
    gains = np.where(away < 1, np.cos(np.minimum(away, 1) * np.pi / 2), 0.0)
    rest = np.sqrt(np.maximum(0.0, 1 - np.square(gains).sum(axis=0)))
    low = np.where(place < ends[1], rest, 0.0)
    high = np.where(place > ends[-2], rest, 0.0)
    return np.concatenate([low[None], gains, high[None]])


def split(wave: Wave) -> NDArray[np.float64]:
    """The bands of `wave`, (42, samples); `join` undoes it."""
    return _filtered(np.broadcast_to(wave, (BANDS, len(wave))))


def join(bands: NDArray[np.float64]) -> Wave:
    """The sound whose `split` is `bands`, (42, samples): filtered again, summed."""
    return np.asarray(_filtered(bands).sum(axis=0), dtype=np.float64)


def _filtered(bands: NDArray[np.float64]) -> NDArray[np.float64]:
    size = bands.shape[1]
    gains = filter_gains(np.arange(size // 2 + 1) * RATE / size)
    return np.asarray(irfft(rfft(bands, axis=1) * gains, size, axis=1))


def _erbs(hertz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Frequency on the scale of equivalent rectangular bandwidths."""
    # Glasberg and Moore 1990, in the form of McDermott and Simoncelli's toolbox.
    return 9.265 * np.log(1 + np.asarray(hertz, dtype=np.float64) / (24.7 * 9.265))


@lru_cache(maxsize=8)
def _bank(size: int) -> tuple[_Band, ...]:
    """The filters for a spectrum of `size` samples."""
    gains = filter_gains(np.arange(size // 2 + 1) * RATE / size)
    bands = []
    for weights in gains:
        (inside,) = np.nonzero(weights)
        bands.append(_Band(int(inside[0]), weights[inside[0] : inside[-1] + 1].copy()))
    return tuple(bands)


def _envelope(
    spectrum: NDArray[np.complex128], band: _Band, size: int
) -> tuple[NDArray[np.float64], float]:
    """The Hilbert envelope of one band, and how many samples it has per input sample.

    A shift in frequency leaves an envelope alone: the band is moved down to 0 and
    transformed back at a rate that fits its width.
    """
    width = len(band.weights)
    least = max(_OVERSAMPLING * width, 16 * FRAMES_PER_SECOND * size // RATE)
    length = next_fast_len(min(least, size))
    part = 2 * spectrum[band.first : band.first + width] * band.weights
    if band.first == 0:
        part[0] /= 2  # 0 Hz has no negative twin
    if band.first + width == len(spectrum) and size % 2 == 0:
        part[-1] /= 2  # nor has half the rate
    analytic = ifft(part, length) * (length / size)
    return np.abs(analytic), length / size


def _frame_means(
    envelope: NDArray[np.float64], ratio: float, edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Means of `envelope` between `edges`, given in samples of the input."""
    sums = np.concatenate(([0.0], np.cumsum(envelope)))
    # A sample stands for the stretch around it: half a sample before to half after.
    at = np.clip(edges * ratio + 0.5, 0, len(envelope))
    whole = np.interp(at, np.arange(len(sums)), sums)
    return np.diff(whole) / np.diff(at)
