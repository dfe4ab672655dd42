"""Faults of generated sound are found, and real and synthetic sounds pass."""

from pathlib import Path

import numpy as np
import pytest

from generation.demoset import CATEGORIES, DemoClip, make_clip
from generation.demoset.scene import RATE
from generation.media import read_sounds
from generation.media.quality import Limits, check

SHARED = Path(__file__).parents[4] / "shared" / "media"


def tone(seconds: float = 2.0, level: float = 0.3) -> np.ndarray:
    times = np.arange(round(seconds * RATE)) / RATE
    return level * np.sin(2 * np.pi * 440 * times)


def noise(seconds: float, level: float = 1.0) -> np.ndarray:
    draws = np.random.default_rng(1).integers(0, 256, round(seconds * RATE))
    return level * (draws / 128 - 1)


@pytest.mark.parametrize("category", CATEGORIES)
def test_synthetic_clips_pass(category: str) -> None:
    for index in range(2):
        sound = make_clip(DemoClip(category, index, 5, (2.0, 3.0))).sound
        assert check(sound, RATE).faults == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real clips are not here")
def test_real_clips_pass() -> None:
    files = sorted((SHARED / "clips").glob("*.mp4"))[::3]
    for sound, file in zip(read_sounds(files), files, strict=True):
        assert check(sound.samples, sound.rate).faults == (), file.name


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (np.zeros(RATE), "digital silence"),
        (tone(level=5e-4), "silent: -69 dBFS"),  # 20 log10(5e-4 / sqrt 2)
        (np.concatenate([tone(0.1), np.zeros(4 * RATE)]), "silent for 98%"),
        (tone() + 0.05, "off zero by +0.050"),
        (np.concatenate([tone(6), tone(1) + 0.1]), "drifts off zero by 0.100"),
        (np.clip(4 * tone(), -1, 1), "clipped"),
        (0.1 * noise(2), "white noise throughout"),
        (noise(2), "as loud as noise"),
        (np.concatenate([tone(2, 0.02), noise(0.4, 0.7), tone(2, 0.02)]), "a burst"),
    ],
)
def test_each_fault_is_named(sound: np.ndarray, words: str) -> None:
    quality = check(sound, RATE)
    assert not quality.ok
    assert words in "; ".join(quality.faults)


def test_a_drum_stroke_is_no_burst_of_noise() -> None:
    """A click of 8 ms decay is white and loud, and over before it counts."""
    click = noise(0.05) * np.exp(-np.arange(round(0.05 * RATE)) / (0.008 * RATE))
    sound = tone(2, 0.01)
    sound[RATE : RATE + len(click)] += 0.8 * click
    assert check(sound, RATE).faults == ()


def test_white_noise_has_the_measures_it_must() -> None:
    """Uniform over 256 levels: RMS 1/sqrt 3, and 3 levels of 256 at 0.99 or beyond."""
    quality = check(noise(4), RATE)
    assert quality.rms == pytest.approx(-4.77, abs=0.05)
    assert quality.clipped == pytest.approx(3 / 256, abs=0.002)
    assert quality.flatness == pytest.approx(1.0, abs=0.02)


def test_quality_does_not_depend_on_the_rate_it_is_delivered_at() -> None:
    from scipy.signal import resample_poly

    low = 0.1 * noise(2)
    high = resample_poly(low, 3, 1)
    assert check(high, 3 * RATE).flatness == pytest.approx(
        check(low, RATE).flatness, abs=0.03
    )


def test_limits_are_the_callers() -> None:
    assert check(tone() + 0.05, RATE, limits=Limits(offset=0.1)).ok


@pytest.mark.parametrize(
    ("sound", "rate", "words"),
    [
        (np.zeros(0), RATE, "one channel"),
        (np.zeros((2, 8)), RATE, "one channel"),
        (np.zeros(8), 0, "rate 0"),
        (np.array([0.0, np.nan]), RATE, "no number"),
    ],
)
def test_what_is_no_sound_is_refused(sound: np.ndarray, rate: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(sound, rate)


def test_one_sample_can_be_judged() -> None:
    assert check(np.array([0.2]), RATE).seconds == 1 / RATE


def test_a_burst_is_measured_in_seconds() -> None:
    sound = np.concatenate([tone(2, 0.02), noise(0.4, 0.7), tone(2, 0.02)])
    assert check(sound, RATE).burst == pytest.approx(0.4, abs=0.041)  # two frames
