"""Which interval a cell gets when the usual one cannot be had."""

from __future__ import annotations

import math

import pytest

from analysis.intervals import clopper_pearson, wilson
from analysis.tables import Cell, JudgedRealTable, judged_real_table
from tests.analysis.frames import Row, cell_rows, frame, spread


def only(table: JudgedRealTable) -> Cell:
    return table.rows[0][0]


def bounds(cell: Cell) -> tuple[float, float]:
    assert cell.interval is not None
    return cell.interval.low, cell.interval.high


def test_a_share_of_one_takes_wilson_on_effective_votes() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [3] * 40),
        *cell_rows("Rain", "Flow", [3] * 20 + [0] * 20),
        *cell_rows("Drum", "Flow", [3] * 10 + [0] * 30),
    ]
    table = judged_real_table(frame(rows))
    effects = sorted(table.cell(c, "Flow").deff or 0 for c in ("Rain", "Drum"))
    effect = sum(effects) / 2
    low, high = wilson(120 / effect, 120 / effect)
    cell = only(table)
    # one video's votes all agree there: three votes are worth one
    assert effect == pytest.approx(3, rel=0.2)
    assert bounds(cell) == pytest.approx((float(low), float(high)))
    assert cell.notes[0].startswith("no variance to estimate: Wilson on")
    assert (cell.pct, cell.deff) == ("100.00", None)


def test_without_other_cells_the_effective_votes_are_the_votes() -> None:
    cell = only(judged_real_table(frame(cell_rows("Dog", "Flow", [0] * 40))))
    # statsmodels 0.15.0: proportion_confint(0, 120, method="wilson")
    assert bounds(cell) == pytest.approx((0, 0.0310195), abs=1e-6)


def test_shares_equal_in_every_cluster_leave_no_variance() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", f"v{video}", f"r{rater}", (video + rater) % 2)
        for video in range(12)
        for rater in range(12)
    ]
    cell = only(judged_real_table(frame(rows)))
    assert cell.se_twoway == 0
    low, high = wilson(72, 144)
    assert bounds(cell) == pytest.approx((float(low), float(high)))


def test_a_single_rater_is_few_clusters() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", f"v{video}", "r", int(video < 8)) for video in range(20)
    ]
    cell = only(judged_real_table(frame(rows)))
    assert bounds(cell) == pytest.approx(
        tuple(float(bound) for bound in clopper_pearson(8, 20))
    )
    assert "few clusters (1 rater, 20 source videos)" in cell.notes[0]
    assert cell.interval is not None
    assert cell.interval.method.startswith("few clusters")


def test_a_single_video_is_few_clusters() -> None:
    rows: list[Row] = [("Dog", "Flow", "v", f"r{n}", int(n < 30)) for n in range(40)]
    cell = only(judged_real_table(frame(rows)))
    # scipy 1.17.1: binomtest(1, 1).proportion_ci() gives (0.025, 1)
    assert bounds(cell) == pytest.approx((0.025, 1))
    assert "1 of 1 real" in cell.notes[0]


def test_tied_videos_widen_an_interval_of_few_clusters_to_both_sides() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", f"v{video}", f"r{rater}", int(video < 3 or rater == video < 5))
        for video in range(9)
        for rater in (video, video + 10)
    ]
    cell = only(judged_real_table(frame(rows)))
    low, _ = clopper_pearson(3, 9)
    _, high = clopper_pearson(5, 9)
    assert bounds(cell) == pytest.approx((float(low), float(high)))
    assert "3 of 9 real, 2 tied" in cell.notes[0]


def test_an_interval_of_few_clusters_holds_the_share_it_stands_beside() -> None:
    # one in three on each of 100 videos: no majority is "real", a third of votes is
    rows = cell_rows("Dog", "Flow", [1] * 100, raters=3)
    cell = only(judged_real_table(frame(rows)))
    assert bounds(cell) == pytest.approx((0, 1 / 3))
    assert cell.notes[0].endswith("0 of 100 real; widened to hold the share")


def test_one_video_per_category_leaves_an_average_few_clusters() -> None:
    rows = [r for n in range(15) for r in cell_rows(f"c{n}", "Flow", [n % 4], raters=9)]
    rows = [(c, m, v, f"{c}{r}", vote) for c, m, v, r, vote in rows]
    (average,) = judged_real_table(frame(rows)).average
    assert average.videos == 15
    assert average.interval is not None
    assert average.interval.method.startswith("few clusters")


def test_intervals_of_independent_votes_can_be_asked_for() -> None:
    votes = frame(
        [
            *cell_rows("Dog", "Flow", spread(40, 30)),
            *cell_rows("Rain", "Flow", spread(11, 10)),
        ]
    )
    for kind, function in (("wilson", wilson), ("cp", clopper_pearson)):
        table = judged_real_table(votes, interval=kind)  # type: ignore[arg-type]
        low, high = function(40, 90)
        assert bounds(only(table)) == pytest.approx((float(low), float(high)))
        # a mean of 90 and 30 votes is as sure as one of 4 / (1/90 + 1/30) = 90
        mean = (40 / 90 + 11 / 30) / 2
        low, high = function(mean * 90, 90)
        assert bounds(table.average[0]) == pytest.approx((float(low), float(high)))


def test_a_smaller_alpha_widens_every_interval() -> None:
    votes = frame(cell_rows("Dog", "Flow", spread(70, 40)))
    wide, narrow = (
        bounds(only(judged_real_table(votes, alpha=alpha))) for alpha in (0.01, 0.1)
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize("alpha", [0, 1, -0.05, 95, float("nan")])
def test_an_alpha_outside_0_and_1_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha is"):
        judged_real_table(frame([]), alpha=alpha)


def test_an_unknown_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of twoway, wilson, cp"):
        judged_real_table(frame([]), interval="jackknife")  # type: ignore[arg-type]


def in_both(clips: int) -> JudgedRealTable:
    """Return votes on clips that are shown in two categories alike."""
    rows: list[Row] = [
        (category, "Flow", f"v{clip}", f"r{(7 * clip + seat) % 30}", int(seat < real))
        for category in ("Dog", "Rain")
        for clip, real in enumerate(spread(2 * clips, clips))
        for seat in range(3 + clip % 2)
    ]
    votes = frame(rows)
    return judged_real_table(
        votes.assign(item_id=votes["category"] + votes["source_video"])
    )


def test_a_clip_in_two_categories_is_one_clip_of_their_average() -> None:
    average = in_both(12).average[0]
    assert average.videos == 12
    assert average.interval is not None
    assert average.rate is not None
    assert average.se_twoway is not None
    # Student's t on 11 degrees: 2.201 in any table of its 97.5 % quantiles
    share = float(average.rate)
    scale = share * (1 - share)
    half = 2.20099 * math.sqrt(12 / 11) * average.se_twoway / scale
    centre = math.log(share / (1 - share))
    low, high = (1 / (1 + math.exp(-(centre + end))) for end in (-half, half))
    assert bounds(average) == pytest.approx((low, high), abs=1e-6)


def test_few_clips_in_two_categories_have_their_labels_in_each() -> None:
    average = in_both(9).average[0]
    assert average.notes[0].startswith("few clusters (24 raters, 9 source videos)")
    assert "of 18 real" in average.notes[0]
