from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals import sample_cells
from analysis.quality import leave_one_out
from analysis.votes import CodedVotes, encode_votes
from tests.analysis.frames import Row, cell_rows, frame

if TYPE_CHECKING:
    from fractions import Fraction

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Dog", "Rain"]),
        st.sampled_from(["Flow", "Real"]),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 1),
    ),
    max_size=25,
)


def without(votes: CodedVotes, worker: int) -> CodedVotes:
    keep = votes.worker != worker
    arrays = ("vote", "category", "method", "item", "video", "worker")
    return dataclasses.replace(
        votes, **{name: getattr(votes, name)[keep] for name in arrays}
    )


def averages(votes: CodedVotes) -> list[Fraction | None]:
    return [sample.rate if sample else None for sample in sample_cells(votes).averages]


@given(ROWS)
def test_the_shift_is_the_largest_of_tables_made_anew(
    plain: list[tuple[str, str, int, int, int]],
) -> None:
    rows: list[Row] = [
        (category, method, f"{category}{video}", f"r{rater}", vote)
        for category, method, video, rater, vote in plain
    ]
    votes = encode_votes(frame(rows))
    found = {line.method: line for line in leave_one_out(votes)}
    whole = averages(votes)
    for code, method in enumerate(votes.methods):
        average = whole[code]
        assert average is not None
        # raters who did not judge the method do not shift it either
        judged = np.unique(votes.worker[votes.method == code])
        again = [(w, averages(without(votes, int(w)))[code]) for w in judged]
        shifts = {int(w): rate - average for w, rate in again if rate is not None}
        if not shifts:
            assert method not in found
            continue
        line = found[method]
        largest = max(abs(shift) for shift in shifts.values())
        assert abs(line.shift) == pytest.approx(float(largest), abs=1e-12)
        worker = votes.worker_names.index(line.worker)
        assert line.average == pytest.approx(float(average))
        assert line.shift == pytest.approx(float(shifts[worker]), abs=1e-12)
        assert line.shifted == pytest.approx(float(average + shifts[worker]))


def test_of_raters_who_shift_it_alike_the_first_by_name_is_told() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", f"v{video}", name, vote)
        for name, vote in (("z", 1), ("b", 0), ("a", 0), ("y", 1))
        for video in range(3)
    ]
    for order in (rows, rows[::-1]):
        assert [s.worker for s in leave_one_out(encode_votes(frame(order)))] == ["a"]


def test_a_method_of_one_rater_or_without_votes_has_no_line() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", "v1", "r1", 1),
        *cell_rows("Dog", "Real", [1, 2]),
    ]
    votes = encode_votes(frame(rows), methods=["Seq", "Flow"])
    assert [line.method for line in leave_one_out(votes)] == ["Real"]
    assert leave_one_out(encode_votes(frame([]))) == ()


def test_a_category_only_the_rater_judged_drops_out_of_the_average() -> None:
    # Dog 1/2 by two raters, Rain 1 by r1 alone: without r1 the average is Dog's 0
    rows: list[Row] = [
        ("Dog", "Flow", "v1", "r1", 1),
        ("Dog", "Flow", "v1", "r2", 0),
        ("Rain", "Flow", "v2", "r1", 1),
    ]
    (line,) = leave_one_out(encode_votes(frame(rows)), average="Mean")
    assert (line.average, line.worker, line.shifted) == (0.75, "r1", 0)
    assert line.row == "Mean"


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_other_names_do_not_turn_the_shift_of_raters_who_move_it_as_far(
    names: tuple[str, str],
) -> None:
    rows: list[Row] = [("Dog", "Flow", "v", names[vote], vote) for vote in (0, 1)]
    (told,) = leave_one_out(encode_votes(frame(rows)))
    assert (told.average, told.shifted, told.worker) == (0.5, 1.0, names[0])
