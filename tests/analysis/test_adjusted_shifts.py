"""Differences between groups of votes within cells, and their clustered test."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals.shift import Shift, adjusted_shifts
from analysis.mixed import SimulatedDesign, simulate_votes
from analysis.votes import encode_votes
from tests.analysis.frames import Row, frame

if TYPE_CHECKING:
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints

DESIGN = SimulatedDesign(
    rates=((0.5, 0.8), (0.6, 0.9)),
    categories=("Dog", "Drum"),
    methods=("Flow", "Real"),
    control="Real",
    clips_per_category=12,
    votes_per_item=3,
    raters=20,
    sd_worker=0.8,
    sd_video=0.5,
    sd_item=0.3,
)


def drawn(seed: int) -> tuple[CodedVotes, Ints]:
    """Return 144 votes and a group of each: -1, 0, 1 or 2."""
    random = np.random.default_rng(seed)
    votes = simulate_votes(DESIGN, seed=random)
    return votes, random.integers(-1, 3, len(votes.vote))


def taken(votes: CodedVotes, rows: Ints) -> CodedVotes:
    arrays = ("vote", "category", "method", "item", "video", "worker")
    return dataclasses.replace(
        votes, **{name: getattr(votes, name)[rows] for name in arrays}
    )


def the(votes: CodedVotes, group: Ints, one: int = 1) -> Shift:
    shift = adjusted_shifts(votes, group, (one,))[0]
    assert shift is not None
    return shift


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("again", [False, True])
def test_difference_and_error_are_those_of_regression(seed: int, again: bool) -> None:
    votes, group = drawn(seed)
    if again:
        # some raters meet some clips twice
        rows = np.r_[np.arange(len(group)), np.arange(0, len(group), 5)]
        votes, group = taken(votes, rows), np.roll(group[rows], 7)
    rows = np.flatnonzero(group >= 0)
    kept, side = taken(votes, rows), (group[rows] == 1).astype(int)
    cells = np.eye(4)[kept.cell]
    plain = sm.OLS(kept.vote, np.c_[cells, side]).fit()
    shift = the(votes, group)
    assert shift.difference == pytest.approx(plain.params[-1], abs=1e-12)
    # residuals within cell and side: a constant for each, and the same contrast
    full = np.c_[cells * side[:, None], cells * (1 - side)[:, None]]
    n1, n0 = (cells[side == which].sum(axis=0) for which in (1, 0))
    weight = n1 * n0 / (n1 + n0) / (n1 * n0 / (n1 + n0)).sum()
    contrast = np.r_[weight, -weight]

    def variance(cluster: Ints) -> float:
        fit = sm.OLS(kept.vote, full).fit(
            cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
        )
        return float(contrast @ fit.cov_params() @ contrast)

    video, worker = variance(kept.video), variance(kept.worker)
    pair = variance(kept.video * kept.workers + kept.worker)
    expected = np.sqrt(max(video + worker - pair, video, worker))
    # influences are whole multiples of 2^-30
    assert shift.se == pytest.approx(expected, rel=1e-7)


@given(st.integers(0, 10_000))
def test_the_order_of_the_rows_changes_no_bit(seed: int) -> None:
    votes, group = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(group))
    assert the(taken(votes, order), group[order]) == the(votes, group)


@given(st.integers(0, 10_000))
def test_flipping_every_vote_mirrors_the_difference(seed: int) -> None:
    votes, group = drawn(seed)
    shift = the(votes, group)
    other = the(dataclasses.replace(votes, vote=1 - votes.vote), group)
    assert other.difference == pytest.approx(-shift.difference, abs=1e-12)
    assert other.se == pytest.approx(shift.se, rel=1e-7)


def test_every_vote_twice_is_the_same_evidence() -> None:
    votes, group = drawn(1)
    rows = np.repeat(np.arange(len(group)), 2)
    once, twice = the(votes, group), the(taken(votes, rows), group[rows])
    assert twice.votes == 2 * once.votes
    assert twice.test() == pytest.approx(once.test(), rel=1e-7)


def test_two_groups_mirror_each_other() -> None:
    votes, group = drawn(2)
    late, early = adjusted_shifts(votes, np.minimum(group, 1), (1, 0))
    assert late is not None
    assert early is not None
    assert late.difference == pytest.approx(-early.difference, abs=1e-12)
    assert late.se == pytest.approx(early.se, rel=1e-7)


def test_what_was_shown_makes_no_difference() -> None:
    # group 1 met Real far more often, and judged each system as group 0 did
    rows: list[Row] = []
    group: list[int] = []
    for method, real, sizes in (("Flow", 0.5, (40, 10)), ("Real", 0.9, (10, 40))):
        for side, size in enumerate(sizes):
            for number in range(size):
                vote = int(number < real * size)
                clip, rater = f"v{number % 20}", f"r{number}"
                rows.append(("Dog", method, clip, rater, vote))
                group.append(side)
    shift = the(encode_votes(frame(rows)), np.array(group))
    assert shift.difference == pytest.approx(0, abs=1e-15)


def test_groups_that_share_no_cell_cannot_be_compared() -> None:
    votes, _ = drawn(3)
    assert adjusted_shifts(votes, votes.method, (1,)) == (None,)
    assert adjusted_shifts(votes, np.full(len(votes.vote), -1), (0,)) == (None,)
    nothing = encode_votes(frame([]))
    assert adjusted_shifts(nothing, np.zeros(0, np.int64), (0, 1)) == (None, None)


def test_there_is_no_test_without_clusters_or_variance() -> None:
    shift = Shift(0.1, 0.05, raters=12, clips=30, categories=2, votes=99, effective=8.0)
    assert shift.test() is not None
    few = dataclasses.replace(shift, raters=9)
    assert few.test() is None
    assert few.untested == "few clusters (9 raters, 30 clips): no clustered error"
    alone = dataclasses.replace(shift, effective=1.5)
    assert alone.untested.startswith("one rater or clip outweighs")
    assert dataclasses.replace(shift, se=0.0).untested.startswith("no variance")


def test_the_interval_holds_zero_exactly_where_p_is_above_alpha() -> None:
    shift = Shift(0.1, 0.05, raters=12, clips=30, categories=2, votes=99, effective=8.0)
    low, high, p = shift.test() or (0, 0, 0)
    # t(7): scipy.stats.t.sf(0.1 / (0.05 * sqrt(8 / 7)), 7) * 2 = 0.103552
    assert p == pytest.approx(0.103552, abs=1e-6)
    assert low < 0 < high
    edge_low, edge_high, _ = shift.test(alpha=p) or (1, 1, 1)
    assert edge_low == pytest.approx(0, abs=1e-12)
    assert edge_high == pytest.approx(0.2)
