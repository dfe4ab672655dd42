"""Rates change by exact ratios: ten seconds are 159,744 samples whatever they were."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from generation.geometry import RATE
from generation.quantize import OUT_RATE, resample, to_48k


def tone(hertz: float, rate: float, count: int) -> NDArray[np.float64]:
    wave: NDArray[np.float64] = np.sin(2 * np.pi * hertz * np.arange(count) / rate)
    return 0.5 * wave


@pytest.mark.parametrize(
    ("rate", "ratio"),
    [
        # by hand: 15974.4 / rate in lowest terms
        (16_000, Fraction(624, 625)),
        (22_050, Fraction(13312, 18375)),
        (44_100, Fraction(6656, 18375)),
        (48_000, Fraction(208, 625)),
        (96_000, Fraction(104, 625)),
    ],
)
def test_ten_seconds_are_159744_samples_and_a_tone_keeps_its_pitch(
    rate: int, ratio: Fraction
) -> None:
    assert RATE / rate == ratio
    changed = resample(tone(440, rate, 10 * rate), rate)
    assert changed.dtype == np.float32
    assert len(changed) == 159_744
    expected = tone(440, float(RATE), 159_744)
    middle = slice(1000, -1000)
    # a tenth of a level of 256: the filter's ripple (60 dB), no drift over 10 s
    assert np.abs(changed - expected)[middle].max() < 0.1 / 128


@pytest.mark.parametrize("rate", [8_000, 11_025, 12_345, 32_000])
def test_other_whole_rates_are_exact_too(rate: int) -> None:
    assert len(resample(np.zeros(10 * rate), rate)) == 159_744


def test_ten_seconds_come_out_as_480000_samples_at_48_khz() -> None:
    ratio = OUT_RATE / RATE
    assert ratio == Fraction(625, 208)
    out = to_48k(tone(440, float(RATE), 159_744))
    assert out.dtype == np.float32
    assert len(out) == 480_000
    expected = tone(440, 48_000, 480_000)
    assert np.abs(out - expected)[3000:-3000].max() < 0.1 / 128


def test_there_and_back_is_the_same_sound() -> None:
    sound = tone(300, 48_000, 48_000) + tone(2_000, 48_000, 48_000)
    back = to_48k(resample(sound, 48_000))
    assert np.abs(back[: len(sound)] - sound)[3000:-3000].max() < 0.01


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5000))
def test_a_length_is_the_exact_one_rounded_up(count: int) -> None:
    assert len(resample(np.zeros(count), 48_000)) == -(-count * 208 // 625)
    assert len(to_48k(np.zeros(count))) == -(-count * 625 // 208)


def test_what_lies_above_half_the_new_rate_is_gone() -> None:
    high = resample(tone(12_000, 48_000, 48_000), 48_000)
    assert np.abs(high[500:-500]).max() < 0.5 * 10 ** (-50 / 20)


def test_silence_stays_silence() -> None:
    assert not resample(np.zeros(44_100), 44_100).any()


def test_channels_and_rates_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one channel.*\(10, 2\)"):
        resample(np.zeros((10, 2)), 48_000)
    with pytest.raises(ValueError, match="1 or more, not 0"):
        resample(np.zeros(10), 0)
