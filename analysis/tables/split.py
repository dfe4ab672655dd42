"""One table for each value of a further column, such as who recruited the rater."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.tables.build import average_label, judged_real_table
from analysis.votes import VotesError

if TYPE_CHECKING:
    import pandas as pd

    from analysis.tables.record import JudgedRealTable

MOST_PARTS = 50
NO_VALUE = "(none)"


@dataclass(frozen=True, slots=True)
class SplitTable:
    """The table of all votes, and one for each value of ``column``.

    ``summary`` has a row per value: the average row of its part; its last row is the
    average row of all votes.
    """

    column: str
    whole: JudgedRealTable
    summary: JudgedRealTable
    parts: tuple[tuple[str, JudgedRealTable], ...]


def split_table(
    votes: pd.DataFrame, column: str, *, whole: JudgedRealTable
) -> SplitTable:
    """Return the parts of ``whole``, which is the table of the same votes.

    Parts have the same rows, columns and kind of interval; a plan is kept for the
    whole only. Votes without a value form a part of their own. Raises VotesError for a
    column that is not there, is the vote itself or has more than 50 values.
    """
    keys = _keys(votes, column)
    values = sorted(keys.unique())
    if len(values) > MOST_PARTS:
        message = (
            f"column {column!r} has {len(values):,} values: choose one with at most "
            f"{MOST_PARTS}"
        )
        raise VotesError("votes", [message])
    parts = tuple((value, _part(votes[keys == value], whole)) for value in values)
    return SplitTable(column, whole, _summary(column, whole, parts), parts)


def _keys(votes: pd.DataFrame, column: str) -> pd.Series:
    """Return the values of a column as words, one per vote."""
    if column == "vote":
        message = "vote is what is counted: split by another column"
        raise VotesError("votes", [message])
    if column not in votes.columns:
        found = ", ".join(str(name) for name in votes.columns)
        raise VotesError("votes", [f"no column {column!r}; there are: {found}"])
    values = votes[column]
    words = values.astype(str).str.strip()
    return words.where(values.notna() & (words != ""), NO_VALUE)


def _part(votes: pd.DataFrame, whole: JudgedRealTable) -> JudgedRealTable:
    return judged_real_table(
        votes,
        categories=whole.categories,
        methods=whole.methods,
        control=whole.control or "Real",
        alpha=whole.alpha,
        interval=whole.kind,
        seed=whole.seed,
        replicates=whole.replicates,
    )


def _summary(
    column: str, whole: JudgedRealTable, parts: tuple[tuple[str, JudgedRealTable], ...]
) -> JudgedRealTable:
    values = tuple(value for value, _ in parts)
    last = average_label(values, "All")
    notes = [f"{value}: {note}" for value, part in parts for note in part.notes]
    return replace(
        whole,
        categories=values,
        rows=tuple(
            tuple(replace(cell, category=value) for cell in part.average)
            for value, part in parts
        ),
        average=tuple(replace(cell, category=last) for cell in whole.average),
        notes=(*notes, "A difference between rows is not tested here."),
        head=column.capitalize(),
        caption=f"Every row: mean of the categories' shares; {last}: of all votes.",
        counts=True,
    )
