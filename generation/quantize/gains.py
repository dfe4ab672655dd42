"""How loud a clip is when it is learned from, and how loud a generated one is played.

256 linear levels hold about 50 dB at full scale, 30 dB at a tenth of it, so gain
matters. A generated clip has none of its own and must not take the real clip's, which
would leak its level: it gets one that was declared beforehand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from generation.quantize.levels import decode

PEAK = 0.9
"""The largest magnitude of a leveled clip: room below full scale for resampling."""

GainPolicy = Literal["peak", "category", "none"]


@dataclass(frozen=True, slots=True)
class Leveled:
    """A clip made ready to encode: sound (samples,), float32, and what it was times."""

    sound: NDArray[np.float32]
    gain: float


def level(
    sound: NDArray[Any], policy: GainPolicy, *, gain: float | None = None
) -> Leveled:
    """Return a clip leveled by a policy.

    sound: (samples,), floats. `peak` removes the mean and brings the largest magnitude
    to 0.9; `category` removes the mean and applies the category's `gain`, so that
    loudness keeps telling distance; `none` touches nothing. Raises ValueError for an
    unknown policy, and for a `gain` that is missing, not wanted or not above 0.
    """
    if policy not in get_args(GainPolicy):
        known = ", ".join(get_args(GainPolicy))
        raise ValueError(f"no gain policy {policy!r}: choose among {known}")
    if (gain is not None) != (policy == "category"):
        raise ValueError(f"policy {policy!r} with gain {gain}: only category takes one")
    if policy == "none":
        return Leveled(sound.astype(np.float32), 1.0)
    centred = remove_dc(sound)
    factor = peak_gain(centred) if gain is None else _sane(gain)
    return Leveled((centred * factor).astype(np.float32), factor)


def remove_dc(sound: NDArray[Any]) -> NDArray[np.float64]:
    """Return a sound (samples,) less its mean; nothing of nothing."""
    exact = sound.astype(np.float64)
    return exact - exact.mean() if len(exact) else exact


def peak_gain(sound: NDArray[Any], peak: float = PEAK) -> float:
    """Return what brings the largest magnitude of (samples,) to `peak`; 1 of silence.

    Silence is all below half a level of 16 bits: what a mean leaves of it stays small.
    """
    largest = float(np.abs(sound).max(initial=0.0))
    return peak / largest if largest > 2**-16 else 1.0


def category_gain(peaks: Sequence[float], peak: float = PEAK) -> float:
    """Return the one gain of a category whose training clips have these peaks.

    The loudest clip reaches `peak`, nothing is clipped. Raises ValueError for no clips.
    """
    if not peaks:
        raise ValueError("a category's gain needs the peaks of its training clips")
    return peak_gain(np.asarray(peaks), peak)


def median_gain(gains: Sequence[float]) -> float:
    """Return the gain to declare for generated clips: the training clips' median.

    Raises ValueError for no clips.
    """
    if not gains:
        raise ValueError("a median gain needs the gains of the training clips")
    return float(median(gains))


def restore(levels: NDArray[Any], gain: float) -> NDArray[np.float32]:
    """Return generated levels (samples,), 0..255, as sound: decoded, then / gain.

    No rescaling to the clip's extremes, which would raise near-silence to full scale;
    beyond [-1, 1] is left for the writer to clip. Raises ValueError for gain <= 0.
    """
    return (decode(levels) / np.float32(_sane(gain))).astype(np.float32)


def _sane(gain: float) -> float:
    if not 0 < gain < float("inf"):
        raise ValueError(f"a gain is above 0 and finite, not {gain}")
    return gain
