"""Votes as integers: coded once, summed by counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.votes.frame import Column, Ints, code_frame, first_rows, repeated_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd


@dataclass(frozen=True, slots=True)
class CodedVotes:
    """Votes as aligned integer arrays, one entry per vote.

    ``categories`` and ``methods`` name the codes; the control, if it is among the
    methods, is the last of them. ``vote`` is 1 for judged real, 0 for judged fake.
    ``worker_names`` names the raters' codes. ``repeats`` counts the votes in which a
    rater judges an item again.
    """

    vote: Ints
    category: Ints
    method: Ints
    item: Ints
    video: Ints
    worker: Ints
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    item_ids: tuple[str, ...]
    worker_names: tuple[str, ...]
    videos: int
    workers: int
    control: str | None
    repeats: int

    @property
    def shape(self) -> tuple[int, int]:
        """Return (methods, categories), the shape of arrays with one entry a cell."""
        return len(self.methods), len(self.categories)

    @property
    def cell(self) -> Ints:
        """Return the cell of each vote: method * categories + category."""
        cells: Ints = self.method * len(self.categories) + self.category
        return cells

    def spelling(self, method: str) -> str:
        """Return the method's name as in ``methods``: the control's in any case."""
        if self.control is not None and method.casefold() == self.control.casefold():
            return self.control
        return method

    def item_cells(self) -> Ints:
        """Return the cell of each item."""
        cells: Ints = self.cell[first_rows(self.item, len(self.item_ids))]
        return cells


def encode_votes(
    votes: pd.DataFrame,
    *,
    categories: Sequence[str] | None = None,
    methods: Sequence[str] | None = None,
    control: str = "Real",
) -> CodedVotes:
    """Return the votes of a frame as integers.

    Names stand in the order given; those that only the votes know follow in the order
    of first appearance. The method named ``control`` in any case comes last, under
    the spelling of `methods` or else of its first vote. Raises VotesError as
    `code_frame`.
    """
    ids, vote = code_frame(votes)
    is_control = {
        name: name.casefold() == control.casefold()
        for name in (*(methods or ()), *ids["method"].levels)
    }
    generated = [name for name, real in is_control.items() if not real]
    spelled = next((name for name, real in is_control.items() if real), None)
    method_names = _order(generated, [] if spelled is None else [spelled])
    category_names = _order(categories or (), ids["category"].levels)
    place = {name: code for code, name in enumerate(method_names)}
    targets = [
        place[spelled if spelled is not None and is_control[level] else level]
        for level in ids["method"].levels
    ]
    rows = {name: code for code, name in enumerate(category_names)}
    return CodedVotes(
        vote=vote,
        category=_recode(ids["category"], [rows[n] for n in ids["category"].levels]),
        method=_recode(ids["method"], targets),
        item=ids["item_id"].codes,
        video=ids["source_video"].codes,
        worker=ids["worker_id"].codes,
        categories=category_names,
        methods=method_names,
        item_ids=ids["item_id"].levels,
        worker_names=ids["worker_id"].levels,
        videos=len(ids["source_video"].levels),
        workers=len(ids["worker_id"].levels),
        control=spelled,
        repeats=len(repeated_rows(ids["item_id"], ids["worker_id"])),
    )


def _order(first: Iterable[str], then: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def _recode(column: Column, targets: Sequence[int]) -> Ints:
    codes: Ints = np.array(targets, dtype=np.int64)[column.codes]
    return codes
