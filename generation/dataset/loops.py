"""Loop a clip by index: what is stored keeps its native length.

Sound and pictures of a training clip are repeated together to ten seconds, as in the
paper; both have the clip's own period, so they stay together at every seam.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.geometry import SAMPLES_PER_FRAME


def loop_index(period: int, count: int) -> NDArray[np.int64]:
    """Which of `period` things stands at each of `count` places.

    Raises ValueError for a period below 1.
    """
    if period < 1:
        raise ValueError(f"period {period}: there must be something to repeat")
    return np.arange(count, dtype=np.int64) % period


def looped_features(features: NDArray[Any], *, frames: int) -> NDArray[Any]:
    """`frames` frames of features (m, ...), looped: (frames, ...)."""
    looped: NDArray[Any] = features[loop_index(len(features), frames)]
    return looped


def looped_tokens(tokens: NDArray[np.uint8], *, frames: int) -> NDArray[np.uint8]:
    """The levels of `frames` frames of tokens (1024 m,), looped: (1024 frames,)."""
    framed = tokens.reshape(-1, SAMPLES_PER_FRAME)  # (m, 1024)
    looped = framed[loop_index(len(framed), frames)]
    return looped.reshape(-1)  # (1024 frames,)
