"""Changes of sampling rate by exact ratios: to 15,974.4 Hz and from there to 48 kHz."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from generation.geometry import RATE

OUT_RATE = 48_000
"""Samples a second of what is delivered: a WAV header holds whole rates only."""


def resample(sound: NDArray[Any], rate: int) -> NDArray[np.float32]:
    """Return a sound of `rate` samples a second at 15,974.4.

    sound: (samples,), floats; the result is (ceil(samples * 15974.4 / rate),),
    float32: 159,744 samples of ten seconds at any rate. Raises ValueError for a rate
    below 1 and for more than one channel.
    """
    if rate < 1:
        raise ValueError(f"a sampling rate is 1 or more, not {rate}")
    return _changed(sound, RATE / rate)


def to_48k(sound: NDArray[Any]) -> NDArray[np.float32]:
    """Return a sound of 15,974.4 samples a second at 48,000 (625/208).

    sound: (samples,), floats; the result is (ceil(samples * 625 / 208),), float32:
    480,000 samples of ten seconds.
    """
    return _changed(sound, OUT_RATE / RATE)


def _changed(sound: NDArray[Any], ratio: Fraction) -> NDArray[np.float32]:
    if sound.ndim != 1:
        raise ValueError(f"one channel, please: the sound's shape is {sound.shape}")
    if not len(sound):
        return np.zeros(0, np.float32)
    changed: NDArray[np.float64] = resample_poly(
        sound.astype(np.float64), ratio.numerator, ratio.denominator
    )
    return changed.astype(np.float32)
