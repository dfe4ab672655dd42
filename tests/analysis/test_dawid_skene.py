from __future__ import annotations

import numpy as np
import pytest

from analysis.quality import dawid_skene


def made_up(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return truth and votes of 400 items by 8 raters; the last one guesses."""
    rng = np.random.default_rng(seed)
    truth = rng.random(400) < 0.6
    right = np.array([0.9] * 7 + [0.5])
    item, worker = (codes.ravel() for codes in np.indices((400, 8)))
    vote = np.where(rng.random(3200) < right[worker], truth[item], ~truth[item])
    return truth, vote.astype(np.int64), item, worker


def test_the_model_finds_the_truth_and_the_one_who_guesses() -> None:
    # made with sensitivity and specificity .9, and .5 for the last rater; the errors
    # of shares of some 160 items are .024 and .04
    truth, vote, item, worker = made_up()
    model = dawid_skene(vote, item, worker)
    assert ((model.real > 0.5) == truth).mean() > 0.99
    assert model.prior == pytest.approx(0.6, abs=0.08)
    assert model.sensitivity[:7] == pytest.approx([0.9] * 7, abs=0.08)
    assert model.specificity[:7] == pytest.approx([0.9] * 7, abs=0.08)
    assert model.sensitivity[7] + model.specificity[7] == pytest.approx(1, abs=0.12)


def test_flipping_every_vote_exchanges_sensitivity_and_specificity() -> None:
    _, vote, item, worker = made_up()
    one = dawid_skene(vote, item, worker, iterations=20)
    other = dawid_skene(1 - vote, item, worker, iterations=20)
    assert other.real == pytest.approx(1 - one.real, abs=1e-9)
    assert other.sensitivity == pytest.approx(one.specificity, abs=1e-9)


def test_the_order_of_the_rows_changes_nothing() -> None:
    _, vote, item, worker = made_up()
    order = np.random.default_rng(2).permutation(len(vote))
    one = dawid_skene(vote, item, worker, iterations=20)
    other = dawid_skene(vote[order], item[order], worker[order], iterations=20)
    assert other.real == pytest.approx(one.real, abs=1e-9)


def test_a_tolerance_stops_early_and_changes_little() -> None:
    _, vote, item, worker = made_up()
    every = dawid_skene(vote, item, worker)
    some = dawid_skene(vote, item, worker, tolerance=1e-6)
    assert some.iterations < every.iterations == 100
    assert some.sensitivity == pytest.approx(every.sensitivity, abs=1e-3)


def test_votes_that_are_all_alike_give_finite_numbers() -> None:
    item, worker = np.array([0, 0, 1]), np.array([0, 1, 0])
    for answer in (0, 1):
        model = dawid_skene(np.full(3, answer), item, worker)
        assert np.isfinite(model.real).all()
        assert model.real == pytest.approx([answer, answer], abs=1e-6)
