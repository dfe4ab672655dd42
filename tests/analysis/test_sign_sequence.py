"""Always-valid intervals and the sign test over clips."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sequential import confidence_sequence, log_mixture_ratio, sign_sequence


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from([0.01, 0.05, 0.5]))
def test_flipping_every_vote_mirrors_the_interval(
    real: int, fake: int, alpha: float
) -> None:
    low, high = confidence_sequence(real, real + fake, alpha=alpha)
    mirrored = confidence_sequence(fake, real + fake, alpha=alpha)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-12)
    assert 0 <= low <= (real / (real + fake) if real + fake else 0) <= high <= 1


def test_no_votes_refute_nothing() -> None:
    assert confidence_sequence(0, 0) == (0, 1)


def test_an_end_of_the_interval_is_refuted_and_nothing_inside_is() -> None:
    low, high = confidence_sequence(45, 60)
    for end, step in ((low, 1), (high, -1)):
        assert log_mixture_ratio(45, 60, share=end) == pytest.approx(math.log(20))
        assert log_mixture_ratio(45, 60, share=end + step * 0.001) < math.log(20)


def test_the_ratio_is_exact_on_small_counts() -> None:
    # B(3, 2) / (1/2)^3 = 8 * 2! 1! / 4!
    assert math.exp(log_mixture_ratio(2, 3)) == pytest.approx(2 / 3)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3)])
def test_counts_that_cannot_be_are_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"{successes} of {trials}"):
        confidence_sequence(successes, trials)


def test_eight_clips_in_a_row_are_enough_and_seven_are_not() -> None:
    # B(1 + n, 1) 2^n = 2^n / (n + 1): 16 at n = 7, 28.4 at n = 8; the bound is 20
    sequence = sign_sequence([1] * 10)
    assert sequence.first == 8
    assert sequence.ratios[6:8] == pytest.approx([16, 256 / 9])
    assert sequence.p == pytest.approx(11 / 1024)
    assert not sign_sequence([-1] * 7).crossed


def test_clips_without_a_difference_are_left_out() -> None:
    plain, padded = sign_sequence([2, -1, 3]), sign_sequence([0, 2, 0, 0, -1, 3, 0])
    assert padded.ratios.tolist() == plain.ratios.tolist()
    assert (padded.wins, padded.trials) == (2, 3)


def test_what_has_crossed_stays_crossed() -> None:
    sequence = sign_sequence([1] * 10 + [-1] * 10)
    assert sequence.crossed
    assert sequence.ratios[-1] < 1 < sequence.bound
    assert sequence.p < 0.05


def test_no_clips_at_all_decide_nothing() -> None:
    sequence = sign_sequence([])
    assert (sequence.first, sequence.p, sequence.trials) == (None, 1.0, 0)


def test_raters_who_differ_do_not_make_signs_of_nothing_significant() -> None:
    """Thirty raters, lenient and strict, on methods that change nothing."""
    rng = np.random.default_rng(8)
    crossed = 0
    for _ in range(300):
        lenient = rng.normal(0, 2, 30)
        signs = []
        for _ in range(120):
            # three raters a method, assigned by chance within the clip
            raters = rng.permutation(30)[:6]
            votes = rng.normal(size=6) + lenient[raters] + rng.normal() > 0
            signs.append(int(votes[:3].sum()) - int(votes[3:].sum()))
        crossed += sign_sequence(signs).crossed
    # at most .05; far less, since Ville's bound allows for looking for ever
    assert crossed <= 0.05 * 300
