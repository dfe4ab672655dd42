"""What must not change the numbers, and what must change them how."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intervals import wilson
from analysis.tables import Cell, judged_real_table
from tests.analysis.frames import Row, cell_rows, frame, spread

CATEGORIES, METHODS = ("Dog", "Drum"), ("Seq", "Flow", "Real")


@st.composite
def votes(draw: st.DrawFn) -> pd.DataFrame:
    """Return up to 300 votes of up to 16 raters on up to 16 videos a category."""
    random = Random(draw(st.integers(0, 2**32)))
    raters, videos = draw(st.integers(1, 16)), draw(st.integers(1, 16))
    keen = draw(st.floats(0, 1))
    rows: list[Row] = []
    for category in CATEGORIES:
        for method in METHODS:
            for video in range(videos):
                for rater in range(raters):
                    if random.random() < 0.3:
                        name, vote = f"{category}{video}", int(random.random() < keen)
                        rows.append((category, method, name, f"r{rater}", vote))
    return frame(rows)


def numbers(frame: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    table = judged_real_table(frame)
    return {(cell.category, cell.method): cell for cell in table.cells}


@given(votes(), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rows_changes_no_bit(votes: pd.DataFrame, seed: int) -> None:
    assert numbers(votes) == numbers(votes.sample(frac=1, random_state=seed))


@given(votes())
@settings(max_examples=25, deadline=None)
def test_other_names_for_raters_videos_and_items_change_no_bit(
    votes: pd.DataFrame,
) -> None:
    named = votes.copy()
    for column in ("worker_id", "source_video", "item_id"):
        named[column] = [f"Ω {name[::-1]}" for name in votes[column]]
    assert numbers(votes) == numbers(named)


@given(votes())
@settings(max_examples=25, deadline=None)
def test_the_order_of_methods_and_categories_changes_no_bit(
    votes: pd.DataFrame,
) -> None:
    table = judged_real_table(
        votes, categories=CATEGORIES[::-1], methods=["Flow", "Real", "Seq"]
    )
    assert table.methods == ("Flow", "Seq", "Real")
    again = {(cell.category, cell.method): cell for cell in table.cells}
    known = numbers(votes)
    assert {key: again[key] for key in known} == known


@given(votes())
@settings(max_examples=25, deadline=None)
def test_every_vote_twice_leaves_shares_and_clustered_intervals_exactly(
    votes: pd.DataFrame,
) -> None:
    once, twice = numbers(votes), numbers(pd.concat([votes, votes]))
    for key, cell in once.items():
        both = twice[key]
        assert both.total == 2 * cell.total
        assert (both.rate, both.se_twoway, both.deff) == (
            cell.rate,
            cell.se_twoway,
            cell.deff,
        )
        assert both.interval == cell.interval


def test_every_vote_twice_narrows_an_interval_of_independent_votes() -> None:
    low, high = wilson([239, 478], [384, 768])
    assert (high[0] - low[0]) / (high[1] - low[1]) == pytest.approx(
        math.sqrt(2), rel=0.01
    )


@given(votes())
@settings(max_examples=25, deadline=None)
def test_turning_every_vote_round_mirrors_shares_and_intervals(
    votes: pd.DataFrame,
) -> None:
    there, back = numbers(votes), numbers(votes.assign(vote=1 - votes["vote"]))
    for key, cell in there.items():
        mirror = back[key]
        if cell.rate is None or cell.interval is None:
            assert mirror == cell
            continue
        assert mirror.rate == 1 - cell.rate
        assert mirror.interval is not None
        assert mirror.interval.low == pytest.approx(1 - cell.interval.high, abs=1e-12)
        assert mirror.interval.high == pytest.approx(1 - cell.interval.low, abs=1e-12)


@given(votes())
@settings(max_examples=25, deadline=None)
def test_the_totals_are_the_votes(votes: pd.DataFrame) -> None:
    table = judged_real_table(votes)
    assert sum(cell.total for cell in table.average) == len(votes)
    assert sum(cell.judged_real for cell in table.average) == votes["vote"].sum()
    for cell in table.cells:
        if cell.interval is not None:
            assert 0 <= cell.interval.low <= cell.interval.high <= 1


def test_cutting_the_work_into_blocks_changes_no_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        row
        for category in CATEGORIES
        for method in METHODS
        for row in cell_rows(category, method, spread(29, 15))
    ]
    whole = judged_real_table(frame(rows))
    monkeypatch.setattr("analysis.intervals.moments.BLOCK", 30)
    monkeypatch.setattr("analysis.intervals.samples.BLOCK", 1)
    assert judged_real_table(frame(rows)) == replace(whole)
