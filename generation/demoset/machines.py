"""Helicopter, printer and chainsaw: sounds that turn with a machine."""

import numpy as np
from numpy.typing import NDArray

from generation.demoset.canvas import Canvas, backdrop, random_color
from generation.demoset.scene import (
    RATE,
    Rng,
    Scene,
    Wave,
    at_frames,
    frame_times,
    sample_times,
    spaced,
)
from generation.demoset.synth import band, noise, phase, place, smooth


def helicopter(rng: Rng, seconds: float) -> Scene:
    """A rotor slow enough for 25 frames a second to show each blade that is heard."""
    blades = int(rng.integers(2, 5))
    t = sample_times(seconds)
    turns = phase(rng.uniform(2.2, 2.9) + 0.2 * np.sin(2 * np.pi * 0.2 * t), len(t))
    turns += rng.uniform(0, 1)
    far = 1 + rng.uniform(0.3, 1.2) * (
        1 + np.sin(2 * np.pi * (0.15 * t + rng.uniform()))
    )
    beat = (blades * turns) % 1
    gate = np.exp(-0.5 * (np.minimum(beat, 1 - beat) / 0.07) ** 2)
    thump = band(noise(rng, seconds), 60, 900) * gate
    hum = 0.15 * np.sin(2 * np.pi * blades * turns)
    whine = 0.04 * np.sin(2 * np.pi * rng.uniform(900, 1600) * t)
    passing = np.flatnonzero(np.diff(np.floor(blades * turns)) > 0) / RATE
    frames = _rotor_frames(rng, blades, at_frames(turns), at_frames(far))
    onsets = tuple(float(time) for time in passing if time < seconds - 0.05)
    return Scene(frames, (thump + hum + whine) / far, onsets)


def _rotor_frames(rng: Rng, blades: int, turns: Wave, far: Wave) -> NDArray[np.uint8]:
    sky, body = backdrop(rng, low=110, high=220), random_color(rng, low=20, high=140)
    frames = []
    for turn, distance in zip(turns, far, strict=True):
        canvas = Canvas(sky)
        size = 1.25 / np.sqrt(distance)
        x, y = 80 + 10 * np.sin(turn / 5), 62
        canvas.ellipse(x, y + 16 * size, (30 * size, 13 * size), body)
        canvas.line((x - 25 * size, y + 13 * size), (x - 62 * size, y + 8 * size), body,
                    width=5 * size)  # fmt: skip
        canvas.ellipse(
            x + 14 * size, y + 13 * size, (11 * size, 7 * size), (190, 220, 240)
        )
        for blade in range(blades):
            angle = 2 * np.pi * (turn + blade / blades)
            reach = 58 * size
            tip = (x + reach * np.cos(angle), y + 0.45 * reach * np.sin(angle))
            canvas.line((x, y), tip, (25, 25, 30), width=3.2)
        frames.append(canvas.image())
    return np.stack(frames)


def printer(rng: Rng, seconds: float) -> Scene:
    """A carriage that sweeps with its stepper's song; the page jumps at each end."""
    t = sample_times(seconds)
    period, start = rng.uniform(0.7, 1.2), rng.uniform(0, 0.5)
    turn = t / period + start
    speed = np.abs(np.sin(2 * np.pi * turn))
    pitch = rng.uniform(500, 900) * speed
    song = np.sign(np.sin(2 * np.pi * phase(pitch, len(t)))) * np.sqrt(speed)
    sound = 0.5 * band(song, 200, 5000)
    ends = np.flatnonzero(np.diff(np.floor(2 * turn)) > 0) / RATE
    feed_t = sample_times(0.12)
    for end in ends:
        feed = np.sign(np.sin(2 * np.pi * 180 * feed_t)) + 0.4 * noise(rng, 0.12)
        place(
            sound, feed * np.minimum(1, (0.12 - feed_t) / 0.02), at=float(end), gain=0.9
        )
    carriage = 0.5 - 0.5 * np.cos(2 * np.pi * at_frames(turn))
    onsets = tuple(float(end) for end in ends if end < seconds - 0.05)
    return Scene(_printer_frames(rng, seconds, carriage, ends), sound, onsets)


