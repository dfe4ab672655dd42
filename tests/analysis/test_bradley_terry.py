"""Strengths of methods that were compared in pairs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from analysis.pairs import bradley_terry, encode_pairs, fit_strengths
from analysis.pairs.strengths import mm_rounds
from tests.analysis.frames import shared
from tests.analysis.pairs_frames import Row, judged, pairs_frame

WINS = [[0, 7, 8], [3, 0, 6], [2, 4, 0]]
TRUE = {"Flow": 0.4, "Frame": -0.7, "Seq": -0.3, "Real": 0.6}


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


def test_log_strengths_of_the_published_wins(vectors: dict[str, Any]) -> None:
    vector = vectors["bradley_terry_small"]
    wins = np.zeros((3, 3))
    for contest, count in vector["input"]["wins"].items():
        wins[tuple(map(int, contest.split(">")))] = count
    for solver in ("opt", "ilsr"):
        want = vector["output"][solver]
        assert fit_strengths(wins) == pytest.approx(want, rel=1e-5)


def test_shares_of_the_published_wins_after_two_rounds(vectors: dict[str, Any]) -> None:
    """The vector is where crowd-kit 1.4.2 ends, two MM rounds from equal shares.

    Its note calls it the softmax of the log-strengths; that is .597 .245 .158.
    """
    want = vectors["bradley_terry_crowdkit"]["output"]
    got = mm_rounds(WINS, rounds=2)
    assert got == pytest.approx([want[name] for name in "xyz"], rel=1e-5)


def test_many_rounds_end_where_newtons_method_does() -> None:
    theta = fit_strengths(WINS)
    shares = np.exp(theta) / np.exp(theta).sum()
    assert mm_rounds(WINS, rounds=1000) == pytest.approx(shares, rel=1e-9)
    assert shares == pytest.approx([0.597111, 0.245288, 0.157601], rel=1e-5)


def test_expected_wins_equal_the_wins() -> None:
    # the likelihood equations, at random tables of up to six methods
    rng = np.random.default_rng(1)
    for size in (2, 3, 6):
        wins = rng.integers(1, 30, (size, size)) * (1 - np.eye(size))
        theta = fit_strengths(wins)
        chance = 1 / (1 + np.exp(theta[None, :] - theta[:, None]))
        expected = ((wins + wins.T) * chance).sum(axis=1)
        assert expected == pytest.approx(wins.sum(axis=1), rel=1e-8)
        assert theta.sum() == pytest.approx(0, abs=1e-12)


def test_lopsided_wins_still_converge() -> None:
    wins = [[0, 10_000, 0], [1, 0, 10_000], [0, 1, 0]]
    theta = fit_strengths(wins)
    assert np.diff(theta) == pytest.approx([-np.log(10_000)] * 2, rel=1e-6)


def test_known_strengths_are_recovered_within_their_intervals() -> None:
    pairs = encode_pairs(judged(TRUE, videos=150), methods=list(TRUE))
    found = bradley_terry(pairs, replicates=400)
    mean = sum(TRUE.values()) / len(TRUE)
    for each in found.strengths:
        assert each.low is not None
        assert each.high is not None
        assert each.low < TRUE[each.method] - mean < each.high
    assert [each.rank for each in found.strengths] == [2, 4, 3, 1]
    assert sum(each.share or 0 for each in found.strengths) == pytest.approx(1)


def test_ranks_come_with_intervals() -> None:
    alike = encode_pairs(judged({"Flow": 0.0, "Seq": 0.05, "Frame": -3.0}))
    strengths = {each.method: each for each in bradley_terry(alike).strengths}
    assert (strengths["Frame"].rank_low, strengths["Frame"].rank_high) == (3, 3)
    assert (strengths["Flow"].rank_low, strengths["Flow"].rank_high) == (1, 2)


def test_ties_share_the_better_rank() -> None:
    rows: list[Row] = [
        ("Dog", f"v{clip}", "r1", one, other, answer)
        for clip, answer in enumerate(("left", "right"))
        for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    found = bradley_terry(encode_pairs(pairs_frame(rows)))
    assert [each.rank for each in found.strengths] == [1, 1, 1]
    assert found.notes == ("few clusters (1 rater, 2 source videos): no intervals",)
    assert found.strengths[0].low is None


def test_methods_that_never_met_have_no_common_scale() -> None:
    rows: list[Row] = [
        ("Dog", f"v{clip}", "r1", one, other, answer)
        for clip, answer in enumerate(("left", "right"))
        for one, other in (("a", "b"), ("c", "d"))
    ]
    found = bradley_terry(encode_pairs(pairs_frame(rows)))
    assert found.notes == (
        "no chain of comparisons joins [a, b] and [c, d]: no common scale of strength",
    )
    assert [each.strength for each in found.strengths] == [None] * 4
    assert (found.strengths[0].wins, found.strengths[0].votes) == (1, 2)


def test_a_method_that_always_wins_has_no_bound() -> None:
    rows: list[Row] = [("Dog", f"v{clip}", "r", "Flow", "a", "a") for clip in range(3)]
    rows += [("Dog", "v4", "r", "a", "Flow", "Flow")]
    rows += [("Dog", f"v{clip}", "s", "Real", "a", "Real") for clip in range(3)]
    found = bradley_terry(encode_pairs(pairs_frame(rows)))
    [note] = found.notes
    assert note.startswith("Real was chosen in every comparison with the other methods")
    assert found.strengths[-1].strength is None


def test_a_method_nobody_judged_is_left_out() -> None:
    pairs = encode_pairs(judged({"a": 0.0, "b": 0.3}), methods=["z", "a", "b"])
    found = bradley_terry(pairs, replicates=50)
    assert found.notes == ()
    assert [each.strength is None for each in found.strengths] == [True, False, False]


def test_no_pairs_have_no_strengths() -> None:
    found = bradley_terry(encode_pairs(pairs_frame([])))
    assert found.notes == ("no pairs of two methods were judged: no strengths",)


def test_strengths_that_hang_on_few_answers_have_no_intervals() -> None:
    pairs = judged({"Flow": 0.0, "Frame": -9.0}, seed=1)
    first = pairs.index[0]
    worse = "left" if pairs.loc[first, "left"] == "Frame" else "right"
    pairs.loc[first, "chosen"] = worse
    found = bradley_terry(encode_pairs(pairs), replicates=200)
    assert found.lost > 50
    assert found.notes[0].startswith("no intervals: in ")
    assert found.strengths[0].strength is not None


def test_row_order_and_raters_names_change_nothing_and_the_seed_does() -> None:
    pairs = judged(TRUE, videos=20)
    mixed = pairs.sample(frac=1, random_state=1)
    mixed["worker_id"] = "someone " + mixed["worker_id"]
    methods = list(TRUE)
    one, two, other = (
        bradley_terry(encode_pairs(each, methods=methods), replicates=80, seed=seed)
        for each, seed in ((pairs, 1), (mixed, 1), (pairs, 2))
    )
    assert one == two
    assert one.strengths[0].low != other.strengths[0].low
