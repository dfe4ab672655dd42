"""Stack the flow around a frame: ten fields as twenty channels.

Fields run from five before the frame to four after it, u and v in turn, as in
twostreamfusion. Near an end the last field there is repeated, so that every frame has
a stack. (One public loader writes the first field to the last two channels; weights
trained with it expect that order, and it is not this one.)
"""

import numpy as np
from numpy.typing import NDArray

BEFORE, AFTER = 5, 4
FIELDS = BEFORE + 1 + AFTER
CHANNELS = 2 * FIELDS
REACH = 20.0
"""Motion in px per frame beyond which it is cut, as in Regnet."""

MIDDLE = 127.5
"""Eight bits' value of no motion."""


def stack_index(frames: int) -> NDArray[np.int64]:
    """Which fields stand in each frame's stack: (m, 10), int64, in [0, max(m - 2, 0)].

    Field j is the motion from frame j to frame j + 1. Raises ValueError for no frame.
    """
    if frames < 1:
        raise ValueError(f"{frames} frames: there must be one or more")
    around = np.arange(frames)[:, None] + np.arange(-BEFORE, AFTER + 1)[None]  # (m, 10)
    index: NDArray[np.int64] = np.clip(around, 0, max(frames - 2, 0))
    return index


def stacked(fields: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """The stack of every frame.

    fields: (m - 1, 2, height, width), u then v (of a single frame: one field of zeros);
    the result is (m, 20, height, width), float32, in the order u-5 v-5 ... u+4 v+4.
    """
    chosen = fields[stack_index(frames)]  # (m, 10, 2, height, width)
    return chosen.reshape(frames, CHANNELS, *fields.shape[2:])  # (m, 20, h, w)


def eight_bit(fields: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Motion of -20 to 20 px as 0 to 255, cut beyond: no motion lies at 127.5."""
    scaled = np.clip(fields, -REACH, REACH) * (MIDDLE / REACH) + MIDDLE
    whole: NDArray[np.uint8] = np.rint(scaled).astype(np.uint8)
    return whole


def motion(coded: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Eight bits back as motion around 0, in units of 20 px / 127.5."""
    centred: NDArray[np.float32] = coded.astype(np.float32) - np.float32(MIDDLE)
    return centred


def without_camera(fields: NDArray[np.float32]) -> NDArray[np.float32]:
    """Fields (n, 2, height, width) less the mean vector of each: a panning camera."""
    steady: NDArray[np.float32] = fields - fields.mean(axis=(2, 3), keepdims=True)
    return steady
