"""Clustered variances of weighted sums of cells, from one pass over the votes."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.intervals import average_difference, joint, joint_moments, sample_cells
from analysis.votes import CodedVotes, encode_votes
from tests.analysis.frames import Row, frame

if TYPE_CHECKING:
    import pandas as pd

METHODS = ("Flow", "Seq", "Real")


def crossed(seed: int, *, votes: int = 900) -> pd.DataFrame:
    """Return unbalanced votes; raters meet videos again, under other methods too."""
    rng = np.random.default_rng(seed)
    harsh, plain = rng.normal(0, 1.5, 25), rng.normal(0, 1.5, 60)
    rows: list[Row] = []
    for _ in range(votes):
        video, rater = int(rng.integers(60)), int(rng.integers(25))
        vote = int(rng.normal() + harsh[rater] + plain[video] > 0)
        method = METHODS[int(rng.integers(3))]
        category = ("Dog", "Drum", "Rain")[video % 3]
        rows.append((category, method, f"v{video}", f"r{rater}", vote))
    return frame(rows)


def weights(votes: CodedVotes, one: int, other: int) -> dict[int, float]:
    width = len(votes.categories)
    first = {one * width + c: 1 / width for c in range(width)}
    return first | {other * width + c: -1 / width for c in range(width)}


@pytest.mark.parametrize("full", [0.0, 2.0])
@pytest.mark.parametrize("bins", [0, 1 << 24])
def test_variances_of_differences_equal_those_of_a_pass_over_the_residuals(
    full: float, bins: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # both ways of counting and both kinds of tables
    monkeypatch.setattr(joint, "FULL", full)
    monkeypatch.setattr(joint, "BINS", bins)
    votes = encode_votes(crossed(1))
    moments = joint_moments(votes)
    for one, other in combinations(range(3), 2):
        chosen = weights(votes, one, other)
        expected = average_difference(votes, one, other)
        assert expected is not None
        got = math.sqrt(moments.variances(chosen).twoway)
        assert got == pytest.approx(expected.se, rel=1e-12)
        assert moments.rater_count(list(chosen)) == expected.workers


def test_variances_of_single_cells_equal_those_of_the_table() -> None:
    votes = encode_votes(crossed(2))
    moments, samples = joint_moments(votes), sample_cells(votes)
    for method, category in np.ndindex(votes.shape):
        sample = samples.cells[method][category]
        assert sample is not None
        got = moments.variances({method * 3 + category: 1.0})
        assert math.sqrt(got.video) == pytest.approx(sample.se_video, rel=1e-12)
        assert math.sqrt(got.worker) == pytest.approx(sample.se_worker, rel=1e-12)
        assert math.sqrt(got.twoway) == pytest.approx(sample.se_twoway, rel=1e-12)


def test_the_order_of_rows_and_categories_cannot_be_told_from_the_variance() -> None:
    plain = crossed(3)
    shuffled = plain.sample(frac=1, random_state=4)
    figures = [
        joint_moments(votes).variances(weights(votes, 0, 1))
        for votes in (encode_votes(each, methods=METHODS) for each in (plain, shuffled))
    ]
    assert figures[0] == figures[1]


def test_a_difference_without_variance_is_exactly_nothing() -> None:
    # one of three votes "real" on every clip, by a rater who says so everywhere
    rows: list[Row] = [
        ("Dog", method, f"v{video}", f"r{rater}", int(rater == 0))
        for method in ("Flow", "Seq")
        for video in range(7)
        for rater in range(3)
    ]
    votes = encode_votes(frame(rows))
    got = joint_moments(votes).variances({0: 1.0, 1: -1.0})
    assert (got.video, got.worker, got.twoway) == (0, 0, 0)


def test_no_votes_have_no_variance() -> None:
    votes = encode_votes(frame([]), categories=("Dog",), methods=("Flow", "Real"))
    moments = joint_moments(votes)
    assert moments.variances({0: 1.0, 1: -1.0}).twoway == 0
    assert moments.rater_count([0, 1]) == 0
    assert moments.rater_count([]) == 0
