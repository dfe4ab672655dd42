"""Signal detection: d' and criterion, and their errors."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.detection import Counts, Detection, detect, dprime_2afc
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame, shared, table2_votes

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


def crossed(seed: int) -> pd.DataFrame:
    """Return unbalanced votes in one category in which raters and videos matter."""
    rng = np.random.default_rng(seed)
    harsh, plain = rng.normal(0, 1, 25), rng.normal(0, 1, 60)
    rows: list[Row] = []
    for _ in range(800):
        video, rater = int(rng.integers(60)), int(rng.integers(25))
        real = bool(rng.integers(2))
        vote = int(rng.normal(real) + harsh[rater] + plain[video] > 0)
        method = "Real" if real else "Flow"
        rows.append(("Dog", method, f"v{video}", f"r{rater}", vote))
    return frame(rows)


def test_dprime_criterion_and_plain_error_of_the_published_cells(
    vectors: dict[str, Any],
) -> None:
    expected = vectors["sdt_dprime_criterion_se"]["output"]
    found = detect(encode_votes(table2_votes()), average="All")
    assert len(found) == 33
    for each in found:
        got = each.dprime, each.criterion, each.se_iid
        want = expected[each.row][each.method]
        assert got == pytest.approx(tuple(want), rel=TOLERANCE, abs=0)


def test_rates_of_nothing_and_everything_stay_finite(vectors: dict[str, Any]) -> None:
    vector = vectors["sdt_edge"]
    for counts, want in zip(vector["input"], vector["output"], strict=True):
        got = Counts(*counts)
        figures = got.dprime, got.criterion, got.se_iid
        # a criterion of -6e-15 stands for 0
        assert figures == pytest.approx(tuple(want), rel=TOLERANCE, abs=1e-12)


def test_dprime_of_pairs(vectors: dict[str, Any]) -> None:
    vector = vectors["dprime_2afc"]
    got = [dprime_2afc(share) for share in vector["input"]]
    assert got == pytest.approx(vector["output"], rel=TOLERANCE, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5, math.nan])
def test_a_share_without_a_finite_dprime_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="no finite d'"):
        dprime_2afc(share)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clustered_errors_are_the_delta_method_on_statsmodels_covariance(
    seed: int,
) -> None:
    regression = pytest.importorskip("statsmodels.regression.linear_model")
    votes = crossed(seed)
    real = (votes["method"] == "Real").to_numpy()
    groups = np.column_stack(
        [pd.factorize(votes[name])[0] for name in ("source_video", "worker_id")]
    )
    design = np.column_stack([real, ~real]).astype(float)
    model: Any = regression.OLS(votes["vote"].to_numpy(float), design)
    slopes = np.array(
        [
            side.sum() / (side.sum() + 1) / stats.norm.pdf(stats.norm.ppf(rate))
            for side in (real, ~real)
            for rate in [(votes["vote"][side].sum() + 0.5) / (side.sum() + 1)]
        ]
    )

    def error(signs: tuple[float, float]) -> float:
        weights = slopes * np.array(signs)
        options = ({"groups": g, "use_correction": False} for g in (groups, *groups.T))
        fits = (model.fit(cov_type="cluster", cov_kwds=each) for each in options)
        return math.sqrt(max(weights @ fit.cov_params() @ weights for fit in fits))

    (category, average) = detect(encode_votes(votes))
    assert category.se == pytest.approx(error((1, -1)), rel=1e-9)
    assert category.criterion_se == pytest.approx(error((0.5, 0.5)), rel=1e-9)
    assert average.se == category.se


def test_intervals_are_z_intervals_at_the_level_asked_for() -> None:
    votes = encode_votes(crossed(1))
    for alpha, z in ((0.05, 1.959964), (0.1, 1.644854)):
        each = detect(votes, alpha=alpha)[0]
        assert each.dprime is not None
        assert each.criterion is not None
        assert each.se is not None
        assert each.criterion_se is not None
        assert (each.low, each.high) == pytest.approx(
            (each.dprime - z * each.se, each.dprime + z * each.se), rel=1e-6
        )
        assert each.criterion_high == pytest.approx(
            each.criterion + z * each.criterion_se, abs=1e-6
        )


def test_flipping_every_vote_turns_both_signs() -> None:
    votes = crossed(2)
    before = detect(encode_votes(votes))[0]
    after = detect(encode_votes(votes.assign(vote=1 - votes["vote"])))[0]
    assert before.dprime is not None
    assert before.criterion is not None
    assert after.dprime == pytest.approx(-before.dprime, rel=1e-9)
    assert after.criterion == pytest.approx(-before.criterion, rel=1e-9)
    assert after.se == pytest.approx(before.se, rel=1e-9)


def test_the_order_of_rows_cannot_be_told_from_the_figures() -> None:
    votes = crossed(3)
    shuffled = votes.sample(frac=1, random_state=1)
    order = ("Flow", "Real")
    assert detect(encode_votes(votes, methods=order)) == detect(
        encode_votes(shuffled, methods=order)
    )


def blank(each: Detection) -> tuple[float | None, ...]:
    return each.se, each.low, each.high, each.criterion_se, each.criterion_low


def test_cells_without_votes_have_no_figures_and_say_whose_are_missing() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2, 3]) + cell_rows("Drum", "Real", [3, 2, 3])
    votes = encode_votes(frame(rows), methods=("Flow", "Seq", "Real"))
    notes = {(each.row, each.method): each.note for each in detect(votes)}
    assert notes["Dog", "Flow"] == "no votes on Real"
    assert notes["Dog", "Seq"] == "no votes on Real and Seq"
    assert notes["Drum", "Flow"] == "no votes on Flow"
    first = detect(votes)[0]
    assert (first.dprime, first.criterion, first.se_iid) == (None, None, None)
    assert (first.hits, first.signals, first.false_alarms, first.noise) == (0, 0, 6, 9)


def test_few_clusters_and_votes_all_alike_have_no_clustered_error() -> None:
    few = cell_rows("Dog", "Flow", [1, 2, 0]) + cell_rows("Dog", "Real", [3, 2, 3])
    each = detect(encode_votes(frame(few)))[0]
    assert blank(each) == (None,) * 5
    assert each.note == "few clusters (9 raters, 3 clips): no clustered error"
    alike = cell_rows("Dog", "Flow", [1, 2] * 8) + cell_rows("Dog", "Real", [3] * 16)
    each = detect(encode_votes(frame(alike)))[0]
    assert blank(each) == (None,) * 5
    assert each.note == "votes of one side all alike: no clustered error"
    assert each.dprime is not None
    assert each.se_iid is not None


def test_a_study_without_a_control_or_votes_has_no_signal() -> None:
    assert detect(encode_votes(frame(cell_rows("Dog", "Flow", [1, 2])))) == ()
    empty = encode_votes(frame([]), methods=("Flow", "Real"), categories=("Dog",))
    assert [each.dprime for each in detect(empty)] == [None, None]


def test_an_impossible_level_is_refused() -> None:
    with pytest.raises(ValueError, match="alpha is 1"):
        detect(encode_votes(crossed(1)), alpha=1)


def test_the_average_tells_a_method_from_the_control_on_the_same_categories() -> None:
    both = [
        *cell_rows("Dog", "Flow", [2] * 20 + [1] * 20),
        *cell_rows("Dog", "Real", [3] * 30 + [1] * 10),
    ]
    more = [
        # hard for everybody, and nobody judged the control there; and the reverse
        *cell_rows("Drum", "Flow", [0] * 30 + [1] * 10),
        *cell_rows("Rain", "Real", [3] * 40),
    ]
    alone, average = (
        next(each for each in detect(encode_votes(frame(rows))) if each.row == row)
        for rows, row in ((both, "Dog"), (both + more, "Average"))
    )
    assert (average.dprime, average.criterion) == (alone.dprime, alone.criterion)
    assert (average.se, average.signals) == (alone.se, 120)
    assert average.note == "without Drum, Rain, where one of the two has no votes"


def test_a_method_that_shares_no_category_with_the_control_has_no_average() -> None:
    rows = cell_rows("Dog", "Flow", [2] * 12) + cell_rows("Drum", "Real", [3] * 12)
    found = detect(encode_votes(frame(rows)))[-1]
    assert found.row == "Average"
    assert (found.dprime, found.se, found.hits, found.noise) == (None, None, 0, 0)
    assert found.note == "no category has votes on both"
