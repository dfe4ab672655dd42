"""Loudness: one declared gain in, the same or another out, never a rescaling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.quantize import (
    ZERO,
    category_gain,
    encode,
    level,
    median_gain,
    peak_gain,
    remove_dc,
    restore,
)

SOUND = np.array([0.1, 0.3, -0.1, -0.1, 0.3])  # mean 0.1


def test_peak_removes_dc_and_reaches_nine_tenths() -> None:
    leveled = level(SOUND, "peak")
    assert leveled.gain == pytest.approx(4.5)  # 0.9 / 0.2
    assert leveled.sound == pytest.approx([0, 0.9, -0.9, -0.9, 0.9], abs=1e-6)
    assert leveled.sound.dtype == np.float32


@given(st.lists(st.floats(-1, 1), min_size=2, max_size=40), st.floats(-0.5, 0.5))
def test_a_leveled_clip_does_not_depend_on_its_dc(
    values: list[float], dc: float
) -> None:
    sound = np.asarray(values)
    plain, moved = level(sound, "peak"), level(sound + dc, "peak")
    if np.ptp(sound) > 1e-3:
        assert moved.sound == pytest.approx(plain.sound, abs=1e-6)
        assert np.abs(plain.sound).max() == pytest.approx(0.9, abs=1e-6)
        assert abs(plain.sound.mean()) < 1e-6


@pytest.mark.parametrize("dc", [0.0, 0.3])
def test_a_silent_clip_stays_silent_at_gain_one(dc: float) -> None:
    # pitfall 1: dividing by its peak would be dividing by 0, or by a rounding error
    leveled = level(np.full(1001, dc), "peak")
    assert leveled.gain == 1
    assert (encode(leveled.sound) == ZERO).all()


def test_none_touches_nothing() -> None:
    leveled = level(SOUND, "none")
    assert leveled.gain == 1
    assert leveled.sound == pytest.approx(SOUND)


def test_a_category_keeps_its_clips_apart_in_loudness() -> None:
    near, far = SOUND, SOUND / 10
    peaks = [float(np.abs(remove_dc(sound)).max()) for sound in (near, far)]
    gain = category_gain(peaks)
    loud, soft = (level(sound, "category", gain=gain) for sound in (near, far))
    assert loud.gain == soft.gain == gain
    assert np.abs(loud.sound).max() == pytest.approx(0.9)
    assert np.abs(soft.sound).max() == pytest.approx(0.09)


def test_gains_are_asked_for_where_they_belong() -> None:
    with pytest.raises(ValueError, match="no gain policy 'rms'"):
        level(SOUND, "rms")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="only category takes one"):
        level(SOUND, "category")
    with pytest.raises(ValueError, match="only category takes one"):
        level(SOUND, "peak", gain=2.0)
    with pytest.raises(ValueError, match="above 0 and finite, not 0"):
        level(SOUND, "category", gain=0.0)
    with pytest.raises(ValueError, match="above 0 and finite, not inf"):
        restore(np.array([128]), float("inf"))
    for gain_of in (category_gain, median_gain):
        with pytest.raises(ValueError, match="training clips"):
            gain_of([])


def test_what_was_leveled_comes_back_within_half_a_level() -> None:
    rng = np.random.default_rng(0)
    sound = remove_dc(rng.normal(0, 0.05, 5000))
    leveled = level(sound, "peak")
    back = restore(encode(leveled.sound), leveled.gain)
    assert np.abs(back - sound).max() <= 0.5 / 128 / leveled.gain + 1e-6


def test_near_silence_is_not_raised_to_full_scale() -> None:
    # pitfall 2: rescaling a generated clip to its extremes changes what raters hear
    levels = np.full(1000, ZERO)
    levels[::7] += 1
    assert np.abs(restore(levels, 4.5)).max() == pytest.approx(1 / 128 / 4.5)


def test_silence_is_restored_as_zero_from_the_first_sample() -> None:
    # pitfall 16: the first 50 ms of a clip that begins silent
    assert not restore(np.full(799, ZERO), 2.0).any()


def test_the_declared_gain_is_the_median_of_the_training_clips() -> None:
    assert median_gain([8.0, 1.0, 2.0]) == 2
    assert peak_gain(np.array([0.5, -0.3])) == pytest.approx(1.8)
