"""The few building blocks all demo sounds are made of."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, lfilter, sosfilt

from generation.demoset.scene import RATE, Rng, Wave


def place(track: Wave, burst: Wave, *, at: float, gain: float = 1.0) -> None:
    """Add `burst` to `track` from `at` seconds on, cut where the track ends."""
    start = round(at * RATE)
    room = len(track) - start
    if start >= 0 and room > 0:
        track[start : start + len(burst)] += gain * burst[:room]


def noise(rng: Rng, seconds: float) -> Wave:
    """White noise of unit power."""
    return rng.standard_normal(round(seconds * RATE))


def band(sound: Wave, low: float, high: float) -> Wave:
    """`sound` between `low` and `high` Hz (a `low` of 0: up to `high`)."""
    top = min(high, 0.49 * RATE)
    if low <= 0:
        filters = butter(2, top, "lowpass", fs=RATE, output="sos")
    else:
        filters = butter(2, (low, top), "bandpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(filters, sound))


def formants(sound: Wave, peaks: Sequence[float], *, width: float = 120.0) -> Wave:
    """`sound` through parallel resonators at `peaks` Hz, each `width` Hz wide."""
    radius = np.exp(-np.pi * width / RATE)
    voiced = np.zeros_like(sound)
    for number, hertz in enumerate(peaks):
        poles = [1, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2]
        voiced += np.asarray(lfilter([1 - radius], poles, sound)) / (1 + number)
    return voiced


def phase(hertz: Wave | float, count: int) -> Wave:
    """The running phase, in turns, of an oscillator of (varying) frequency."""
    return np.cumsum(np.broadcast_to(hertz, count)) / RATE


def attack_decay(t: Wave, *, attack: float, decay: float) -> Wave:
    """An envelope that rises over `attack` seconds and dies away with `decay`."""
    rise = np.minimum(t / attack, 1)
    return rise * np.exp(-np.maximum(t - attack, 0) / decay)


def smooth(curve: Wave, seconds: float) -> Wave:
    """`curve` through a one-pole low-pass with that time constant."""
    keep = np.exp(-1 / (seconds * RATE))
    return np.asarray(lfilter([1 - keep], [1, -keep], curve))


def envelope(sound: Wave, *, rate: int, per_second: int) -> NDArray[np.float64]:
    """The RMS of `sound` in consecutive parts, `per_second` of them a second."""
    step = rate // per_second
    parts = sound[: len(sound) // step * step].reshape(-1, step)
    return np.asarray(np.sqrt(np.square(parts).mean(axis=1)))


def recorded(rng: Rng, sound: Wave) -> Wave:
    """`sound` as if recorded: a random peak of .5 to .85 and some room noise."""
    peak = float(np.abs(sound).max())
    if peak > 0:
        sound = sound * (rng.uniform(0.5, 0.85) / peak)
    room = 10 ** (rng.uniform(-62, -50) / 20)
    return sound + room * rng.standard_normal(len(sound))
