"""Agreement against the shared figures, at the tolerance their file states (1e-5)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.agreement import Agreement, agreement, icc_oneway, vote_patterns
from analysis.votes import CodedVotes, encode_votes, read_votes
from tests.analysis.frames import frame, shared

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


@pytest.fixture(scope="module")
def votes() -> CodedVotes:
    return encode_votes(read_votes(shared("vegas_votes.csv.gz")))


@pytest.fixture(scope="module")
def by_name(votes: CodedVotes) -> dict[str, Agreement]:
    return {figures.name: figures for figures in agreement(votes)}


def whole(table: list[list[int | None]]) -> Agreement:
    """Return the agreement of a table of items by raters."""
    rows = [
        ("Dog", "Flow", f"v{item}", f"r{rater}", vote)
        for item, line in enumerate(table)
        for rater, vote in enumerate(line)
        if vote is not None
    ]
    return agreement(encode_votes(frame(rows)), replicates=50)[0]


def test_every_scope_of_the_shared_votes(
    vectors: dict[str, Any], by_name: dict[str, Agreement]
) -> None:
    expected = vectors["agreement_vegas"]["output"]
    assert set(by_name) == set(expected)
    for name, want in expected.items():
        got = by_name[name]
        assert (
            got.alpha,
            got.fleiss,
            got.brennan_prediger,
            got.pairwise,
        ) == pytest.approx(
            [
                want[key]
                for key in ("alpha", "fleiss", "randolph", "pairwise_agreement")
            ],
            rel=TOLERANCE,
        )


def test_ac1_and_its_error_of_the_shared_votes(
    vectors: dict[str, Any], by_name: dict[str, Agreement]
) -> None:
    for name, want in vectors["agreement_irrcac_vegas"]["output"].items():
        got = by_name[name]
        assert (got.ac1, got.ac1_se) == pytest.approx(want["gwet"][:2], rel=TOLERANCE)
        assert got.alpha == pytest.approx(want["krippendorff"][0], rel=TOLERANCE)
        assert got.fleiss == pytest.approx(want["fleiss"][0], rel=TOLERANCE)
        assert got.brennan_prediger == pytest.approx(want["bp"][0], rel=TOLERANCE)


def test_bootstrap_agrees_with_the_errors_over_items(
    vectors: dict[str, Any], by_name: dict[str, Agreement]
) -> None:
    # a percentile interval of 2,000 resamples is some 5% off a normal one in width
    for name, want in vectors["agreement_irrcac_vegas"]["output"].items():
        got = by_name[name]
        assert got.ac1_low is not None
        assert got.ac1_high is not None
        assert got.alpha_low is not None
        assert got.alpha_high is not None
        width = 2 * 1.959964
        assert got.ac1_high - got.ac1_low == pytest.approx(
            width * want["gwet"][1], rel=0.1
        )
        assert got.alpha_high - got.alpha_low == pytest.approx(
            width * want["krippendorff"][1], rel=0.1
        )


def test_small_tables_with_and_without_missing_votes(vectors: dict[str, Any]) -> None:
    table = vectors["agreement_irrcac_small"]
    for kind in ("missing", "full"):
        got, want = whole(table["input"][kind]), table["output"][kind]
        assert (got.ac1, got.ac1_se) == pytest.approx(want["gwet"][:2], rel=TOLERANCE)
        assert got.alpha == pytest.approx(want["krippendorff"][0], rel=TOLERANCE)
        assert got.brennan_prediger == pytest.approx(want["bp"][0], rel=TOLERANCE)
        assert got.pairwise == pytest.approx(want["pa"], rel=TOLERANCE)
    small = vectors["fleiss_small"]
    got = whole(small["input"])
    assert got.fleiss == pytest.approx(small["output"]["fleiss"], rel=TOLERANCE)
    assert got.alpha == pytest.approx(small["output"]["alpha"], rel=TOLERANCE)
    missing = vectors["alpha_small"]
    assert whole(missing["input"]).alpha == pytest.approx(
        missing["output"], rel=TOLERANCE
    )


def test_equal_votes_leave_alpha_and_kappa_undefined(vectors: dict[str, Any]) -> None:
    got = whole(vectors["agreement_degenerate"]["input"])
    assert got.alpha is vectors["agreement_degenerate"]["output"]
    assert got.fleiss is None
    assert "alpha and Fleiss' kappa are undefined" in got.note


def test_items_by_their_votes(vectors: dict[str, Any], votes: CodedVotes) -> None:
    got = {pattern.method: list(pattern.counts) for pattern in vote_patterns(votes)}
    assert got == vectors["all3_any_share"]["output"]


def test_intraclass_correlations(vectors: dict[str, Any], votes: CodedVotes) -> None:
    for method, want in vectors["icc_anova"]["output"].items():
        rows = votes.method == votes.methods.index(method)
        for name in ("item", "worker"):
            got = icc_oneway(votes.vote[rows], getattr(votes, name)[rows])
            assert got == pytest.approx(want[name], rel=TOLERANCE)
