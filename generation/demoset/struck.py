"""Drum, fireworks and rail transport: sounds that begin with a blow."""

import numpy as np
from numpy.typing import NDArray

from generation.demoset.canvas import Canvas, backdrop, random_color
from generation.demoset.scene import (
    HEIGHT,
    WIDTH,
    Rng,
    Scene,
    Wave,
    frame_times,
    sample_times,
    since,
    spaced,
)
from generation.demoset.synth import band, noise, place

# Modes of an ideal circular membrane over its lowest (Bessel zeros over 2.405).
_MEMBRANE = (1.0, 1.593, 2.135, 2.295, 2.653, 2.917)
_SOUND_SPEED = 343.0


def drum(rng: Rng, seconds: float) -> Scene:
    """A stick that falls on a skin, which ripples."""
    hits = spaced(rng, seconds, gap=(0.25, 0.7))
    force = rng.uniform(0.5, 1.0, len(hits))
    lowest = rng.uniform(90, 260)
    t = sample_times(0.8)
    sound = np.zeros(round(seconds * 16_000))
    for at, hard in zip(hits, force, strict=True):
        skin = sum(
            np.sin(2 * np.pi * lowest * ratio * t)
            * np.exp(-t * (6 + 5 * ratio**2))
            / (1 + number)
            for number, ratio in enumerate(_MEMBRANE)
        )
        click = 0.4 * noise(rng, 0.8) * np.exp(-t / 0.008)
        place(sound, skin + click, at=at, gain=hard)
    return Scene(_drum_frames(rng, seconds, hits), sound, tuple(hits))


def _drum_frames(
    rng: Rng, seconds: float, hits: NDArray[np.float64]
) -> NDArray[np.uint8]:
    ground, shell = backdrop(rng), random_color(rng)
    skin, stick = random_color(rng, low=170), random_color(rng, low=20, high=120)
    x, y, radius = rng.uniform(65, 95), rng.uniform(80, 92), rng.uniform(32, 44)
    frames = []
    for now in frame_times(seconds):
        canvas = Canvas(ground)
        ago = since(hits, now)
        ripple = (
            8 * np.exp(-ago / 0.06) * np.cos(2 * np.pi * 18 * ago) if ago < 1 else 0
        )
        ahead = hits[hits > now]
        wait = min(ago / 0.5, (ahead[0] - now) / 0.12 if len(ahead) else 1.0, 1.0)
        canvas.rectangle((x - radius, y), (2 * radius, 30), shell)
        canvas.ellipse(x, y, (radius, 12 + ripple), skin)
        angle = 0.15 + 0.9 * wait
        tip = (x + 4, y - 3 - 44 * np.sin(angle) * wait)
        canvas.line((x + 55, y - 40), tip, stick, width=4)
        canvas.disc(*tip, 4, stick)
        frames.append(canvas.image())
    return np.stack(frames)


def fireworks(rng: Rng, seconds: float) -> Scene:
    """Rockets that rise, burst, and are heard when their sound has travelled."""
    bursts = spaced(rng, seconds - 0.3, gap=(0.7, 1.3), start=0.4)
    metres = rng.uniform(20, 120, len(bursts))
    heard = bursts + metres / _SOUND_SPEED
    sound = np.zeros(round(seconds * 16_000))
    for flash, boom, far in zip(bursts, heard, metres, strict=True):
        place(sound, _boom(rng), at=boom, gain=40 / far)
        for late in rng.exponential(0.25, rng.poisson(25)):
            crackle = noise(rng, 0.01) * np.exp(-sample_times(0.01) / 0.002)
            place(sound, crackle, at=boom + 0.05 + late, gain=6 / far)
        whistle_from = flash - 0.35 + far / _SOUND_SPEED
        place(sound, _whistle(), at=whistle_from, gain=1.5 / far)
    inside = tuple(float(time) for time in heard if time < seconds - 0.02)
    return Scene(_firework_frames(rng, seconds, bursts, metres), sound, inside)


def _boom(rng: Rng) -> Wave:
    t = sample_times(0.8)
    return band(noise(rng, 0.8), 0, 600) * np.exp(-t / 0.12) * np.minimum(t / 0.002, 1)


