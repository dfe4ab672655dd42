"""Dog, baby crying and snoring: sounds that come out of a mouth."""

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
    since,
    spaced,
)
from generation.demoset.synth import (
    attack_decay,
    band,
    formants,
    noise,
    phase,
    place,
)


def dog(rng: Rng, seconds: float) -> Scene:
    """A dog whose mouth opens and head lifts with every bark."""
    barks = spaced(rng, seconds, gap=(0.35, 0.9))
    pitch = rng.uniform(350, 700)
    sound = np.zeros(round(seconds * RATE))
    for at in barks:
        length = rng.uniform(0.14, 0.22)
        t = sample_times(length)
        falling = pitch * (1.25 - 0.9 * t / 0.2)
        voice = np.sign(np.sin(2 * np.pi * phase(np.maximum(falling, 80), len(t))))
        breath = 0.5 * noise(rng, length)
        bark = formants(voice + breath, (900, 1700, 2700), width=250)
        shape = attack_decay(t, attack=0.008, decay=0.06)
        place(sound, bark * shape, at=at, gain=rng.uniform(0.7, 1.0))
    return Scene(_dog_frames(rng, seconds, barks), sound, tuple(map(float, barks)))


def _dog_frames(
    rng: Rng, seconds: float, barks: NDArray[np.float64]
) -> NDArray[np.uint8]:
    ground = backdrop(rng)
    fur, ear = random_color(rng, low=70, high=200), random_color(rng, low=30, high=100)
    x, y = rng.uniform(60, 95), rng.uniform(58, 70)
    frames = []
    for now in frame_times(seconds):
        canvas = Canvas(ground)
        ago = since(barks, now)
        open_ = np.exp(-ago / 0.09)
        lift = 9 * open_
        canvas.ellipse(x - 12, y + 52, (40, 30), fur)
        canvas.ellipse(x, y - lift, (26, 24), fur)
        canvas.ellipse(x - 22, y - 8 - lift, (8, 16), ear)
        canvas.ellipse(x + 20, y + 6 - lift, (18, 9), fur)
        canvas.ellipse(
            x + 20, y + 13 - lift + 6 * open_, (13, 1 + 8 * open_), (60, 15, 20)
        )
        canvas.disc(x + 6, y - 7 - lift, 3, (10, 10, 10))
        canvas.disc(x + 36, y + 1 - lift, 4, (15, 15, 15))
        frames.append(canvas.image())
    return np.stack(frames)


def baby(rng: Rng, seconds: float) -> Scene:
    """A face that cries in long breaths: mouth, eyes and color follow the voice."""
    sound = np.zeros(round(seconds * RATE))
    effort = np.zeros(round(seconds * RATE))
    at = rng.uniform(0.05, 0.25)
    while at < seconds - 0.2:
        length = rng.uniform(0.5, 0.95)
        t = sample_times(length)
        arch = np.sin(np.pi * t / length)
        pitch = rng.uniform(380, 520) * (1 + 0.35 * arch)
        pitch *= 1 + 0.03 * np.sin(2 * np.pi * 7 * t)
        saw = 2 * (phase(pitch, len(t)) % 1) - 1
        cry = formants(saw + 0.05 * noise(rng, length), (1150, 2900, 4800), width=180)
        place(sound, cry * np.sqrt(arch), at=at)
        place(effort, np.sqrt(arch), at=at)
        at += length + rng.uniform(0.2, 0.45)
    return Scene(_baby_frames(rng, seconds, at_frames(effort)), sound, ())


def _baby_frames(
    rng: Rng, seconds: float, effort: NDArray[np.float64]
) -> NDArray[np.uint8]:
    ground, cloth = backdrop(rng, low=90, high=200), random_color(rng, low=120)
    x, y = rng.uniform(68, 92), rng.uniform(48, 58)
    shake = rng.uniform(4, 7)
    frames = []
    for now, cry in zip(frame_times(seconds), effort, strict=False):
        canvas = Canvas(ground)
        wave = 12 * cry * np.sin(2 * np.pi * shake * now)
        skin = (235.0, 190 - 70 * cry, 165 - 70 * cry)
        canvas.ellipse(x, y + 55, (38, 30), cloth)
        canvas.line((x - 30, y + 45), (x - 52, y + 20 + wave), skin, width=9)
        canvas.line((x + 30, y + 45), (x + 52, y + 20 - wave), skin, width=9)
        canvas.ellipse(x, y, (30, 32), skin)
        for side in (-11, 11):
            canvas.ellipse(x + side, y - 7, (5, 4 - 3.4 * cry), (40, 30, 30))
        canvas.ellipse(x, y + 14, (9 + 3 * cry, 1 + 12 * cry), (110, 20, 35))
        frames.append(canvas.image())
    return np.stack(frames)


def snoring(rng: Rng, seconds: float) -> Scene:
    """A sleeper: the chest rises with the snore and sinks with a sigh."""
    period = rng.uniform(1.1, 1.7)
    t = sample_times(seconds)
    turn = (t / period + rng.uniform(0, 0.3)) % 1
    inhale = np.where(turn < 0.45, np.sin(np.pi * turn / 0.45), 0)
    exhale = np.where(turn >= 0.5, np.sin(np.pi * (turn - 0.5) / 0.5), 0)
    flutter = phase(
        rng.uniform(28, 60) * (1 + 0.1 * np.sin(2 * np.pi * 0.9 * t)), len(t)
    )
    pulses = np.exp(-8 * (flutter % 1)) * noise(rng, seconds)
    snore = formants(pulses, (480, 1400), width=150) * inhale
    sigh = 0.05 * band(noise(rng, seconds), 600, 3500) * exhale
    sound = snore / max(float(np.abs(snore).max()), 1e-9) + sigh
    chest = np.where(turn < 0.45, np.sin(np.pi * turn / 0.9) ** 2, 0)
    chest = np.where(turn >= 0.45, np.cos(np.pi * (turn - 0.45) / 1.1) ** 2, chest)
    return Scene(_sleeper_frames(rng, at_frames(chest), at_frames(inhale)), sound, ())


def _sleeper_frames(rng: Rng, chest: Wave, inhale: Wave) -> NDArray[np.uint8]:
    ground, blanket = backdrop(rng, low=20, high=110), random_color(rng)
    skin = random_color(rng, low=140, high=220)
    y = rng.uniform(78, 88)
    frames = []
    for rise, mouth in zip(chest, inhale, strict=True):
        canvas = Canvas(ground)
        canvas.rectangle((0, y + 18), (160, 40), (120, 110, 130))
        canvas.ellipse(34, y + 4, (26, 12), (225, 225, 230))
        canvas.ellipse(105, y + 8 - 5 * rise, (56, 18 + 12 * rise), blanket)
        canvas.ellipse(38, y - 10, (20, 18), skin)
        canvas.ellipse(52, y - 8, (3, 1 + 6 * mouth), (70, 20, 25))
        canvas.line((40, y - 18), (47, y - 18), (40, 30, 30), width=1.5)
        frames.append(canvas.image())
    return np.stack(frames)
