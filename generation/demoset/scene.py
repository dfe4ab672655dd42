"""What a demo clip consists of, and the clock its picture and sound share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FPS = 25
RATE = 16_000
WIDTH, HEIGHT = 160, 120

Frames = NDArray[np.uint8]
"""Pictures: shape (frames, HEIGHT, WIDTH, 3), RGB."""

Wave = NDArray[np.float64]
"""Sound or a curve sampled like it: shape (samples,) at RATE."""

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Scene:
    """One clip before coding: both halves come from one list of events.

    `onsets` are the times, in seconds, at which something is heard to begin; empty for
    sounds without attacks.
    """

    frames: Frames
    sound: Wave
    onsets: tuple[float, ...]


Maker = Callable[[Rng, float], Scene]
"""Renders a clip of so many seconds from the random numbers of a generator."""


def frame_times(seconds: float) -> NDArray[np.float64]:
    """The time of each frame."""
    return np.arange(round(seconds * FPS)) / FPS


def sample_times(seconds: float) -> Wave:
    """The time of each sample."""
    return np.arange(round(seconds * RATE)) / RATE


def at_frames(curve: Wave) -> NDArray[np.float64]:
    """A curve sampled like the sound, as the frames see it."""
    return curve[:: RATE // FPS]


def spaced(
    rng: Rng, seconds: float, *, gap: tuple[float, float], start: float = 0.2
) -> NDArray[np.float64]:
    """Random times from `start` on, `gap` apart, that leave 0.15 s at the end."""
    times = [start + rng.uniform(0, gap[0])]
    while times[-1] < seconds:
        times.append(times[-1] + rng.uniform(*gap))
    return np.array([time for time in times if time < seconds - 0.15])


def since(times: NDArray[np.float64], now: float) -> float:
    """How long ago the last of `times` was; infinite before the first."""
    past = times[times <= now]
    return float(now - past[-1]) if len(past) else float("inf")