def _whistle() -> Wave:
    t = sample_times(0.35)
    return np.sin(2 * np.pi * (900 * t + 1500 * t**2)) * np.sin(np.pi * t / 0.35)


def _firework_frames(
    rng: Rng, seconds: float, bursts: NDArray[np.float64], metres: NDArray[np.float64]
) -> NDArray[np.uint8]:
    sky = backdrop(rng, low=2, high=45)
    places = rng.uniform((25, 22), (WIDTH - 25, 60), (len(bursts), 2))
    angles = rng.uniform(0, 2 * np.pi, (len(bursts), 40))
    speeds = rng.uniform(0.4, 1.0, (len(bursts), 40))
    colors = [random_color(rng, low=120, high=255) for _ in bursts]
    frames = []
    for now in frame_times(seconds):
        flash = sum(120 * np.exp(-(now - b) / 0.08) for b in bursts if b <= now)
        canvas = Canvas(sky + np.float32(flash))
        for number, burst in enumerate(bursts):
            d = now - burst
            x, y = places[number]
            if -0.35 <= d < 0:
                canvas.disc(x, y + (HEIGHT - y) * (-d / 0.35), 1.6, (255, 230, 180))
            elif 0 <= d < 1.2:
                spread = (900 / metres[number] + 12) * (1 - np.exp(-5 * d))
                glow = np.exp(-d / 0.5)
                tint = tuple(part * glow for part in colors[number])
                for angle, speed in zip(angles[number], speeds[number], strict=True):
                    r = spread * speed
                    canvas.disc(
                        x + r * np.cos(angle),
                        y + r * np.sin(angle) + 14 * d * d,
                        1.3,
                        (tint[0], tint[1], tint[2]),
                    )
        frames.append(canvas.image())
    return np.stack(frames)


def rail(rng: Rng, seconds: float) -> Scene:
    """Cars whose wheels clack over a joint of the rail that is in view."""
    speed = rng.uniform(5, 12)
    axles = np.array([
        car * 9.0 + bogie * 5.0 + axle * 1.6
        for car in range(int(speed * seconds / 9) + 2)
        for bogie in (0, 1)
        for axle in (0, 1)
    ])  # fmt: skip
    head_start = rng.uniform(0.2, 0.6)
    hits = head_start + axles / speed
    hits = hits[hits < seconds - 0.1]
    t = sample_times(0.25)
    sound = 0.08 * speed / 12 * band(noise(rng, seconds), 80, 700)
    for at in hits:
        clack = (
            noise(rng, 0.25) * np.exp(-t / 0.012)
            + np.sin(2 * np.pi * 400 * t) * np.exp(-t / 0.05)
            + 0.5 * np.sin(2 * np.pi * 1150 * t) * np.exp(-t / 0.03)
        )
        place(sound, clack, at=at, gain=rng.uniform(0.7, 1.0))
    frames = _rail_frames(rng, seconds, axles, speed, head_start)
    return Scene(frames, sound, tuple(float(hit) for hit in hits))


def _rail_frames(
    rng: Rng,
    seconds: float,
    axles: NDArray[np.float64],
    speed: float,
    head_start: float,
) -> NDArray[np.uint8]:
    ground, body = backdrop(rng), random_color(rng)
    joint, scale, line = rng.uniform(60, 100), 11.0, 96
    frames = []
    for now in frame_times(seconds):
        canvas = Canvas(ground)
        front = joint + (now - head_start) * speed * scale
        for car in axles[::4]:
            x = front - car * scale
            canvas.rectangle((x - 74, 48), (86, 36), body)
            canvas.rectangle((x - 62, 54), (60, 10), (210, 225, 235))
        canvas.rectangle((0, line), (WIDTH, 4), (110, 105, 100))
        canvas.rectangle((joint - 1.5, line - 1), (3, 8), (220, 30, 30))
        for axle in axles:
            x = front - axle * scale
            canvas.disc(x, line - 7, 7, (40, 40, 45))
            canvas.disc(x, line - 7, 2.5, (170, 170, 170))
            if 0 <= (x - joint) / (speed * scale) < 0.08:
                canvas.disc(joint, line, 5, (255, 240, 150))
        frames.append(canvas.image())
    return np.stack(frames)
