"""How far up a sound reaches, and cutting it there."""

import numpy as np
from scipy.fft import rfft

from generation.media.loudness import Samples

FLOOR_DB = -60.0
"""What lies this far under the strongest band counts as not there."""

_STOP_HZ = 400.0
_WINDOW = 2048


def bandwidth_hz(sound: Samples, rate: int) -> float | None:
    """The highest frequency within 60 dB of the spectrum's peak; None for silence.

    The spectrum is the mean over windows of 2048 samples, side by side.
    """
    if not np.any(sound):
        return None
    size = min(_WINDOW, len(sound))
    windows = sound[: len(sound) // size * size].reshape(-1, size)
    power = np.square(np.abs(rfft(windows * _hann(size)))).mean(axis=0)
    present = np.flatnonzero(power >= power.max() * 10 ** (FLOOR_DB / 10))
    return float(present[-1] * rate / size)


def low_pass(sound: Samples, rate: int, *, hertz: float) -> Samples:
    """`sound` without what lies above `hertz`: linear phase, no delay, same length."""
    if hertz >= rate / 2 - _STOP_HZ:
        return sound
    from scipy.signal import firwin, oaconvolve  # a second to load: only to render

    taps = firwin(2 * round(3.3 * rate / _STOP_HZ / 2) + 1, hertz, fs=rate)
    return oaconvolve(sound, taps.astype(np.float32), mode="same")[: len(sound)].astype(
        np.float32
    )


def _hann(size: int) -> Samples:
    return np.hanning(size).astype(np.float32)
