"""Published and recomputed figures, at the tolerance their file states (1e-5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.intervals import (
    Sample,
    choose_intervals,
    clopper_pearson,
    sample_cells,
    wilson,
)
from analysis.tables import judged_real_table, percent
from analysis.votes import CodedVotes, encode_votes, read_votes
from tests.analysis.frames import shared

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


@pytest.fixture(scope="module")
def votes() -> CodedVotes:
    return encode_votes(read_votes(shared("vegas_votes.csv.gz")))


@pytest.mark.parametrize(
    ("name", "interval"),
    [("ci95_wilson", wilson), ("ci95_clopper_pearson", clopper_pearson)],
)
def test_intervals_of_independent_votes(
    vectors: dict[str, Any], name: str, interval: Any
) -> None:
    real, total = zip(*vectors[name]["input"], strict=True)
    low, high = interval(real, total)
    expected_low, expected_high = zip(*vectors[name]["output"], strict=True)
    assert low == pytest.approx(expected_low, rel=TOLERANCE, abs=0)
    assert high == pytest.approx(expected_high, rel=TOLERANCE, abs=0)


def test_percentages_of_the_table_are_exact_strings(vectors: dict[str, Any]) -> None:
    from fractions import Fraction

    for name in ("table2_percent", "rounding_ties"):
        inputs, output = vectors[name]["input"], vectors[name]["output"]
        got = [percent(Fraction(*pair[-2:])) for pair in inputs]
        assert got == output


def test_the_average_row_is_the_mean_of_unrounded_cells(
    vectors: dict[str, Any],
) -> None:
    vector = vectors["table2_average_row"]
    table = judged_real_table(read_votes(shared("vegas_votes.csv.gz")))
    counts = {cell.method: cell.judged_real for cell in table.average}
    assert counts == vector["input"]
    assert {cell.method: cell.pct for cell in table.average} == vector["output"]


def test_two_way_clustered_intervals_of_all_forty_cells(
    vectors: dict[str, Any], votes: CodedVotes
) -> None:
    expected = vectors["twoway_cluster_se_cells"]["output"]
    samples = sample_cells(votes)
    assert len(expected) == 40
    for method, column in zip(votes.methods, samples.cells, strict=True):
        intervals, _ = choose_intervals(column, None)
        for category, sample, interval in zip(
            votes.categories, column, intervals, strict=True
        ):
            want = expected[f"{category}|{method}"]
            assert sample is not None
            assert interval is not None
            agree(sample, want, "se_video", "se_worker", "se_twoway", "deff")
            assert (interval.low, interval.high) == pytest.approx(
                want["ci95_logit_t"], rel=TOLERANCE
            )


def test_two_way_clustered_intervals_of_the_average_row(
    vectors: dict[str, Any], votes: CodedVotes
) -> None:
    expected = vectors["twoway_cluster_average_row"]["output"]
    samples = sample_cells(votes)
    for method, sample in zip(votes.methods, samples.averages, strict=True):
        _, interval = choose_intervals([], sample)
        assert sample is not None
        assert interval is not None
        agree(sample, expected[method], "se_video", "se_worker", "se_twoway")
        assert (interval.low, interval.high) == pytest.approx(
            expected[method]["ci95_logit_t"], rel=TOLERANCE
        )


def agree(sample: Sample, want: dict[str, Any], *names: str) -> None:
    assert float(sample.rate) == pytest.approx(want["p"], rel=TOLERANCE)
    assert min(sample.videos, sample.workers) == want["G"]
    for name in ("se_binomial", *names):
        assert getattr(sample, name) == pytest.approx(want[name], rel=TOLERANCE)


def test_majority_labels(vectors: dict[str, Any]) -> None:
    table = judged_real_table(read_votes(shared("vegas_votes.csv.gz")))
    counts = vectors["majority_vote_counts_by_cell"]["output"]
    for row in table.rows:
        for cell in row:
            assert cell.majority_rate is not None
            assert cell.majority_rate * 128 == counts[cell.category][cell.method]
    shares = vectors["majority_vote_share"]["output"]
    for cell in table.average:
        assert cell.majority_rate is not None
        assert float(cell.majority_rate) == pytest.approx(
            shares[cell.method], rel=TOLERANCE
        )
