"""Our closed forms against statsmodels, which is no dependency of the project."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.intervals import clopper_pearson, sample_cells, wilson
from analysis.votes import encode_votes
from tests.analysis.frames import frame

proportion = pytest.importorskip("statsmodels.stats.proportion")

COUNTS = [(0, 1), (1, 1), (0, 12), (7, 12), (239, 384), (384, 384), (9991, 10000)]


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.3])
@pytest.mark.parametrize(
    ("ours", "name"), [(wilson, "wilson"), (clopper_pearson, "beta")]
)
def test_intervals_of_independent_votes_equal_statsmodels(
    ours: Any, name: str, alpha: float
) -> None:
    real, total = np.array(COUNTS).T
    low, high = ours(real, total, alpha=alpha)
    for index, (k, n) in enumerate(COUNTS):
        want = proportion.proportion_confint(k, n, alpha=alpha, method=name)
        assert (low[index], high[index]) == pytest.approx(want, rel=1e-9, abs=1e-12)


def crossed_votes(seed: int) -> pd.DataFrame:
    """Return unbalanced votes with strong raters and videos, some pairs repeated."""
    rng = np.random.default_rng(seed)
    harsh, plain = rng.normal(0, 1.5, 25), rng.normal(0, 1.5, 60)
    rows = []
    for category in ("Dog", "Drum", "Rain"):
        for _ in range(int(rng.integers(120, 260))):
            video, rater = int(rng.integers(60)), int(rng.integers(25))
            vote = int(rng.normal() + harsh[rater] + plain[video] > 0)
            # videos are shared by the categories: the sums have to cross them
            rows.append((category, "Flow", f"v{video}", f"r{rater}", vote))
    votes = frame(rows)
    votes["item_id"] = [f"item {row}" for row in range(len(votes))]
    return votes


def ols(votes: pd.DataFrame, weights: Any) -> float:
    """Return statsmodels' two-way clustered variance of a mean of category shares."""
    from statsmodels.regression.linear_model import OLS

    dummies = pd.get_dummies(votes["category"]).to_numpy(dtype=float)
    clusters = np.column_stack(
        [pd.factorize(votes[name])[0] for name in ("source_video", "worker_id")]
    )
    fit = OLS(votes["vote"].to_numpy(dtype=float), dummies).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    return float(weights @ fit.cov_params() @ weights)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_way_variance_equals_statsmodels(seed: int) -> None:
    votes = crossed_votes(seed)
    samples = sample_cells(encode_votes(votes))
    average = samples.averages[0]
    assert average is not None
    assert average.se_twoway > max(average.se_video, average.se_worker)
    assert average.se_twoway**2 == pytest.approx(
        ols(votes, np.full(3, 1 / 3)), rel=1e-9
    )
    for category, sample in zip(("Dog", "Drum", "Rain"), samples.cells[0], strict=True):
        part = votes[votes["category"] == category]
        assert sample is not None
        assert sample.se_twoway > max(sample.se_video, sample.se_worker)
        assert sample.se_twoway**2 == pytest.approx(ols(part, np.ones(1)), rel=1e-9)
