"""The one fixed map between sound and levels."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from generation.quantize import LEVELS, ZERO, decode, dither_levels, encode

FULL = st.lists(st.floats(-1, 127 / 128, width=32), min_size=1, max_size=50)


def array(values: list[float]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


@given(FULL)
def test_a_sound_comes_back_within_half_a_level(values: list[float]) -> None:
    sound = array(values)
    assert np.abs(decode(encode(sound)) - sound).max() <= 0.5 / 128


@given(st.lists(st.floats(-100, 100, width=32), min_size=1))
def test_arrays_and_tensors_get_the_same_levels(values: list[float]) -> None:
    sound = array(values)
    levels = encode(sound)
    assert levels.dtype == np.uint8
    tensor = encode(torch.from_numpy(sound))
    assert tensor.dtype == torch.int64
    assert np.array_equal(levels, tensor.numpy())
    assert np.array_equal(decode(levels), decode(tensor).numpy())


@given(FULL, st.integers(0, 2**32))
def test_a_louder_neighbour_changes_nobodys_level(values: list[float], at: int) -> None:
    # pitfall 1: no clip's own minimum or maximum enters
    sound = array(values)
    louder = sound.copy()
    place = at % len(sound)
    louder[place] = 0.99
    others = np.arange(len(sound)) != place
    assert np.array_equal(encode(sound)[others], encode(louder)[others])


def test_every_level_comes_back_as_itself() -> None:
    levels = np.arange(LEVELS)
    assert np.array_equal(encode(decode(levels)), levels)
    assert decode(levels).min() == -1
    assert decode(levels).max() == 127 / 128


def test_silence_is_level_128_and_exactly_zero() -> None:
    # pitfall 1: a silent clip is not a division by zero
    levels = encode(np.zeros(1000, np.float32))
    assert (levels == ZERO).all()
    assert (decode(levels) == 0).all()


def test_a_decoded_tone_has_no_dc() -> None:
    # pitfall 2: whole numbers written as they are would carry half of full scale
    tone = 0.5 * np.sin(2 * np.pi * np.arange(16_000) / 160)
    assert abs(decode(encode(tone)).mean()) < 1e-4


def test_beyond_full_scale_is_clipped() -> None:
    assert encode(np.array([-9.0, -1.0, 0.9999, 9.0])).tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        encode(np.array([0, value]))
    with pytest.raises(ValueError, match="not finite"):
        encode(torch.tensor([0, value]))


def test_whole_numbers_are_no_sound_and_floats_no_levels() -> None:
    with pytest.raises(ValueError, match="floats"):
        encode(np.array([1, 2]))
    with pytest.raises(ValueError, match="floats"):
        encode(torch.tensor([1, 2]))
    with pytest.raises(ValueError, match="whole numbers"):
        decode(np.array([1.0]))
    with pytest.raises(ValueError, match="whole numbers"):
        decode(torch.tensor([1.0]))
    with pytest.raises(ValueError, match="these from -1 to 256"):
        decode(np.array([-1, 256]))


def test_dithered_levels_move_by_one_at_most_from_a_seed() -> None:
    levels = torch.arange(256).repeat(400)
    one, two = (dither_levels(levels, torch.Generator().manual_seed(3)) for _ in "ab")
    assert torch.equal(one, two)
    moved = one - levels
    assert moved.abs().max() == 1
    assert (moved != 0).double().mean().item() == pytest.approx(0.5, abs=0.01)
    assert moved.double().mean().item() == pytest.approx(0, abs=0.01)
    assert one.min() == 0
    assert one.max() == 255
