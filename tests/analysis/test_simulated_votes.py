"""Votes drawn from the mixed model keep the design they were drawn under."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from analysis.mixed import SimulatedDesign, marginal_logits, simulate_votes

DESIGN = SimulatedDesign(
    rates=((0.62, 0.64, 0.62, 0.89), (0.71, 0.74, 0.77, 0.94)),
    categories=("Dog", "Chainsaw"),
    methods=("Frame", "Seq", "Flow", "Real"),
    control="Real",
    clips_per_category=20,
    votes_per_item=3,
    raters=40,
    cap=25,
    sd_worker=0.84,
    sd_video=0.52,
    sd_item=0.45,
)


def test_the_same_seed_draws_the_same_votes_and_another_seed_others() -> None:
    one = simulate_votes(DESIGN, seed=7)
    again = simulate_votes(DESIGN, seed=np.random.default_rng(7))
    other = simulate_votes(DESIGN, seed=8)
    assert np.array_equal(one.vote, again.vote)
    assert np.array_equal(one.worker, again.worker)
    assert not np.array_equal(one.worker, other.worker)


def test_raters_who_must_all_judge_everything_do_however_they_differ() -> None:
    design = SimulatedDesign(
        rates=((0.5,),) * 3,
        categories=("a", "b", "c"),
        methods=("Seq",),
        control=None,
        clips_per_category=1,
        votes_per_item=2,
        raters=2,
        sd_worker=0.0,
        sd_video=0.0,
        sd_item=0.0,
        activity=3.75,
    )
    for seed in range(400):
        votes = simulate_votes(design, seed=seed)
        assert np.bincount(votes.worker).tolist() == [3, 3]


@settings(max_examples=60, deadline=None)
@given(
    categories=st.integers(1, 3),
    methods=st.integers(1, 4),
    clips=st.integers(1, 9),
    per_item=st.integers(1, 4),
    spare=st.integers(0, 30),
    room=st.integers(0, 3),
    activity=st.floats(0, 4),
    seed=st.integers(0, 2**32),
)
def test_every_item_gets_its_votes_and_no_rater_meets_a_clip_twice(
    *,
    categories: int,
    methods: int,
    clips: int,
    per_item: int,
    spare: int,
    room: int,
    activity: float,
    seed: int,
) -> None:
    raters = methods * per_item + spare
    cap = -(-categories * clips * methods * per_item // raters) + room
    votes = simulate_votes(
        SimulatedDesign(
            rates=((0.5,) * methods,) * categories,
            categories=tuple(f"c{n}" for n in range(categories)),
            methods=tuple(f"m{n}" for n in range(methods)),
            control=None,
            clips_per_category=clips,
            votes_per_item=per_item,
            raters=raters,
            cap=cap,
            sd_worker=1,
            sd_video=1,
            sd_item=1,
            activity=activity,
        ),
        seed=seed,
    )
    assert set(np.bincount(votes.item)) == {per_item}
    assert len(votes.item_ids) == categories * clips * methods
    meetings = votes.video * votes.workers + votes.worker
    assert len(np.unique(meetings)) == len(meetings)
    given_votes = np.bincount(votes.worker)
    assert len(given_votes) == votes.workers <= raters
    assert 0 < given_votes.min() <= given_votes.max() <= cap
    assert np.array_equal(votes.item // methods, votes.video)
    assert np.array_equal(votes.video // clips, votes.category)


def test_activity_is_heavy_tailed_unless_it_is_0() -> None:
    even = simulate_votes(dataclasses.replace(DESIGN, activity=0.0), seed=1)
    # 480 votes by 40 raters
    assert set(np.bincount(even.worker)) == {12}
    free = simulate_votes(dataclasses.replace(DESIGN, cap=None, raters=60), seed=1)
    given_votes = np.sort(np.bincount(free.worker))
    assert given_votes[-1] > 4 * np.median(given_votes)


@pytest.mark.parametrize("sd", [0.0, 0.3, 1.1, 3.0])
def test_the_logit_gives_the_marginal_rate_back(sd: float) -> None:
    rates = (0.02, 0.3, 0.5, 0.9143, 0.995)
    for rate, logit in zip(rates, marginal_logits(rates, sd=sd), strict=True):
        # oracle: adaptive quadrature
        mean, _ = integrate.quad(
            lambda z, logit=logit: special.expit(logit + sd * z) * stats.norm.pdf(z),
            -12,
            12,
        )
        assert mean == pytest.approx(rate, abs=2e-6)


def test_many_draws_average_to_the_rates_asked_for() -> None:
    big = dataclasses.replace(DESIGN, clips_per_category=2000, raters=3000, cap=None)
    votes = simulate_votes(big, seed=3)
    real = np.bincount(votes.cell, weights=votes.vote)
    shares = (real / np.bincount(votes.cell)).reshape(votes.shape).T
    # 6,000 votes a cell; the deviation of a share is near .01 with its clusters
    assert np.abs(shares - np.array(big.rates)).max() < 0.04


def test_a_rate_of_0_or_1_is_kept_exactly() -> None:
    design = dataclasses.replace(DESIGN, rates=((0, 1, 0, 1), (1, 0, 1, 0)))
    votes = simulate_votes(design, seed=0)
    assert np.array_equal(
        votes.vote, np.array(design.rates)[votes.category, votes.method]
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rates": ((0.5,) * 4,)}, "2 rows of 4"),
        ({"rates": ((0.5,) * 4, (0.5, 0.5, 0.5, 1.5))}, "1.5"),
        ({"control": "Frame"}, "'Frame' must be the last"),
        ({"raters": 0}, "raters must be at least 1, not 0"),
        ({"sd_item": -1.0}, "sd_item must be a number from 0 on, not -1.0"),
        ({"sd_video": float("nan")}, "sd_video"),
        ({"cap": 11}, "40 raters with at most 11 votes each cannot give 480"),
        ({"cap": None, "raters": 11}, "11 raters with at most 40 votes"),
    ],
)
def test_a_design_that_cannot_be_says_why(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(DESIGN, **change)  # type: ignore[arg-type]
