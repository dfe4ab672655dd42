"""The filters lose nothing, and the envelopes are those of Hilbert."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import hilbert

from generation.experiments.cochleagram import (
    BANDS,
    RATE,
    cochleagram,
    filter_gains,
    join,
    split,
)


def noise(samples: int, seed: int = 0) -> np.ndarray:
    return 0.1 * np.random.default_rng(seed).standard_normal(samples)


def test_squared_responses_sum_to_one_at_every_frequency() -> None:
    gains = filter_gains(np.linspace(0, RATE / 2, 4001))
    assert gains.shape == (42, 4001)
    np.testing.assert_allclose(np.square(gains).sum(axis=0), 1, atol=1e-12)
    assert gains.min() >= 0


def test_filters_peak_from_low_to_high_within_the_declared_edges() -> None:
    hertz = np.linspace(0, RATE / 2, 8001)
    peaks = hertz[filter_gains(hertz)[1:-1].argmax(axis=1)]
    assert len(peaks) == 40
    assert (np.diff(peaks) > 0).all()
    assert 100 < peaks[0] < peaks[-1] < 7600
    erbs = 9.265 * np.log(1 + peaks / (24.7 * 9.265))  # McDermott & Simoncelli 2011
    np.testing.assert_allclose(np.diff(erbs), np.diff(erbs).mean(), rtol=0.02)


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 5000), st.integers(0, 99))
def test_filtering_twice_and_adding_up_gives_the_sound_back(
    samples: int, seed: int
) -> None:
    wave = noise(samples, seed)
    np.testing.assert_allclose(join(split(wave)), wave, atol=1e-12)


@pytest.mark.parametrize("samples", [32_000, 20_001])
def test_envelopes_are_hilberts_averaged_over_a_ninetieth_of_a_second(
    samples: int,
) -> None:
    """Against the analytic signal at the full rate, band by band."""
    wave = noise(samples) * np.exp(-np.arange(samples) / 4000)
    bands = split(np.pad(wave, (0, 1600)))
    envelopes = np.abs(hilbert(bands, axis=1))
    got = cochleagram(wave)
    assert got.shape == (round(samples * 90 / RATE), BANDS)
    linear = got.astype(np.float64) ** (1 / 0.3)
    for tenth in range(1, len(got) // 9 - 1):  # nine frames are 1600 samples
        means = envelopes[:, tenth * 1600 : (tenth + 1) * 1600].mean(axis=1)
        part = linear[tenth * 9 : tenth * 9 + 9].mean(axis=0)
        np.testing.assert_allclose(part, means, rtol=0.01, atol=5e-5)


def test_a_tone_sounds_in_its_band_alone() -> None:
    times = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * 1000 * times)
    got = cochleagram(tone)[30:60].mean(axis=0)
    gains = filter_gains(np.array([1000.0]))[:, 0]
    np.testing.assert_allclose(got, gains**0.3, atol=0.12)
    assert got.argmax() == gains.argmax()


def test_silence_and_nothing_have_silent_cochleagrams() -> None:
    assert cochleagram(np.zeros(0)).shape == (0, BANDS)
    assert cochleagram(np.zeros(RATE)).max() < 1e-3
