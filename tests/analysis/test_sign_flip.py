"""The exact sign-flip test of paired differences."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.contrasts import sign_flip
from analysis.contrasts.clips import share_differences

if TYPE_CHECKING:
    from collections.abc import Sequence


def by_counting(differences: Sequence[int]) -> float:
    """Return p in whole numbers: the ways to each sum, one difference at a time."""
    ways = {0: 1}
    for difference in differences:
        after: dict[int, int] = {}
        for total, number in ways.items():
            for signed in (total + difference, total - difference):
                after[signed] = after.get(signed, 0) + number
        ways = after
    seen = abs(sum(differences))
    hits = sum(number for total, number in ways.items() if abs(total) >= seen)
    return float(Fraction(hits, 2 ** len(differences)))


@given(st.lists(st.integers(-7, 9), max_size=80))
def test_p_is_that_of_all_signs_counted_in_whole_numbers(values: list[int]) -> None:
    found = sign_flip(np.array(values, np.int64))
    assert found.exact
    assert found.p == pytest.approx(by_counting(values), rel=1e-10)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8))
def test_p_is_that_of_every_sign_written_out(values: list[int]) -> None:
    sums = [
        abs(sum(s * v for s, v in zip(signs, values, strict=True)))
        for signs in product((-1, 1), repeat=len(values))
    ]
    expected = np.mean([total >= abs(sum(values)) for total in sums])
    assert sign_flip(values).p == pytest.approx(float(expected), rel=1e-12)


def test_scipy_counts_the_same_signs() -> None:
    values = np.array([2, -1, 3, 3, 0, 1, -2, 4, 1, 1])
    oracle = stats.permutation_test(
        (values, np.zeros(10)),
        lambda one, other: np.sum(one - other),
        permutation_type="samples",
        n_resamples=1 << 20,
    )
    assert sign_flip(values).p == pytest.approx(oracle.pvalue, rel=1e-12)


@pytest.mark.parametrize("above", [503, 560, 700, 950, 999, 1000])
def test_differences_of_one_size_give_the_binomial_p_however_small(above: int) -> None:
    values = np.where(np.arange(1000) < above, 1, -1)
    expected = 2 * float(stats.binom.sf(above - 1, 1000, 0.5))
    assert sign_flip(values).p == pytest.approx(expected, rel=1e-9, abs=0)


def test_eighty_thousand_clips_give_a_p_near_the_normal_one() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(-3, 4, 80_000)
    values[:1500] = 1
    z = values.sum() / math.sqrt(float((values**2).sum()))
    expected = math.erfc(abs(z) / math.sqrt(2))
    found = sign_flip(values)
    assert found.exact
    assert found.p == pytest.approx(expected, rel=0.02)


def test_no_difference_at_all_speaks_for_neither() -> None:
    for values in ([], [0], [0, 0, 0], [1, -1], [2, -3, 1]):
        assert sign_flip(np.array(values, np.int64)).p == 1


def test_one_clip_can_never_decide() -> None:
    assert sign_flip([3]).p == 1
    assert sign_flip([0, -3]).p == 1


@given(st.lists(st.integers(-3, 3), max_size=30), st.integers(1, 5))
def test_p_knows_neither_unit_nor_direction_nor_order(
    values: list[int], unit: int
) -> None:
    plain = np.array(values, np.int64)
    for other in (unit * plain, -plain, plain[::-1], np.append(plain, [0, 0])):
        assert sign_flip(other).p == sign_flip(plain).p


def test_uneven_votes_are_compared_in_whole_numbers() -> None:
    one = np.array([1, 2, 0]), np.array([2, 3, 4])
    other = np.array([1, 1, 1]), np.array([3, 1, 2])
    whole, multiple = share_differences(one, other)
    # 1/2 - 1/3, 2/3 - 1, 0 - 1/2 in twelfths
    assert multiple == 12
    assert whole.tolist() == [2, -4, -6]


def test_votes_too_uneven_for_whole_numbers_get_seeded_random_signs() -> None:
    votes = np.array([7, 11, 13, 17, 19, 23, 29, 31])
    one, other = (votes - 1, votes), (votes // 2, votes)
    values, multiple = share_differences(one, other)
    found = sign_flip(values, seed=5)
    assert multiple is None
    assert not found.exact
    assert found == sign_flip(values[::-1], seed=5)
    # all eight differences are positive: 2 / 2^8
    assert found.p == pytest.approx(2 / 256, rel=0.15)
    assert sign_flip(values, seed=6) != found
