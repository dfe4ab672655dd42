"""Differences of independent shares and their ends: published, derived, degenerate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals import (
    agresti_coull,
    binomial_test,
    jeffreys,
    wald,
    wilson_corrected,
)
from analysis.intervals.differences import (
    TwoSamples,
    agresti_caffo,
    newcombe,
    score_difference,
    tost,
    two_sample_z,
    wald_difference,
)

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("samples", "score", "hybrid"),
    # methods 5 and 10 in table II of R. G. Newcombe, Statistics in Medicine 17 (1998)
    # 873-890
    [
        ((56, 70, 48, 80), (0.0533, 0.3377), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1821, 0.8370), (0.1705, 0.8090)),
    ],
)
def test_score_and_hybrid_intervals_are_the_published_ones(
    samples: tuple[int, int, int, int],
    score: tuple[float, float],
    hybrid: tuple[float, float],
) -> None:
    assert score_difference(TwoSamples(*samples)) == pytest.approx(score, abs=6e-5)
    assert newcombe(TwoSamples(*samples)) == pytest.approx(hybrid, abs=6e-5)


def test_opposite_samples_have_the_ends_that_follow_from_symmetry() -> None:
    # all against none of n: the likeliest shares lie d / 2 on either side of a half,
    # whose score is the root of 2 n times (1 - d) over (1 + d)
    z2 = 1.959963985**2
    low, high = score_difference(TwoSamples(10, 10, 0, 10))
    assert low == pytest.approx((20 - z2) / (20 + z2), rel=1e-9)
    assert high == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("samples", [(239, 384, 342, 384), (7, 34, 1, 34)])
def test_the_score_reaches_z_at_the_ends_with_the_likeliest_shares(
    samples: tuple[int, int, int, int],
) -> None:
    k1, n1, k2, n2 = samples
    for end, z in zip(
        score_difference(TwoSamples(*samples)), (1.959964, -1.959964), strict=True
    ):
        # the likelihood itself, on a fine grid
        p2 = np.linspace(max(0, -end), min(1, 1 - end), 400_003)[1:-1]
        p1 = p2 + end
        likelihood = k1 * np.log(p1) + (n1 - k1) * np.log(1 - p1)
        likelihood += k2 * np.log(p2) + (n2 - k2) * np.log(1 - p2)
        best = int(likelihood.argmax())
        variance = p1[best] * (1 - p1[best]) / n1 + p2[best] * (1 - p2[best]) / n2
        gap = k1 / n1 - k2 / n2 - end
        assert gap / math.sqrt(variance) == pytest.approx(z, rel=1e-4)


@given(counts, counts)
def test_differences_lie_within_their_intervals_and_turn_with_the_samples(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    there, back = TwoSamples(*one, *other), TwoSamples(*other, *one)
    for interval in (score_difference, newcombe, wald_difference):
        low, high = interval(there)
        assert -1 - 1e-9 <= low <= there.difference + 1e-9
        assert there.difference - 1e-9 <= high <= 1 + 1e-9
        assert interval(back) == pytest.approx((-high, -low), abs=1e-9)
    low, high = agresti_caffo(there)
    assert -1 <= low < high <= 1


@given(counts)
def test_intervals_for_one_share_mirror_when_votes_flip(count: tuple[int, int]) -> None:
    k, n = count
    for interval in (jeffreys, agresti_coull, wald, wilson_corrected):
        low, high = interval(k, n)
        mirrored_low, mirrored_high = interval(n - k, n)
        assert 0 <= low <= high <= 1
        assert mirrored_low == pytest.approx(1 - high, abs=1e-12)
        assert mirrored_high == pytest.approx(1 - low, abs=1e-12)


def test_samples_all_alike_have_no_z() -> None:
    assert two_sample_z(TwoSamples(5, 5, 9, 9)) == (None, None)
    assert two_sample_z(TwoSamples(0, 5, 0, 9)) == (None, None)


def test_no_trials_speak_for_neither_and_impossible_counts_are_refused() -> None:
    assert binomial_test(0, 0) == 1
    with pytest.raises(ValueError, match="4 of 3"):
        binomial_test(4, 3)


@pytest.mark.parametrize(("se", "margin"), [(0.0, 0.05), (0.01, 0.0), (0.01, -0.1)])
def test_equivalence_needs_an_error_and_a_margin(se: float, margin: float) -> None:
    with pytest.raises(ValueError, match="se > 0 and margin > 0"):
        tost(0.0, se, margin)
