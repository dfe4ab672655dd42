"""McNemar's test and Cochran's Q on the clips' majority labels."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.contrasts import ContrastReport, cochran_q, compare, mcnemar
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame

contingency = pytest.importorskip("statsmodels.stats.contingency_tables")

METHODS = ("Frame", "Flow", "Seq", "Real")


def compared(rows: list[Row]) -> ContrastReport:
    return compare(encode_votes(frame(rows), methods=METHODS))


@pytest.mark.parametrize("seed", range(6))
def test_statsmodels_tests_the_same_tables_and_labels_alike(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.binomial(3, [[0.5], [0.6], [0.7], [0.9]], (4, 40))
    rows = [
        row
        for method, reals in zip(METHODS, counts, strict=True)
        for row in cell_rows("Dog", method, reals)
    ]
    report = compared(rows)
    for each in report.majorities:
        exact = contingency.mcnemar(each.table, exact=True)
        plain = contingency.mcnemar(each.table, exact=False, correction=False)
        corrected = contingency.mcnemar(each.table, exact=False, correction=True)
        assert each.exact_p == pytest.approx(exact.pvalue, rel=1e-9)
        assert each.chi2 == pytest.approx(plain.statistic, rel=1e-12)
        assert each.chi2_p == pytest.approx(plain.pvalue, rel=1e-9)
        if each.chi2:
            # without a difference there is nothing to correct; the oracle does
            assert each.chi2_corrected == pytest.approx(corrected.statistic, rel=1e-12)
    every, generated = report.cochran
    for found, labels in ((every, counts), (generated, counts[:3])):
        oracle = contingency.cochrans_q(labels.T > 1)
        assert found.q == pytest.approx(oracle.statistic, rel=1e-12)
        assert found.p == pytest.approx(oracle.pvalue, rel=1e-9)


def test_a_clip_with_tied_votes_is_left_out_and_counted() -> None:
    rows = [
        row for method in METHODS[:3] for row in cell_rows("Dog", method, [3, 0, 2, 1])
    ]
    # one vote less: one of two "real" on the last clip, a tie
    rows.remove(("Dog", "Flow", "Dog-3", "r10", 0))
    report = compared(rows)
    ties = {(each.one, each.other): each.ties for each in report.majorities}
    assert ties == {("Frame", "Flow"): 1, ("Frame", "Seq"): 0, ("Flow", "Seq"): 1}
    videos = [each.videos for each in report.majorities]
    assert videos == [3, 4, 3]
    assert report.majorities[0].note == (
        "no clip's labels differ; 1 clip with tied votes left out"
    )
    (cochran,) = report.cochran
    assert (cochran.videos, cochran.q, cochran.p) == (3, None, None)
    assert "1 clip with tied votes left out" in cochran.note


def test_labels_that_never_differ_have_no_statistic() -> None:
    found = mcnemar("Frame", "Flow", ((4, 0), (0, 9)))
    assert (found.exact_p, found.chi2, found.chi2_p) == (1.0, None, None)
    assert found.note == "no clip's labels differ"


def test_one_clip_that_differs_decides_nothing() -> None:
    found = mcnemar("Frame", "Flow", ((0, 1), (0, 0)))
    assert (found.exact_p, found.chi2, found.chi2_corrected) == (1.0, 1.0, 0.0)


def test_cochran_of_two_methods_is_mcnemar_without_correction() -> None:
    # 10 clips real under one only, 4 under the other only: (10 - 4)^2 / 14
    labels = np.array([[1] * 10 + [0] * 4 + [1, 0], [0] * 10 + [1] * 4 + [1, 0]]) > 0
    found = cochran_q(labels, ("Frame", "Flow"))
    assert found.q == pytest.approx(36 / 14, rel=1e-12)
    assert found.q == mcnemar("Frame", "Flow", ((1, 4), (10, 1))).chi2


def test_methods_without_shared_clips_have_no_majority_tests() -> None:
    rows = cell_rows("Dog", "Frame", [1, 2]) + cell_rows("Drum", "Flow", [1, 2])
    report = compared(rows)
    assert report.majorities == ()
    assert report.cochran == ()