def _printer_frames(
    rng: Rng, seconds: float, carriage: Wave, ends: NDArray[np.float64]
) -> NDArray[np.uint8]:
    ground, case = backdrop(rng), random_color(rng, low=50, high=150)
    head = random_color(rng, low=20, high=110)
    top = rng.uniform(50, 62)
    inks = rng.uniform(0.3, 1.0, 40)
    frames = []
    for now, along in zip(frame_times(seconds), carriage, strict=True):
        canvas = Canvas(ground)
        lines = int((ends <= now).sum())
        late = now - ends[ends <= now][-1] if lines else 1.0
        fed = (lines - 1 + min(late / 0.08, 1.0)) * 7 if lines else 0.0
        canvas.rectangle((35, top + 6), (90, 52), (245, 245, 240))
        for line in range(min(lines + 1, 7)):
            y = top + 8 + fed - 7 * (lines - line)
            if y > top + 6:
                canvas.rectangle((42, y), (70 * inks[line % 40], 2), (70, 70, 80))
        canvas.rectangle((18, top - 16), (124, 24), case)
        canvas.rectangle((26, top - 8), (108, 3), (200, 200, 200))
        canvas.rectangle((28 + 90 * along, top - 14), (16, 18), head)
        frames.append(canvas.image())
    return np.stack(frames)


def chainsaw(rng: Rng, seconds: float) -> Scene:
    """A two-stroke engine that revs whenever the bar sinks into the log."""
    cuts = spaced(rng, seconds, gap=(0.9, 1.6), start=0.15)
    t = sample_times(seconds)
    cutting = np.zeros(len(t))
    for cut in cuts:
        cutting[(t >= cut) & (t < cut + rng.uniform(0.35, 0.8))] = 1.0
    throttle = smooth(cutting, 0.06)
    firing = (48 + 110 * throttle) * (
        1 + 0.02 * smooth(rng.standard_normal(len(t)), 0.01)
    )
    strokes = phase(firing, len(t)) % 1
    engine = np.tanh(3 * (np.exp(-6 * strokes) - 0.25 + 0.2 * noise(rng, seconds)))
    grind = 0.5 * throttle * band(noise(rng, seconds), 800, 5000)
    sound = (band(engine, 60, 6000) + grind) * (0.25 + 0.75 * throttle)
    return Scene(_saw_frames(rng, at_frames(throttle)), sound, ())


def _saw_frames(rng: Rng, throttle: Wave) -> NDArray[np.uint8]:
    ground, case = backdrop(rng), random_color(rng, low=90)
    wood = (150.0, 105.0, 60.0)
    x = rng.uniform(70, 90)
    chain, depth = 0.0, 0.0
    frames = []
    for power in throttle:
        canvas = Canvas(ground)
        chain += 0.15 + 0.8 * power
        depth = min(depth + 0.9 * power, 26.0)
        shake = 2.2 * power * rng.standard_normal()
        y = 54 + depth + shake
        canvas.ellipse(x, 98, (48, 26), wood)
        canvas.ellipse(x, 98, (30, 15), (170, 125, 80))
        canvas.rectangle((x - 3, 70), (6, max(depth, 1)), (60, 40, 25))
        canvas.rectangle((x - 12, y - 5), (66, 9), (120, 120, 125))
        for tooth in range(9):
            along = (tooth / 9 + chain / 9) % 1
            canvas.rectangle((x - 12 + 64 * along, y - 8), (3, 3), (30, 30, 30))
        canvas.rectangle((x + 44, y - 18), (36, 30), case)
        for _ in range(int(22 * power)):
            dust = rng.normal((x - 8, y + 10), (14, 8))
            canvas.disc(float(dust[0]), float(dust[1]), 1.1, (225, 195, 140))
        frames.append(canvas.image())
    return np.stack(frames)
