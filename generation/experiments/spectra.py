"""What several measures share: a common rate, short-time power, mel bands."""

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.signal import resample_poly

from generation.media import Sound

Wave = NDArray[np.float64]
"""One channel: (samples,), full scale 1."""

Power = NDArray[np.float64]
"""Power over time and frequency: (frame, bin), not negative."""


def at_rate(sound: Sound, rate: int) -> Wave:
    """Resample `sound` to `rate` Hz by the exact ratio of the two, linear phase."""
    common = gcd(sound.rate, rate)
    up, down = rate // common, sound.rate // common
    samples = sound.samples.astype(np.float64)
    if up == down or not len(samples):
        return samples
    return np.asarray(resample_poly(samples, up, down), dtype=np.float64)


def short_time_power(wave: Wave, *, window: int, hop: int) -> Power:
    """Power of Hann windows every `hop` samples, (1 + samples // hop, window // 2 + 1).

    Frame n is centred on sample n * hop; zeros stand before and after.
    """
    padded = np.pad(wave, window // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    # periodic Hann: frames (frame, window) -> bins (frame, window // 2 + 1)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    power: Power = np.square(np.abs(rfft(frames * hann, axis=1)))
    return power


def decibels(power: NDArray[np.float64], *, span: float = 80.0) -> NDArray[np.float64]:
    """10 log10 of `power`, from 1e-10 up, no value more than `span` under the top."""
    level = 10 * np.log10(np.maximum(power, 1e-10))
    floor = float(level.max(initial=-100.0)) - span
    return np.asarray(np.maximum(level, floor), dtype=np.float64)


@lru_cache(maxsize=8)
def mel_filters(
    rate: int, *, window: int, bands: int, low: float = 0.0, high: float | None = None
) -> NDArray[np.float64]:
    """Triangles of equal area on the mel scale, (window // 2 + 1, bands).

    Slaney's scale: linear up to 1 kHz, logarithmic above (Auditory Toolbox, 1998).
    """
    top = rate / 2 if high is None else high
    ends = _mel_hertz(np.linspace(_hertz_mel(low), _hertz_mel(top), bands + 2))
    bins = np.arange(window // 2 + 1) * rate / window
    rising = (bins[:, None] - ends[None, :-2]) / np.diff(ends)[None, :-1]
    falling = (ends[None, 2:] - bins[:, None]) / np.diff(ends)[None, 1:]
    shapes: NDArray[np.float64] = np.maximum(0.0, np.minimum(rising, falling))
    shapes *= 2 / (ends[2:] - ends[:-2])
    return shapes


def _hertz_mel(hertz: float) -> float:
    if hertz < 1000:
        return hertz * 3 / 200
    return 15 + 27 * float(np.log(hertz / 1000) / np.log(6.4))


def _mel_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    above = 1000 * 6.4 ** (mel / 27 - 5 / 9)
    return np.asarray(np.where(mel < 15, mel * 200 / 3, above))
