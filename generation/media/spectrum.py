"""How far up a sound reaches, and cutting it there."""

import numpy as np
from scipy.signal import firwin, oaconvolve, welch

from generation.media.loudness import Samples

FLOOR_DB = -60.0
"""What lies this far under the strongest band counts as not there."""

_STOP_HZ = 400.0


def bandwidth_hz(sound: Samples, rate: int) -> float | None:
    """The highest frequency within 60 dB of the spectrum's peak; None for silence."""
    if not np.any(sound):
        return None
    window = min(2048, len(sound))
    hertz, power = welch(sound, rate, nperseg=window)
    present = np.flatnonzero(power >= power.max() * 10 ** (FLOOR_DB / 10))
    return float(hertz[present[-1]])


def low_pass(sound: Samples, rate: int, *, hertz: float) -> Samples:
    """`sound` without what lies above `hertz`: linear phase, no delay, same length."""
    if hertz >= rate / 2 - _STOP_HZ:
        return sound
    taps = firwin(2 * round(3.3 * rate / _STOP_HZ / 2) + 1, hertz, fs=rate)
    return oaconvolve(sound, taps.astype(np.float32), mode="same")[: len(sound)].astype(
        np.float32
    )
