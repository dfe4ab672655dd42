"""Water flowing: a stream, and the bubbles that make its sound."""

import numpy as np
from numpy.typing import NDArray

from generation.demoset.canvas import Canvas, backdrop
from generation.demoset.scene import RATE, Rng, Scene, Wave, at_frames, frame_times
from generation.demoset.scene import sample_times as times
from generation.demoset.synth import band, noise, place, smooth


def water(rng: Rng, seconds: float) -> Scene:
    """A falling stream whose width is its loudness; each bubble draws a ring."""
    t = times(seconds)
    drift = smooth(rng.standard_normal(len(t) + RATE), 0.25)[RATE:]
    flow = 0.6 + 0.35 * drift / max(float(np.abs(drift).max()), 1e-9)
    sound = 0.25 * band(noise(rng, seconds), 300, 5000) * flow
    count = rng.poisson(25 * seconds)
    born = np.sort(rng.uniform(0, seconds, count))
    radii = rng.lognormal(np.log(2.2e-3), 0.4, count)
    for at, radius in zip(born, radii, strict=True):
        if rng.uniform() < flow[min(int(at * RATE), len(flow) - 1)]:
            place(sound, _bubble(float(radius)), at=float(at), gain=0.35)
    return Scene(_water_frames(rng, seconds, at_frames(flow), born), sound, ())


def _bubble(radius: float) -> Wave:
    """Minnaert's resonance of a bubble of `radius` metres, rising as it surfaces."""
    hertz = min(3.26 / radius, 0.45 * RATE / 1.3)
    t = times(0.12)
    ring = np.sin(2 * np.pi * hertz * t * (1 + 2 * t))
    return ring * np.exp(-t * (0.13 * hertz / 8 + 25))


def _water_frames(
    rng: Rng, seconds: float, flow: Wave, born: NDArray[np.float64]
) -> NDArray[np.uint8]:
    ground = backdrop(rng, low=40, high=120)
    x, pool = rng.uniform(60, 100), 92
    spots = rng.normal((x, pool + 10), (26, 6), (len(born), 2))
    streaks = rng.uniform(-0.5, 0.5, (30, 2))
    frames = []
    for now, strength in zip(frame_times(seconds), flow, strict=True):
        canvas = Canvas(ground)
        width = 12 + 26 * strength
        canvas.rectangle((0, pool), (160, 30), (60, 110, 150))
        canvas.rectangle((x - width / 2, 0), (width, pool + 4), (150, 195, 225))
        for across, speed in streaks:
            y = ((now * (1.6 + speed) + across * 3) % 1) * pool
            place_x = x + across * width
            canvas.line((place_x, y), (place_x, y + 9), (225, 240, 250), width=1.5)
        for birth, spot in zip(born, spots, strict=True):
            age = now - birth
            if 0 <= age < 0.25:
                r = 2 + 22 * age
                canvas.ellipse(spot[0], spot[1], (r, r / 3), (190, 220, 240))
                canvas.ellipse(spot[0], spot[1], (r - 1.5, r / 3 - 0.8), (60, 110, 150))
        canvas.ellipse(x, pool + 4, (width * 0.8, 5), (235, 245, 250))
        frames.append(canvas.image())
    return np.stack(frames)
