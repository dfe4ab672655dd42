"""Contrasts of the published votes, at the tolerance their file states (1e-5)."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.contrasts import (
    ContrastReport,
    benjamini_hochberg,
    bonferroni,
    compare,
    holm,
    sign_flip,
)
from analysis.intervals.clips import clip_votes
from analysis.study import FAMILIES, Comparisons
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


@pytest.fixture(scope="module")
def report(votes: CodedVotes) -> ContrastReport:
    return compare(votes, Comparisons(families=FAMILIES, margin_pp=5))


def close(value: float) -> Any:
    return pytest.approx(value, rel=TOLERANCE, abs=0)


def test_clustered_differences_of_the_average_row(
    vectors: dict[str, Any], report: ContrastReport
) -> None:
    expected = vectors["twoway_cluster_average_row"]["output"]
    found = [each for each in report.contrasts if each.row == "Average"]
    assert len(found) == 3 + 3 + 2
    for each in found:
        want = expected[f"{each.one} - {each.other}"]
        assert each.difference == close(want["diff"])
        assert each.se == close(want["se_twoway"])
        assert each.p_clustered == close(want["p"])
        assert (each.low, each.high) == pytest.approx(want["ci95"], rel=TOLERANCE)


def test_equivalence_uses_the_interval_at_ninety_per_cent(
    vectors: dict[str, Any], report: ContrastReport
) -> None:
    expected = vectors["twoway_cluster_average_row"]["output"]
    found = [each for each in report.equivalences if each.row == "Average"]
    assert [each.method for each in found] == ["Frame", "Seq", "Flow"]
    for each in found:
        want = expected[f"{each.method} - Real"]
        assert (each.low, each.high) == pytest.approx(want["ci90"], rel=TOLERANCE)
        assert (each.equivalent, each.non_inferior) == (False, False)


def test_sign_flips_over_all_clips_are_exact(
    vectors: dict[str, Any], votes: CodedVotes, report: ContrastReport
) -> None:
    expected = vectors["paired_signflip_exact_all"]["output"]
    found = {
        f"{each.one} vs {each.other}": each
        for each in report.contrasts
        if each.row == "Average"
    }
    real = clip_votes(votes).real
    for one, other in combinations(range(4), 2):
        pair = f"{votes.methods[one]} vs {votes.methods[other]}"
        want, difference = expected[pair], real[one] - real[other]
        assert difference.sum() == want["sum_diff"]
        assert 100 * difference.mean() / 3 == close(want["mean_diff_pp"])
        assert found[pair].p_signflip == close(want["exact_p"])
        assert stats.wilcoxon(difference).pvalue == close(want["wilcoxon_p"])


def test_sign_flips_within_categories_are_exact(
    vectors: dict[str, Any], report: ContrastReport
) -> None:
    expected = vectors["paired_signflip_exact_by_category"]["output"]
    found = [each for each in report.contrasts if each.row != "Average"]
    assert len(found) == 60
    for each in found:
        want = close(expected[each.row][f"{each.one} vs {each.other}"])
        assert each.p == each.p_signflip == want


def test_one_of_thirty_pairs_within_categories_survives_holm(
    report: ContrastReport,
) -> None:
    family = [c for c in report.contrasts if c.family == "generated-by-category"]
    (survivor,) = (each for each in family if each.significant)
    assert (survivor.row, survivor.one, survivor.other) == (
        ("Water flowing", "Frame", "Flow")
    )
    # section 2.3 of the methods: .0487
    assert survivor.p_holm == pytest.approx(0.0487, abs=5e-5)


def test_a_small_sign_flip(vectors: dict[str, Any]) -> None:
    vector = vectors["signflip_small"]
    assert sign_flip(vector["input"]).p == close(vector["output"]["scipy_exact_p"])


def test_majority_labels_by_mcnemar_and_holm(
    vectors: dict[str, Any], report: ContrastReport
) -> None:
    expected = vectors["mcnemar_majority_all"]["output"]
    adjusted = vectors["holm_on_mcnemar"]["output"]
    assert len(report.majorities) == 6
    for each in report.majorities:
        pair = f"{each.one} vs {each.other}"
        want = expected[pair]
        assert [list(row) for row in each.table] == want["table"]
        assert each.exact_p == close(want["exact_p"])
        assert each.chi2 == close(want["chi2"])
        assert each.chi2_p == close(want["chi2_p"])
        assert each.chi2_corrected == close(want["chi2_cc"])
        assert each.chi2_corrected_p == close(want["chi2_cc_p"])
        assert each.p_holm == close(adjusted[pair])


def test_cochran_q_of_all_methods_and_of_the_generated(
    vectors: dict[str, Any], report: ContrastReport
) -> None:
    expected = vectors["cochran_q"]["output"]
    for each, name in zip(
        report.cochran, ("four methods", "three generated"), strict=True
    ):
        assert (each.q, each.df, each.p) == pytest.approx(
            tuple(expected[name]), rel=TOLERANCE, abs=0
        )


def test_p_values_adjusted_for_their_number(vectors: dict[str, Any]) -> None:
    vector = vectors["holm_small"]
    for name, adjust in (
        ("holm", holm),
        ("fdr_bh", benjamini_hochberg),
        ("bonferroni", bonferroni),
    ):
        got = np.array(adjust(vector["input"]), np.float64)
        assert got == close(vector["output"][name])
