"""The difference of two average rows and its two-way clustered error."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.contrasts import compare
from analysis.intervals import average_difference
from analysis.study import Comparisons
from analysis.votes import encode_votes, read_votes
from tests.analysis.frames import Row, cell_rows, frame, shared

PAIRS = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]


def crossed(seed: int, *, names: int = 0) -> pd.DataFrame:
    """Return unbalanced votes in which raters and videos matter."""
    rng = np.random.default_rng(seed)
    harsh, plain = rng.normal(0, 1.5, 25), rng.normal(0, 1.5, 60)
    rows: list[Row] = []
    for _ in range(600):
        video, rater = int(rng.integers(60)), int(rng.integers(25))
        vote = int(rng.normal() + harsh[rater] + plain[video] > 0)
        method = ("Flow", "Seq")[int(rng.integers(2))]
        category = ("Dog", "Drum", "Rain")[video % 3]
        rows.append((category, method, f"v{video ^ names}", f"r{rater ^ names}", vote))
    return frame(rows)


def test_differences_and_errors_of_the_published_vectors() -> None:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    vectors = {vector["name"]: vector["output"] for vector in document["vectors"]}
    want = vectors["twoway_cluster_average_row"]
    votes = encode_votes(read_votes(shared("vegas_votes.csv.gz")))
    for one, other in PAIRS:
        expected = want[f"{votes.methods[one]} - {votes.methods[other]}"]
        got = average_difference(votes, one, other)
        assert got is not None
        assert got.difference == pytest.approx(expected["diff"], rel=1e-5)
        assert got.se == pytest.approx(expected["se_twoway"], rel=1e-5)
        assert got.z == pytest.approx(expected["z"], rel=1e-5)
        assert (got.videos, got.votes) == (1280, 7680)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_contrasts_of_a_report_say_the_same(seed: int) -> None:
    votes = encode_votes(crossed(seed))
    report = compare(votes, Comparisons(families=("generated",)))
    [contrast] = report.contrasts
    one, other = map(votes.methods.index, (contrast.one, contrast.other))
    got = average_difference(votes, one, other)
    assert got is not None
    assert contrast.difference == pytest.approx(got.difference)
    assert contrast.se == pytest.approx(got.se)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_error_equals_that_of_statsmodels(seed: int) -> None:
    regression = pytest.importorskip("statsmodels.regression.linear_model")
    votes = crossed(seed)
    got = average_difference(encode_votes(votes), 0, 1)
    assert got is not None
    cells, codes = np.unique(votes["method"] + votes["category"], return_inverse=True)
    first = encode_votes(votes).methods[0]
    weights = np.where([str(cell).startswith(first) for cell in cells], 1 / 3, -1 / 3)
    columns = ("source_video", "worker_id")
    groups = np.column_stack([pd.factorize(votes[name])[0] for name in columns])
    model: Any = regression.OLS(votes["vote"].to_numpy(float), np.eye(6)[codes])

    def variance(clusters: Any) -> float:
        options = {"groups": clusters, "use_correction": False}
        fit = model.fit(cov_type="cluster", cov_kwds=options)
        return float(weights @ fit.cov_params() @ weights)

    variances = [variance(groups), variance(groups[:, 0]), variance(groups[:, 1])]
    assert got.se**2 == pytest.approx(max(variances), rel=1e-9)


def test_swapping_the_methods_only_turns_the_sign() -> None:
    votes = encode_votes(crossed(3))
    there, back = average_difference(votes, 0, 1), average_difference(votes, 1, 0)
    assert there is not None
    assert back is not None
    assert (there.exact, there.se) == (-back.exact, back.se)


def test_neither_order_nor_names_change_a_bit() -> None:
    methods = ("Flow", "Seq")
    plain = average_difference(encode_votes(crossed(4), methods=methods), 0, 1)
    mixed = crossed(4, names=63).sample(frac=1, random_state=5)
    assert average_difference(encode_votes(mixed, methods=methods), 0, 1) == plain


def test_only_categories_with_votes_on_both_count() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [3, 0, 1]),
        *cell_rows("Dog", "Seq", [1, 0, 1]),
        *cell_rows("Rain", "Flow", [3, 3]),
    ]
    votes = encode_votes(frame(rows))
    got = average_difference(votes, 0, 1)
    assert got is not None
    # 4 of 9 less 2 of 9; Rain has no Seq
    assert (got.exact, got.categories) == (Fraction(2, 9), (0,))
    assert average_difference(votes, 0, 1, categories=[1]) is None


def test_votes_all_alike_have_no_error() -> None:
    rows = [*cell_rows("Dog", "Flow", [3] * 4), *cell_rows("Dog", "Seq", [3] * 4)]
    got = average_difference(encode_votes(frame(rows)), 0, 1)
    assert got is not None
    assert (got.difference, got.se, got.z) == (0, 0, None)


def test_one_rater_adds_nothing_between_raters() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [3, 0, 0], raters=1),
        *cell_rows("Dog", "Seq", [0, 3, 3], raters=1),
    ]
    votes = frame(rows).drop_duplicates(["item_id", "worker_id"])
    got = average_difference(encode_votes(votes), 0, 1)
    assert got is not None
    assert got.workers == 1
    # per video -2/3, 4/3... residuals 2/3, -1/3, -1/3 less -2/3, 1/3, 1/3, each over 3
    assert got.se**2 == pytest.approx((4 / 9) ** 2 + 2 * (2 / 9) ** 2)


def test_a_method_is_not_compared_with_itself() -> None:
    votes = encode_votes(frame(cell_rows("Dog", "Flow", [1])))
    with pytest.raises(ValueError, match="compared with itself"):
        average_difference(votes, 0, 0)
