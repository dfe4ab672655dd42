"""The bootstrap over raters and videos: both kinds of weights against a plain loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from analysis.intervals import bootstrap_cells, sample_cells
from analysis.intervals.resampling import (
    crossed,
    halving_counts,
    poisson_counts,
    poisson_weights,
)
from analysis.votes import CodedVotes, encode_votes, read_votes
from tests.analysis.frames import Row, cell_rows, frame, shared

if TYPE_CHECKING:
    from collections.abc import Callable

REPLICATES = 4000
# the standard error of a standard deviation from so many draws is 1.1 % of it, of a
# ratio of two 1.6 %; four of those
TOLERANCE = 0.065


def crossed_frame(*, rater: str = "r{}", size: int = 1600) -> pd.DataFrame:
    """Return four cells of unequal size whose raters and videos matter."""
    rng = np.random.default_rng(7)
    harsh, plain = rng.normal(0, 0.8, 40), rng.normal(0, 0.8, 90)
    rows: list[Row] = []
    for _ in range(size):
        video, who = int(rng.integers(90)), int(rng.integers(40) * rng.random())
        vote = int(rng.normal() + 0.5 + harsh[who] + plain[video] > 0)
        method = ("Flow", "Real")[int(rng.random() < 0.6)]
        rows.append(
            (("Dog", "Drum")[video % 2], method, f"v{video}", rater.format(who), vote)
        )
    return frame(rows)


def plain_loop(votes: CodedVotes, weights: str, seed: int) -> npt.NDArray[np.float64]:
    """Return the shares of every replicate and cell, one replicate at a time."""
    rng = np.random.default_rng(seed)
    shares = []
    for _ in range(REPLICATES):
        video, worker = (
            rng.poisson(1.0, size).astype(float)
            if weights == "Poisson"
            else 2.0 * rng.integers(0, 2, size)
            for size in (votes.videos, votes.workers)
        )
        weight = video[votes.video] * worker[votes.worker]
        real = np.bincount(votes.cell, weights=weight * votes.vote, minlength=4)
        shares.append(real / np.bincount(votes.cell, weights=weight, minlength=4))
    return np.array(shares)


@pytest.mark.parametrize(
    ("draw", "weights"), [(halving_counts, "halving"), (poisson_counts, "Poisson")]
)
def test_both_kinds_of_weights_agree_with_a_plain_loop(
    draw: Callable[..., npt.NDArray[np.float64]], weights: str
) -> None:
    votes = encode_votes(crossed_frame())
    counts = draw(crossed(votes), REPLICATES, np.random.default_rng(1))
    counts = counts.reshape(4, 2, REPLICATES)
    ours = (counts[:, 1] / counts.sum(axis=1)).T
    plain = plain_loop(votes, weights, seed=2)
    assert ours.std(axis=0) == pytest.approx(plain.std(axis=0), rel=TOLERANCE)
    # means within four standard errors of their difference
    near = 4 * plain.std(axis=0).max() * (2 / REPLICATES) ** 0.5
    assert ours.mean(axis=0) == pytest.approx(plain.mean(axis=0), abs=near)
    averages = [
        shares.reshape(-1, 2, 2).mean(axis=2).std(0) for shares in (ours, plain)
    ]
    assert averages[0] == pytest.approx(averages[1], rel=TOLERANCE)


def test_two_kinds_of_weights_give_one_standard_error() -> None:
    votes = encode_votes(crossed_frame())
    halving = bootstrap_cells(votes, replicates=REPLICATES)
    assert halving.weights == "halving"
    # one vote on a further category makes a cell too small for weights of 0 and 2
    more = frame([("Rain", "Flow", "v0-rain", "r0", 1)])
    small = encode_votes(pd.concat([crossed_frame(), more]))
    poisson = bootstrap_cells(small, replicates=REPLICATES)
    assert poisson.weights == "Poisson"
    # smaller by design: half of the clusters are left out, not 37 %
    assert halving.se == pytest.approx(poisson.se[:, :2], rel=2 * TOLERANCE)


def test_the_standard_error_of_a_cell_is_that_of_the_published_figures() -> None:
    votes = encode_votes(read_votes(shared("vegas_votes.csv.gz")))
    drawn = bootstrap_cells(votes)
    place = votes.methods.index("Flow"), votes.categories.index("Dog")
    # .0464 to .0474 by five implementations of 2,000 replicates
    assert drawn.se[place] == pytest.approx(0.0469, rel=0.06)
    samples = sample_cells(votes)
    ratios = [
        drawn.se[m, c] / sample.se_twoway
        for m, column in enumerate(samples.cells)
        for c, sample in enumerate(column)
        if sample is not None
    ]
    # conservative: the pure noise counts three times, and everything else once
    assert min(ratios) > 1.2
    assert max(ratios) < 3**0.5 * (1 + TOLERANCE)


def test_bounds_are_percentiles_around_the_share() -> None:
    votes = encode_votes(crossed_frame())
    wide, narrow = (bootstrap_cells(votes, alpha=alpha) for alpha in (0.05, 0.32))
    samples = sample_cells(votes)
    for method, column in enumerate(samples.cells):
        rates = [float(sample.rate) for sample in column if sample]
        rates.append(sum(rates) / len(rates))
        for rate, outer, inner in zip(
            rates, wide.bounds(method), narrow.bounds(method), strict=True
        ):
            assert outer is not None
            assert inner is not None
            assert outer[0] < inner[0] < rate < inner[1] < outer[1]


def test_the_seed_fixes_everything_and_matters() -> None:
    votes = encode_votes(crossed_frame())
    one, again, other = (bootstrap_cells(votes, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one.se, again.se)
    assert np.array_equal(one.average_low, again.average_low)
    assert not np.array_equal(one.se, other.se)


@pytest.mark.parametrize("size", [1600, 300])
def test_neither_the_order_of_rows_nor_the_names_of_raters_matter(size: int) -> None:
    plain = encode_votes(crossed_frame(size=size), methods=["Flow"])
    renamed = crossed_frame(rater="{0} someone", size=size)
    mixed = renamed.sample(frac=1, random_state=1)
    other = encode_votes(mixed, categories=sorted(plain.categories), methods=["Flow"])
    one, two = bootstrap_cells(plain), bootstrap_cells(other)
    assert one.weights == ("halving" if size == 1600 else "Poisson")
    columns = [other.categories.index(name) for name in plain.categories]
    assert np.array_equal(one.se, two.se[:, columns])
    assert np.array_equal(one.low, two.low[:, columns])
    assert np.array_equal(one.average_high, two.average_high)


def test_poisson_weights_have_mean_and_variance_one() -> None:
    weights = poisson_weights(np.random.default_rng(5), 1000, 1000)
    # four standard errors of a million draws: 0.004, and 0.007 for the variance
    assert weights.mean() == pytest.approx(1, abs=0.004)
    assert weights.var() == pytest.approx(1, abs=0.007)


def test_cells_without_votes_and_frames_without_rows_have_no_figures() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [1, 2] * 8),
        *cell_rows("Rain", "Seq", [3, 1] * 8),
    ]
    drawn = bootstrap_cells(encode_votes(frame(rows)), replicates=200)
    assert np.isnan(drawn.se).tolist() == [[False, True], [True, False]]
    assert drawn.average_se.tolist() == drawn.se.diagonal().tolist()
    empty = bootstrap_cells(encode_votes(frame([])), replicates=200)
    assert empty.low.shape == (0, 0)


def test_a_single_replicate_is_refused() -> None:
    with pytest.raises(ValueError, match="1 replicates: at least 2"):
        bootstrap_cells(encode_votes(frame([])), replicates=1)
