"""Every clip has its own numbers, whoever asks and for how many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from generation.fast import Draws, uniforms

COUNT = 159_744  # samples of ten seconds


@given(st.integers(0, 5000), st.integers(0, 300))
def test_any_stretch_is_a_slice_of_the_whole(start: int, count: int) -> None:
    whole = uniforms(1, "dog/7", "seq", 0, 5300)
    part = uniforms(1, "dog/7", "seq", start, count)
    assert np.array_equal(part, whole[start : start + count])


def test_numbers_are_uniform_and_exact_in_float32() -> None:
    numbers = uniforms(1, "dog/7", "seq", 0, COUNT)
    assert numbers.dtype == np.float32
    assert numbers.min() >= 0
    assert numbers.max() < 1
    scaled = numbers.astype(np.float64) * 2**24
    assert np.array_equal(scaled, np.floor(scaled))
    assert stats.kstest(numbers, "uniform").pvalue > 0.001
    # neighbours: r sqrt(n) is N(0, 1) for independent ones
    lag = np.corrcoef(numbers[:-1], numbers[1:])[0, 1]
    assert abs(lag) * COUNT**0.5 < 4


@pytest.mark.parametrize(
    "other", [(2, "dog/7", "seq"), (1, "dog/8", "seq"), (1, "dog/7", "flow")]
)
def test_another_seed_clip_or_method_has_other_numbers(
    other: tuple[int, str, str],
) -> None:
    numbers = uniforms(1, "dog/7", "seq", 0, COUNT)
    others = uniforms(*other, 0, COUNT)
    assert abs(np.corrcoef(numbers, others)[0, 1]) * COUNT**0.5 < 4
    assert (numbers == others).mean() < 1e-4


def test_names_do_not_run_together() -> None:
    assert not np.array_equal(
        uniforms(1, "a", "bseq", 0, 8), uniforms(1, "ab", "seq", 0, 8)
    )


def test_the_same_key_gives_these_numbers_for_ever() -> None:
    # made by version 1; another result needs another VERSION
    numbers = uniforms(1, "dog/7", "seq", 2, 3) * 2**24
    assert numbers.tolist() == [10085876.0, 11920613.0, 15227964.0]


def test_a_batch_changes_no_clip() -> None:
    draws = Draws(1, ["a", "b", "c"], "frame")
    numbers = draws(100, 20)
    assert numbers.shape == (3, 20)
    alone = Draws(1, ["b"], "frame")(100, 20)
    assert np.array_equal(numbers[1].numpy(), alone[0].numpy())


def test_nothing_lies_before_the_first() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        uniforms(1, "a", "seq", -1, 3)
