"""The schema of the pairs frame and the search for its faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.votes.frame import (
    Column,
    Findings,
    Ints,
    VotesError,
    code_column,
    find_contradictions,
    find_empties,
    find_repeats,
    missing_columns,
    raise_faults,
)
from analysis.votes.names import lookalikes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

PAIR_IDS = ("item_id", "category", "source_video", "worker_id", "left", "right")
PAIR_COLUMNS = (*PAIR_IDS, "chosen")
QUESTION = "question"
# what a column or an answer may be called where one clip comes after the other
SIDES = {"left": 0, "first": 0, "right": 1, "second": 1}
ALIASES = {"first": "left", "second": "right"}

_RULE = "an item is one pair of clips of one source video in one category"


@dataclass(frozen=True, slots=True)
class CodedPairs:
    """The columns of a pairs frame as codes.

    ``methods``: names of the codes in ``left`` and ``right``; ``chosen``: 0 where the
    left clip was chosen, 1 where the right one was. ``question`` is None where the
    frame has no such column.
    """

    ids: Mapping[str, Column]
    left: Ints
    right: Ints
    methods: tuple[str, ...]
    chosen: Ints
    question: Column | None

    def asked(self) -> Column:
        """Return what a rater answers once: the item, or the question on it."""
        item = self.ids["item_id"]
        if self.question is None:
            return item
        width = len(self.question.levels)
        both = np.where(
            (item.codes >= 0) & (self.question.codes >= 0),
            item.codes * width + self.question.codes,
            -1,
        )
        kinds, codes = np.unique(both, return_inverse=True)
        names = [
            f"{item.levels[kind // width]} ({self.question.levels[kind % width]})"
            for kind in kinds.tolist()
            if kind >= 0
        ]
        return Column(codes.reshape(-1) - int((kinds < 0).any()), tuple(names))


def code_pairs(
    ids: Mapping[str, Column], chosen: Column, question: Column | None
) -> CodedPairs:
    """Return the columns coded together; an answer that is none becomes -1."""
    left, right = ids["left"], ids["right"]
    names: dict[str, int] = {}
    # in the order of first appearance, the left clip of a row before the right one
    first = np.full((2, max(len(left.levels), len(right.levels))), -1)
    for side, column in enumerate((left, right)):
        known = np.flatnonzero(column.codes >= 0)[::-1]
        first[side, column.codes[known]] = 2 * known + side
    appearances = sorted(
        (int(first[side, code]), level)
        for side, column in enumerate((left, right))
        for code, level in enumerate(column.levels)
        if first[side, code] >= 0
    )
    for _, level in appearances:
        names.setdefault(level, len(names))
    sides = [
        np.array([*(names.get(level, -1) for level in column.levels), -1])[column.codes]
        for column in (left, right)
    ]
    methods = tuple(names)
    return CodedPairs(
        ids, sides[0], sides[1], methods, _chosen(chosen, methods, sides), question
    )


def _chosen(chosen: Column, methods: tuple[str, ...], sides: list[Ints]) -> Ints:
    """Return the side chosen, from its name or that of the method shown there."""
    words = [level.strip().casefold() for level in chosen.levels]
    by_side = np.array([*(SIDES.get(word, -1) for word in words), -1])[chosen.codes]
    place = {method.casefold(): code for code, method in enumerate(methods)}
    method = np.array([*(place.get(word, -2) for word in words), -2])[chosen.codes]
    by_name = np.where(method == sides[0], 0, np.where(method == sides[1], 1, -1))
    answers: Ints = np.where(by_side >= 0, by_side, by_name).astype(np.int64)
    return answers


def find_pair_faults(pairs: CodedPairs, chosen: Column) -> list[Findings]:
    """Return empty ids, pairs of one method, answers that are none, contradictions."""
    item = pairs.ids["item_id"]
    names = pairs.methods
    complete = (pairs.left >= 0) & (pairs.right >= 0)

    def shown(row: int) -> tuple[str, str]:
        return names[pairs.left[row]], names[pairs.right[row]]

    questions = [] if pairs.question is None else [pairs.question]
    return [
        *(find_empties(column, name) for name, column in pairs.ids.items()),
        *(find_empties(column, QUESTION) for column in questions),
        Findings(
            np.flatnonzero(complete & (pairs.left == pairs.right)),
            lambda row: (
                f"left and right are both {shown(row)[0]!r}: a pair shows two methods"
            ),
        ),
        Findings(
            np.flatnonzero(complete & (pairs.chosen < 0)),
            lambda row: (
                f"chosen is {chosen.name(row)!r}: write left or right, or the method "
                f"chosen, {shown(row)[0]!r} or {shown(row)[1]!r}"
            ),
        ),
        *(
            find_contradictions(item, pairs.ids[name], name, rule=_RULE)
            for name in ("category", "source_video")
        ),
        find_contradictions(item, _contest(pairs, complete), "the pair", rule=_RULE),
    ]


def _contest(pairs: CodedPairs, complete: np.ndarray) -> Column:
    """Return the two methods of each row, whichever stood left."""
    size = max(1, len(pairs.methods))
    low, high = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    code = np.where(complete, low * size + high, -1)
    kinds, codes = np.unique(code, return_inverse=True)
    names = [
        f"{pairs.methods[kind // size]} and {pairs.methods[kind % size]}"
        for kind in kinds.tolist()
        if kind >= 0
    ]
    return Column(codes.reshape(-1) - int((kinds < 0).any()), tuple(names))


def find_pair_names(pairs: CodedPairs) -> list[Findings]:
    """Return names that cannot be told apart, or from a side."""
    names = [lookalikes(pairs.ids["category"], "category")]
    both = Column(np.ravel((pairs.left, pairs.right), order="F"), pairs.methods)
    twins = lookalikes(both, "method")
    side = np.array([name.casefold() in SIDES for name in pairs.methods] + [False])
    return [
        *names,
        Findings(twins.rows // 2, lambda row: _twin(twins, row)),
        Findings(
            np.flatnonzero(side[pairs.left] | side[pairs.right]),
            lambda _: (
                "a method is named like a side (left, right, first, second): the "
                "answers would mean two things; rename it"
            ),
        ),
    ]


def _twin(twins: Findings, row: int) -> str:
    return twins.tell(int(twins.rows[twins.rows // 2 == row][0]))


def code_pairs_frame(frame: pd.DataFrame, *, source: str = "pairs") -> CodedPairs:
    """Return the coded columns of a pairs frame, free of contradictions.

    Columns: `PAIR_COLUMNS`, and ``question`` where several were asked. Raises one
    VotesError that lists the faults, rows counted from 0; a rater's second answer on
    an item is none here. A frame without rows needs no columns.
    """
    if frame.empty:
        none = Column(np.zeros(0, np.int64), ())
        return code_pairs(dict.fromkeys(PAIR_IDS, none), none, None)
    missing = missing_columns(map(str, frame.columns), PAIR_COLUMNS)
    if missing:
        needed = ", ".join(PAIR_COLUMNS)
        message = f"has no column {', '.join(missing)}; needed: {needed}"
        raise VotesError(source, [message])
    ids = {name: code_column(frame[name]) for name in PAIR_IDS}
    chosen = code_column(frame["chosen"])
    question = code_column(frame[QUESTION]) if QUESTION in frame.columns else None
    coded = code_pairs(ids, chosen, question)
    faults = [*find_pair_faults(coded, chosen), *find_pair_names(coded)]
    raise_faults(source, faults, ("row", int))
    return coded


def find_pair_repeats(pairs: CodedPairs) -> Findings:
    """Return the answers in which a rater judges an item again."""
    return find_repeats(pairs.asked(), pairs.ids["worker_id"])
