"""Levels, lags, loudness and distances have the values they must."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm
from scipy.stats import pearsonr

from generation.experiments.distances import frechet, kernel_distance
from generation.experiments.hearing import (
    best_lag,
    correlation,
    hear,
    level_distance,
)
from generation.experiments.onsets import RATE
from generation.experiments.spectra import at_rate, mel_filters, short_time_power
from generation.media import Sound


def tone(hertz: float, seconds: float = 2.0, level: float = 0.5) -> Sound:
    times = np.arange(round(seconds * RATE)) / RATE
    samples = level * np.sin(2 * np.pi * hertz * times)
    return Sound(samples.astype(np.float32), RATE)


def test_a_tone_has_its_level_frequency_and_loudness() -> None:
    """A 997 Hz sine at full scale reads -3.01 LUFS (BS.1770-4), half of it -9.03."""
    heard = hear(tone(997))
    assert heard.loudness == pytest.approx(-3.01 - 6.02, abs=0.05)
    assert heard.centroid == pytest.approx(997, abs=5)
    assert heard.level[5:-5] == pytest.approx(0.5 / np.sqrt(2), rel=0.03)
    assert len(heard.level) == 2 * 90
    assert heard.statistics.shape == (64,)


def test_levels_of_two_tones_differ_by_their_difference() -> None:
    gap = level_distance(hear(tone(440, level=0.5)), hear(tone(440, level=0.3)))
    assert gap == pytest.approx(0.2 / np.sqrt(2), rel=0.02)


def test_silence_has_neither_loudness_nor_centroid() -> None:
    heard = hear(Sound(np.zeros(RATE, dtype=np.float32), RATE))
    assert heard.loudness is None
    assert heard.centroid is None
    assert correlation(heard.level, heard.level) is None
    assert best_lag(heard.level, heard.level) is None
    assert np.isfinite(heard.statistics).all()


def test_a_sound_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="without samples"):
        hear(Sound(np.zeros(0, dtype=np.float32), RATE))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 99), st.integers(3, 60))
def test_correlation_is_pearsons(seed: int, frames: int) -> None:
    a, b = np.random.default_rng(seed).random((2, frames))
    assert correlation(a, b) == pytest.approx(pearsonr(a, b).statistic, abs=1e-9)


@pytest.mark.parametrize("late", [-40, -1, 0, 7, 90])
def test_a_delay_is_found(late: int) -> None:
    curve = np.random.default_rng(2).random(400)
    moved = np.roll(np.pad(curve, 100), late)[100:500]
    assert best_lag(curve, moved) == pytest.approx(late / 90)


def test_the_lag_is_where_pearsons_r_is_largest() -> None:
    """Against a plain search over all lags with their own overlaps."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        a, b = rng.random((2, 120)).cumsum(axis=1)
        rs = {}
        for lag in range(-60, 61):
            one = a[: 120 - lag] if lag >= 0 else a[-lag:]
            other = b[lag:] if lag >= 0 else b[: 120 + lag]
            rs[lag] = pearsonr(one, other).statistic
        assert best_lag(a, b) == pytest.approx(max(rs, key=lambda k: rs[k]) / 90)


def test_every_rate_is_brought_to_one() -> None:
    for rate in (8000, 15_974, 44_100, 48_000):
        times = np.arange(rate) / rate
        sound = Sound(np.sin(2 * np.pi * 440 * times).astype(np.float32), rate)
        wave = at_rate(sound, RATE)
        assert len(wave) == pytest.approx(RATE, abs=1)
        assert np.argmax(np.abs(np.fft.rfft(wave))) == 440


def test_power_and_mel_bands_keep_a_tone_where_it_is() -> None:
    power = short_time_power(at_rate(tone(3000), RATE), window=2048, hop=512)
    assert power.shape == (1 + 2 * RATE // 512, 1025)
    assert power[20].argmax() == round(3000 * 2048 / RATE)
    mel = mel_filters(RATE, window=2048, bands=40)
    assert mel.shape == (1025, 40)
    assert mel.sum(axis=0) * RATE / 2048 == pytest.approx(1, rel=0.3)  # area 1


def points(seed: int, count: int, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 3)) + shift


def test_frechet_distance_is_that_of_the_textbook() -> None:
    """||m1 - m2||^2 + tr(S1 + S2 - 2 sqrt(S1 S2)), by scipy's matrix root."""
    a, b = points(1, 40), points(2, 50, 0.5) * [1, 2, 3]
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    gap = a.mean(0) - b.mean(0)
    want = gap @ gap + np.trace(s + t - 2 * sqrtm(s @ t).real)
    assert frechet(a, b) == pytest.approx(want, rel=1e-9)
    assert frechet(a, a) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_stands_fewer_points_than_dimensions() -> None:
    few = np.random.default_rng(0).standard_normal((4, 64))
    assert frechet(few, few) == pytest.approx(0, abs=1e-6)
    assert frechet(few[:1], few) is None


def test_kernel_distance_is_unbiased() -> None:
    """Over draws of one distribution its mean is 0, though single values are not."""
    draws = [
        kernel_distance(points(2 * n, 12), points(2 * n + 1, 12)) for n in range(200)
    ]
    values = np.array(draws, dtype=float)
    assert abs(values.mean()) < 3 * values.std() / np.sqrt(200)
    assert (values < 0).any()
    apart = kernel_distance(points(1, 12), points(2, 12, 3.0))
    assert apart is not None
    assert apart > 50


def test_kernel_distance_by_hand() -> None:
    """Two points 1 apart and two 1 apart, far away: 100 (2 exp(-1/2) - 0)."""
    near, far = np.array([[0.0], [1.0]]), np.array([[100.0], [101.0]])
    assert kernel_distance(near, far) == pytest.approx(200 * np.exp(-0.5))
    assert kernel_distance(near[:1], far) is None
    assert kernel_distance(np.zeros((3, 1)), far) is None
