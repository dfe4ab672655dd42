"""Published bounds and intervals of sequential designs, and what peeking does."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from analysis.sequential import confidence_sequence, group_bounds, log_mixture_ratio
from tests.analysis.frames import shared

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


def test_bounds_of_two_to_five_looks(vectors: dict[str, Any]) -> None:
    want = vectors["group_sequential_bounds"]["output"]
    for looks in vectors["group_sequential_bounds"]["input"]:
        expected = want[str(looks)]
        bounds = group_bounds("obrien-fleming", looks)
        assert bounds == pytest.approx(expected["obrien_fleming"], rel=TOLERANCE)
        bounds = group_bounds("pocock", looks)
        assert bounds == pytest.approx([expected["pocock"]] * looks, rel=TOLERANCE)


def test_confidence_sequences(vectors: dict[str, Any]) -> None:
    vector = vectors["confidence_sequence_beta_binomial"]
    for (successes, trials), want in zip(
        vector["input"], vector["output"], strict=True
    ):
        got = confidence_sequence(successes, trials)
        assert got == pytest.approx(want, rel=TOLERANCE)


def test_peeking_rejects_far_too_often_and_the_mixture_does_not(
    vectors: dict[str, Any],
) -> None:
    """Forty looks at 96 .. 3,840 votes of a fair coin, in 1,000 studies."""
    studies, step, looks = 1000, 96, 40
    rng = np.random.default_rng(20)
    successes = rng.binomial(step, 0.5, (studies, looks)).cumsum(axis=1)
    trials = step * np.arange(1, looks + 1)
    z = (successes - trials / 2) / np.sqrt(trials / 4)
    peeking = (abs(z) > 1.959964).any(axis=1).mean()
    rate = vectors["type_i_peeking"]["output"]
    # both rates are of 1,000 studies: three standard errors of their difference
    error = 3 * (2 * rate * (1 - rate) / studies) ** 0.5
    assert peeking == pytest.approx(rate, abs=error)
    ratios = log_mixture_ratio(successes, trials)
    always_valid = (ratios >= np.log(20)).any(axis=1).mean()
    # .0075 of 400 studies in the vector's note
    assert always_valid <= 0.02
