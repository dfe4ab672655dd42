"""Models of raters against the shared figures, at their file's tolerance (1e-5)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from analysis.quality import dawid_skene, quality, screening_effect
from analysis.votes import CodedVotes, encode_votes, read_votes
from tests.analysis.frames import shared

TOLERANCE = 1e-5
# planted by the maker of the shared votes (analysis.md, section 1)
CONSTANT = {"w033", "w120", "w171", "w076", "w188"}
RANDOM = {"w017", "w058", "w101", "w149"}


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


@pytest.fixture(scope="module")
def votes() -> CodedVotes:
    return encode_votes(read_votes(shared("vegas_votes.csv.gz")))


@pytest.mark.parametrize("steps", [1, 2, 5, 100])
def test_dawid_and_skenes_model_after_so_many_steps(
    vectors: dict[str, Any], steps: int
) -> None:
    vector = vectors[f"dawid_skene_iter{steps}"]
    table = np.array(vector["input"])
    item, worker = (codes.ravel() for codes in np.indices(table.shape))
    model = dawid_skene(table.ravel(), item, worker, iterations=steps)
    want = vector["output"]
    assert model.iterations == steps
    # the file floors probabilities at 1e-10
    assert model.real == pytest.approx(want["prob_label1"], rel=TOLERANCE, abs=1e-9)
    assert model.prior == pytest.approx(want["prior1"], rel=TOLERANCE)
    assert model.sensitivity == pytest.approx(
        list(want["p_say1_given_true1"].values()), rel=TOLERANCE
    )
    assert 1 - model.specificity == pytest.approx(
        list(want["p_say1_given_true0"].values()), rel=TOLERANCE, abs=1e-9
    )


def test_labels_of_the_model_are_not_the_shares_of_votes(
    vectors: dict[str, Any], votes: CodedVotes
) -> None:
    # crowd-kit was asked for 100 steps and stopped after 5: its bound counts the prior
    # once a vote rather than once an item, and so falls there
    model = dawid_skene(votes.vote, votes.item, votes.worker, iterations=5)
    method = votes.item_cells() // len(votes.categories)
    got = {
        name: float((model.real[method == code] > 0.5).mean())
        for code, name in enumerate(votes.methods)
    }
    want = vectors["dawid_skene_vegas_share_real"]["output"]
    assert got == pytest.approx(want, rel=TOLERANCE)


def test_screens_by_accuracy_would_move_every_figure(
    vectors: dict[str, Any], votes: CodedVotes
) -> None:
    wanted = vectors["screening_bias_demo"]["output"]
    # the last line knows the planted raters, which no rule does
    for got, want in zip(
        screening_effect(votes), list(wanted.values())[:-1], strict=True
    ):
        assert (got.raters, got.votes) == (want["workers"], want["votes"])
        rates = [100 * (rate or 0) for rate in got.rates]
        assert rates == pytest.approx(
            [want[method] for method in votes.methods], rel=TOLERANCE
        )


def test_planted_raters_with_one_answer_are_odd_and_honest_ones_are_not(
    votes: CodedVotes,
) -> None:
    odd = {rater.worker for rater in quality(votes).raters if rater.odd}
    assert odd == CONSTANT


def test_planted_random_raters_cannot_be_told_from_strict_ones(
    votes: CodedVotes,
) -> None:
    # 28 to 94 votes: the largest plain z of them, 4.5, is surpassed by ten raters who
    # were not planted; a mark at that height would point at more honest than bad ones
    report = quality(votes)
    z = {rater.worker: abs(rater.rate_z or 0) for rater in report.raters}
    highest = max(z[worker] for worker in RANDOM)
    honest = set(z) - RANDOM - CONSTANT
    assert sum(z[worker] > highest for worker in honest) > len(RANDOM)
    assert report.rate_spread == pytest.approx(0.107, abs=0.001)
