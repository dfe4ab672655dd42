"""Finding the real clip of two: shares, tests, d' and sides."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.intervals import sample_cells
from analysis.pairs import encode_pairs, preferences, side_balance, two_afc
from analysis.pairs.shares import binomial_p, dprime
from analysis.votes import encode_votes
from tests.analysis.frames import frame
from tests.analysis.pairs_frames import Row, judged, pairs_frame

STRENGTHS = {"Flow": 0.0, "Frame": -0.6, "Real": 0.8}


def test_a_share_is_that_of_votes_on_the_control() -> None:
    """The same answers as votes of one method: choosing the real clip is a 1."""
    pairs = judged(STRENGTHS)
    found = two_afc(encode_pairs(pairs, methods=list(STRENGTHS)))
    assert [(each.one, each.other) for each in found[::3]] == [
        ("Real", "Flow"),
        ("Real", "Frame"),
    ]
    met = pairs[(pairs["left"] == "Flow") | (pairs["right"] == "Flow")]
    met = met[(met["left"] == "Real") | (met["right"] == "Real")]
    chosen = np.where(met["chosen"] == "left", met["left"], met["right"])
    columns = (met["category"], met["source_video"], met["worker_id"], chosen)
    votes = frame(
        (category, "Flow", video, rater, int(name == "Real"))
        for category, video, rater, name in zip(*columns, strict=True)
    )
    samples = sample_cells(encode_votes(votes))
    for share, sample in zip(
        found[:3], (*samples.cells[0], samples.averages[0]), strict=True
    ):
        assert sample is not None
        assert share.share == pytest.approx(float(sample.rate))
        assert (share.workers, share.videos) == (sample.workers, sample.videos)
    assert found[2].row == "Average"


def test_p_is_below_alpha_just_where_half_is_outside() -> None:
    for seed in range(6):
        strengths = {"Flow": 0.0, "Real": 0.05 * seed}
        for alpha in (0.05, 0.3):
            [*_, row] = two_afc(encode_pairs(judged(strengths, seed=seed)), alpha=alpha)
            assert row.p_clustered is not None
            assert row.low is not None
            assert row.high is not None
            assert (row.p_clustered < alpha) == (not row.low < 0.5 < row.high)


def test_the_binomial_test_is_that_of_scipy() -> None:
    from scipy import stats

    for successes, trials in ((0, 1), (5, 10), (60, 100), (3, 17), (17, 17)):
        want = stats.binomtest(successes, trials, 0.5).pvalue
        assert binomial_p(successes, trials) == pytest.approx(want)
    assert binomial_p(0, 0) is None


def test_dprime_of_a_share_and_of_its_bounds() -> None:
    # 41.50 % fooled: sqrt(2) z(.585) = .303634
    assert dprime(0.585) == pytest.approx(0.303634, rel=1e-5)
    assert (dprime(0.5), dprime(0.0), dprime(1.0)) == (0, None, None)
    row = two_afc(encode_pairs(judged(STRENGTHS)))[2]
    assert row.fooled == pytest.approx(1 - (row.share or 0))
    assert row.fooled_bounds == pytest.approx((1 - (row.high or 0), 1 - (row.low or 0)))
    assert row.dprime_low is not None
    assert row.dprime is not None
    assert row.dprime_high is not None
    assert row.dprime_low < row.dprime < row.dprime_high


def test_a_liking_for_the_left_is_seen_and_adjusted_for() -> None:
    pairs = judged({"Flow": 0.0, "Real": 0.0}, left_bias=1.2, videos=200)
    # the real clip stands left in three quarters of what is kept
    at_left = pairs["left"] == "Real"
    kept = pairs[at_left | (np.arange(len(pairs)) % 3 == 0)]
    coded = encode_pairs(kept)
    row = two_afc(coded)[-1]
    assert row.share is not None
    assert row.adjusted is not None
    assert row.share > 0.55
    assert row.adjusted == pytest.approx(0.5, abs=0.04)
    assert row.dprime_adjusted == pytest.approx(0, abs=0.2)
    balance = side_balance(coded)
    assert balance.share is not None
    assert balance.p_clustered is not None
    # e^1.2 / (1 + e^1.2) = .769
    assert balance.share == pytest.approx(0.769, abs=0.04)
    assert balance.p_clustered < 1e-6


def test_the_adjusted_dprime_is_that_of_hits_and_false_alarms() -> None:
    # hit: "left" with the real clip left; false alarm: "left" with it right;
    # (z(H) - z(F)) / sqrt(2) with H = 3/4 and F = 1/2
    rows: list[Row] = [
        ("Dog", f"v{number}", f"r{number}", *sides, answer)
        for number, (sides, answer) in enumerate(
            [(("Real", "Flow"), a) for a in ("left", "left", "left", "right")]
            + [(("Flow", "Real"), a) for a in ("left", "right")]
        )
    ]
    row = two_afc(encode_pairs(pairs_frame(rows)))[-1]
    assert row.dprime_adjusted == pytest.approx(0.6744898 / math.sqrt(2) * 1)
    assert (row.sides.one_left, row.sides.chosen_left, row.sides.chosen) == (4, 3, 4)


def test_one_side_only_cannot_be_adjusted() -> None:
    rows: list[Row] = [
        ("Dog", f"v{number}", f"r{number}", "Real", "Flow", "left")
        for number in range(12)
    ]
    row = two_afc(encode_pairs(pairs_frame(rows)))[-1]
    assert (row.adjusted, row.dprime, row.dprime_adjusted) == (None, None, None)
    assert "Real stood on one side only" in row.note
    assert "d' has no bound" in row.note
    assert row.low is not None
    assert row.low < 1


def test_generated_methods_are_compared_without_a_dprime() -> None:
    coded = encode_pairs(judged(STRENGTHS), methods=list(STRENGTHS))
    rows = preferences(coded)
    assert {(row.one, row.other, row.dprime) for row in rows} == {
        ("Flow", "Frame", None)
    }
    assert rows[-1].share is not None
    assert rows[-1].share > 0.5
    assert len(two_afc(coded)) == 6


def test_swapping_the_sides_changes_only_what_is_said_of_sides() -> None:
    pairs = judged(STRENGTHS)
    turned = pairs.rename(columns={"left": "right", "right": "left"})
    turned["chosen"] = turned["chosen"].map({"left": "right", "right": "left"})
    methods = list(STRENGTHS)
    for one, two in zip(
        two_afc(encode_pairs(pairs, methods=methods)),
        two_afc(encode_pairs(turned, methods=methods)),
        strict=True,
    ):
        assert (one.share, one.low, one.high) == (two.share, two.low, two.high)
        assert one.adjusted == pytest.approx(two.adjusted)
        assert one.sides.left == two.sides.votes - two.sides.left


def test_no_control_and_no_pairs_have_nothing_to_find() -> None:
    assert two_afc(encode_pairs(judged({"Flow": 0, "Frame": 0}))) == ()
    empty = encode_pairs(pairs_frame([]))
    assert (two_afc(empty), preferences(empty)) == ((), ())
    assert side_balance(empty).note == "no votes"
