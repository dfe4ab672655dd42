"""Loudness after ITU-R BS.1770-4 / EBU R128, for one channel."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""One channel of sound: shape (samples,), full scale is 1."""

_OFFSET = -0.691  # BS.1770-4, so that a 997 Hz sine at full scale reads -3.01
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def integrated_loudness(sound: Samples, rate: int) -> float | None:
    """Gated loudness of `sound` in LUFS; None when nothing passes the gate.

    Blocks of 400 ms every 100 ms, gates at -70 LUFS and 10 LU under the mean of what
    passed the first. None: shorter than a block, or nothing louder than -70 LUFS.
    """
    hop = round(rate / 10)
    power = np.square(_k_weighted(sound, rate))
    parts = power[: len(power) // hop * hop].reshape(-1, hop).mean(axis=1)
    if len(parts) < 4:
        return None
    blocks = np.convolve(parts, np.full(4, 0.25), mode="valid")
    loud = blocks[blocks > _power(_ABSOLUTE_GATE)]
    if not len(loud):
        return None
    loud = loud[loud > _power(_lufs(float(loud.mean())) + _RELATIVE_GATE)]
    return _lufs(float(loud.mean()))


def ungated_loudness(sound: Samples, rate: int) -> float | None:
    """K-weighted mean level of all of `sound` in LUFS; None for digital silence.

    The stand-in where gating finds nothing: very short or very quiet sounds.
    """
    power = float(np.square(_k_weighted(sound, rate)).mean()) if len(sound) else 0.0
    return _lufs(power) if power > 0 else None


def true_peak_db(sound: Samples) -> float | None:
    """Peak of the four times oversampled `sound` in dBTP; None for digital silence."""
    highest = float(np.abs(sound).max(initial=0.0))
    if highest <= 0:
        return None
    from scipy.signal import resample_poly  # a second to load: only to render

    between = float(np.abs(resample_poly(sound, 4, 1)).max())
    return 20 * math.log10(max(highest, between))


def _k_weighted(sound: Samples, rate: int) -> NDArray[np.float64]:
    from scipy.signal import sosfilt

    return np.asarray(sosfilt(_k_filter(rate), sound.astype(np.float64)))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


def _lufs(power: float) -> float:
    return _OFFSET + 10 * math.log10(power)


@cache
def _k_filter(rate: int) -> NDArray[np.float64]:
    """BS.1770's two stages for any rate; at 48 kHz its own table comes out.

    The analog prototypes are those B. De Man derived in "Evaluation of implementations
    of the EBU R128 loudness measurement" (AES 145, 2018).
    """
    shelf_hz, shelf_db, shelf_q = (
        1681.974450955533,
        3.999843853973347,
        0.7071752369554196,
    )
    k = math.tan(math.pi * shelf_hz / rate)
    high = 10 ** (shelf_db / 20)
    band = high**0.4996667741545416
    norm = 1 + k / shelf_q + k * k
    shelf = [
        (high + band * k / shelf_q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - band * k / shelf_q + k * k) / norm,
        1.0,
        2 * (k * k - 1) / norm,
        (1 - k / shelf_q + k * k) / norm,
    ]
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    k = math.tan(math.pi * pass_hz / rate)
    norm = 1 + k / pass_q + k * k
    high_pass = [
        *(1.0, -2.0, 1.0, 1.0),
        *(2 * (k * k - 1) / norm, (1 - k / pass_q + k * k) / norm),
    ]
    return np.array([shelf, high_pass])
