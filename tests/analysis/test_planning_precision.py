"""The closed forms against studies drawn from the model, and against integrals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from analysis.mixed import marginal_logits
from analysis.planning import Components
from analysis.planning.formulas import effective_load, expected_loads
from analysis.planning.precision import Precision, shared_covariance
from tests.analysis.plans import STUDIES, asked, rates_drawn


@pytest.mark.parametrize("cap", [None, 30])
def test_variances_are_those_of_simulated_studies(cap: int | None) -> None:
    plan = asked(cap=cap)
    precision = Precision.of(plan)
    drawn = rates_drawn(plan)
    categories = len(plan.categories)
    # a variance of n draws is off by sqrt(2 / n); cells are averaged over categories
    close = 4 * np.sqrt(2 / STUDIES)
    for place, rate in enumerate(plan.rates):
        average = drawn[:, place, -1].var(ddof=1)
        assert average / precision.variance(rate, "Average") == pytest.approx(
            1, abs=close
        )
        cells = drawn[:, place, :categories].var(axis=0, ddof=1).mean()
        assert cells / precision.variance(rate, "cell") == pytest.approx(
            1, abs=close / 2
        )
    for one, other in ((0, 1), (1, 2)):
        se = precision.difference_se(plan.rates[one], plan.rates[other], "Average")
        average = (drawn[:, one, -1] - drawn[:, other, -1]).var(ddof=1)
        assert average / se**2 == pytest.approx(1, abs=close)


def test_a_shared_covariance_is_the_integral() -> None:
    shared, total, rates = 0.84, 1.09, (0.7, 0.9)
    logits = marginal_logits(rates, sd=total)
    rest = np.sqrt(total**2 - shared**2)

    def given_effect(logit: float, effect: float) -> float:
        def weighed(other: float) -> float:
            chance = special.expit(logit + shared * effect + rest * other)
            return float(chance * stats.norm.pdf(other))

        return integrate.quad(weighed, -9, 9)[0]

    # scipy.integrate.quad inside quad
    product = integrate.quad(
        lambda effect: (
            given_effect(logits[0], effect)
            * given_effect(logits[1], effect)
            * stats.norm.pdf(effect)
        ),
        -9,
        9,
    )[0]
    got = shared_covariance(*rates, shared=shared, total=total)
    assert got == pytest.approx(product - rates[0] * rates[1], rel=1e-6)


def test_without_effects_votes_are_independent() -> None:
    precision = Precision.of(asked(components=Components(0.0, 0.0, 0.0)))
    assert precision.inflation(0.7, "Average") == 1
    # p (1 - p) / n with 360 votes on a method
    assert precision.variance(0.7, "Average") == pytest.approx(0.21 / 360)


def test_effects_of_clips_alone_make_pairs_more_precise_than_two_samples() -> None:
    precision = Precision.of(asked(components=Components(0.0, 1.0, 0.0)))
    paired = precision.difference_se(0.7, 0.75, "cell") ** 2
    apart = precision.variance(0.7, "cell") + precision.variance(0.75, "cell")
    assert paired < apart


@given(
    votes=st.integers(1, 400),
    raters=st.integers(1, 60),
    most=st.integers(1, 60),
    activity=st.floats(0, 3),
)
def test_loads_sum_to_the_votes_below_the_cap(
    votes: int, raters: int, most: int, activity: float
) -> None:
    if raters * most < votes:
        with pytest.raises(ValueError, match="raise the raters or the cap"):
            expected_loads(votes, raters=raters, most=most, activity=activity)
        return
    loads = expected_loads(votes, raters=raters, most=most, activity=activity)
    assert loads.sum() == pytest.approx(votes)
    assert loads.max() <= most * (1 + 1e-9)
    assert (np.diff(loads) >= -1e-9).all()


def test_the_load_of_a_vote_weighs_busy_raters_more() -> None:
    # ten squares over four votes, thirty-two over eight
    assert effective_load([1.0, 3.0]) == 2.5
    assert effective_load([4.0, 4.0]) == 4.0
    assert effective_load([]) == 1.0


def test_intervals_narrow_with_clips_raters_and_votes() -> None:
    def half(**changed: int) -> float:
        precision = Precision.of(asked(**changed))
        return precision.expected("Seq", 0.7, "Average").half_width

    assert half(clips_per_category=60, raters=80) < half()
    assert half(raters=120) < half()
    assert half(votes_per_item=6, raters=80) < half()
    assert half(raters=36, cap=30) < half(raters=18, cap=60)


def test_the_smallest_difference_is_found_as_often_as_asked() -> None:
    precision = Precision.of(asked())
    for row in ("cell", "Average"):
        found = precision.detectable(0.75, row, alpha=0.05)
        assert found is not None
        power = precision.power(0.75, 0.75 - found, row, alpha=0.05)
        assert power == pytest.approx(0.8, abs=1e-4)


def test_a_tiny_study_finds_no_difference_at_all() -> None:
    plan = asked(clips_per_category=1, categories=("Dog",), raters=9, cap=None)
    assert Precision.of(plan).detectable(0.6, "cell", alpha=0.05 / 100) is None
