"""What a sound is like at each video frame: its loudness and its bands' levels."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from generation.geometry import RATE, SAMPLES_PER_FRAME
from generation.quantize import decode

BANDS = 8
LOWEST, HIGHEST = 60.0, 7600.0
FLOOR_DB = -60.0
"""Below this, level 128 and its neighbours are all there is."""


def frame_levels(tokens: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Levels in dB at each frame of (1024 m,) tokens: (m, 9), float32, >= -60.

    The first is the level of the whole frame, the others those of eight bands from 60
    to 7,600 Hz, all of one ratio.
    """
    sound = decode(np.asarray(tokens)).reshape(-1, SAMPLES_PER_FRAME)  # (m, 1024)
    whole = np.mean(sound.astype(np.float64) ** 2, axis=1)  # (m,)
    window = np.hanning(SAMPLES_PER_FRAME)
    spectrum = np.abs(np.fft.rfft(sound * window, axis=1)) ** 2  # (m, 513)
    power = 2 * spectrum / (SAMPLES_PER_FRAME * np.sum(window**2))
    frequencies = np.fft.rfftfreq(SAMPLES_PER_FRAME, 1 / float(RATE))
    edges = np.geomspace(LOWEST, HIGHEST, BANDS + 1)
    bands = [
        power[:, (frequencies >= low) & (frequencies < high)].sum(axis=1)
        for low, high in pairwise(edges)
    ]
    levels = np.stack([whole, *bands], axis=1)  # (m, 9)
    heard: NDArray[np.float32] = 10 * np.log10(
        np.maximum(levels, 10 ** (FLOOR_DB / 10))
    ).astype(np.float32)
    return heard
