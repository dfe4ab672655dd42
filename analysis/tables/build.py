"""From votes to the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analysis.intervals import (
    KINDS,
    Bootstrap,
    Interval,
    Kind,
    Sample,
    bootstrap_cells,
    choose_intervals,
    method_name,
    sample_cells,
)
from analysis.tables.completeness import PlannedItems, completeness, planned_cells
from analysis.tables.record import Cell, JudgedRealTable
from analysis.votes import CodedVotes, counted, encode_votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.votes.frame import Ints


def judged_real_table(  # noqa: PLR0913 - the settings of one table, all by keyword
    votes: pd.DataFrame,
    *,
    categories: Sequence[str] | None = None,
    methods: Sequence[str] | None = None,
    control: str = "Real",
    alpha: float = 0.05,
    votes_per_item: int | None = None,
    planned_items: PlannedItems | None = None,
    interval: Kind = "twoway",
    seed: int = 0,
    replicates: int = 2000,
) -> JudgedRealTable:
    """Return the table of a votes frame (columns: see `analysis.votes.COLUMNS`).

    ``categories`` and ``methods`` fix the order and may name some without votes; the
    method named ``control``, in any case, stands last. ``planned_items`` is how many
    items the study has, or each item's (category, method) by its id; with
    ``votes_per_item`` the table then says what is missing. ``interval`` is twoway,
    wilson, cp or bootstrap, at level 1 - ``alpha``; the last draws ``replicates`` from
    ``seed``.

    A frame without rows gives a table without votes. Raises VotesError for votes that
    cannot be analysed and ValueError for an alpha outside (0, 1).
    """
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: it lies between 0 and 1, such as 0.05"
        raise ValueError(message)
    if interval not in KINDS:
        message = f"interval is {interval!r}: choose one of {', '.join(KINDS)}"
        raise ValueError(message)
    if isinstance(planned_items, Mapping):
        # a study's plan names its categories and methods before anyone has voted
        cells = planned_items.values()
        categories = [*(categories or ()), *(category for category, _ in cells)]
        methods = [*(methods or ()), *(method for _, method in cells)]
    coded = encode_votes(votes, categories=categories, methods=methods, control=control)
    planned = planned_cells(coded, votes_per_item=votes_per_item, planned=planned_items)
    drawn = (
        bootstrap_cells(coded, replicates=replicates, seed=seed, alpha=alpha)
        if interval == "bootstrap"
        else None
    )
    columns = _columns(_count(coded, planned), interval, alpha, drawn)
    table = JudgedRealTable(
        categories=coded.categories,
        methods=coded.methods,
        control=coded.control,
        rows=tuple(
            tuple(cells[row] for cells, _ in columns)
            for row in range(len(coded.categories))
        ),
        average=tuple(mean for _, mean in columns),
        votes=len(coded.vote),
        items=len(coded.item_ids),
        raters=coded.workers,
        videos=coded.videos,
        kind=interval,
        alpha=alpha,
        seed=seed,
        replicates=replicates,
        completeness=completeness(
            coded, votes_per_item=votes_per_item, planned=planned_items
        ),
    )
    return replace(table, notes=tuple(_notes(coded, table, control)))


@dataclass(frozen=True, slots=True)
class _Counts:
    """Whole numbers of every cell, as (method, category) lists."""

    coded: CodedVotes
    real: list[list[int]]
    votes: list[list[int]]
    items: list[list[int]]
    # twice the items judged real by most of their raters, plus the ties
    majorities: list[list[int]]
    planned: dict[tuple[str, str], int]

    def cell(
        self, method: int, row: int, sample: Sample | None, interval: Interval | None
    ) -> Cell:
        name, category = self.coded.methods[method], self.coded.categories[row]
        planned = self.planned.get((category, name))
        if sample is None:
            return Cell(category, name, planned=planned, notes=("no votes",))
        return _cell(
            Cell(
                category,
                name,
                judged_real=self.real[method][row],
                total=self.votes[method][row],
                items=self.items[method][row],
                majority_rate=Fraction(
                    self.majorities[method][row], 2 * self.items[method][row]
                ),
                planned=planned,
            ),
            sample,
            interval,
        )

    def mean(
        self, cells: Sequence[Cell], sample: Sample | None, interval: Interval | None
    ) -> Cell:
        label = average_label(self.coded.categories)
        wanted = [cell.planned for cell in cells if cell.planned is not None]
        planned = sum(wanted) if wanted else None
        method = cells[0].method if cells else ""
        if sample is None:
            return Cell(label, method, planned=planned, notes=("no votes",))
        shares = [c.majority_rate for c in cells if c.majority_rate is not None]
        total = Cell(
            label,
            method,
            judged_real=sum(cell.judged_real for cell in cells),
            total=sum(cell.total for cell in cells),
            items=sum(cell.items for cell in cells),
            majority_rate=sum(shares, Fraction()) / len(shares),
            planned=planned,
        )
        return _cell(total, sample, interval)


def average_label(names: Sequence[str], label: str = "Average") -> str:
    """Return the name of the last row, which no other row has."""
    while label in names:
        label += " of all"
    return label


def _cell(counts: Cell, sample: Sample, interval: Interval | None) -> Cell:
    notes = [interval.note] if interval and interval.note else []
    if counts.is_partial:
        notes.append(f"{counts.total} of {counts.planned} votes")
    return replace(
        counts,
        workers=sample.workers,
        videos=sample.videos,
        rate=sample.rate,
        interval=interval,
        se_binomial=sample.se_binomial,
        se_twoway=sample.se_twoway,
        deff=sample.deff,
        notes=tuple(notes),
    )


def _count(coded: CodedVotes, planned: dict[tuple[str, str], int]) -> _Counts:
    def by_cell(cells: Ints, weights: Ints | None = None) -> list[list[int]]:
        size = len(coded.methods) * len(coded.categories)
        sums = np.bincount(cells, weights=weights, minlength=size).reshape(coded.shape)
        rows: list[list[int]] = sums.astype(np.int64).tolist()
        return rows

    item_cells = coded.item_cells()
    balance = np.bincount(
        coded.item, weights=coded.vote * 2 - 1, minlength=len(coded.item_ids)
    )
    return _Counts(
        coded,
        real=by_cell(coded.cell, coded.vote),
        votes=by_cell(coded.cell),
        items=by_cell(item_cells),
        majorities=by_cell(item_cells, np.sign(balance).astype(np.int64) + 1),
        planned=planned,
    )


def _columns(
    counts: _Counts, kind: Kind, alpha: float, drawn: Bootstrap | None
) -> list[tuple[list[Cell], Cell]]:
    samples = sample_cells(counts.coded)
    columns = []
    for method, (cells, average) in enumerate(
        zip(samples.cells, samples.averages, strict=True)
    ):
        resampled = None if drawn is None else drawn.bounds(method)
        intervals, mean = choose_intervals(
            cells, average, kind=kind, alpha=alpha, resampled=resampled
        )
        column = [
            counts.cell(method, row, sample, interval)
            for row, (sample, interval) in enumerate(zip(cells, intervals, strict=True))
        ]
        columns.append((column, counts.mean(column, average, mean)))
    return columns


def _notes(coded: CodedVotes, table: JudgedRealTable, control: str) -> list[str]:
    """Return the sentences a reader needs beside the numbers."""
    if not len(coded.vote):
        return ["No votes yet."]
    notes = []
    if table.control is None or not table.average[-1].total:
        notes.append(f"No votes on the control {control!r}.")
    if coded.repeats:
        votes = counted(coded.repeats, "vote")
        notes.append(f"A rater's further votes on an item count too: {votes}.")
    drawn = method_name("bootstrap")
    if any(cell.interval and cell.interval.method == drawn for cell in table.cells):
        notes.append(
            f"Bootstrap intervals: {counted(table.replicates, 'replicate')} from seed "
            f"{table.seed}."
        )
    for column, method in enumerate(table.methods):
        missing = [row[column].category for row in table.rows if not row[column].total]
        if missing and table.average[column].total:
            notes.append(
                f"The average of {method} is over {len(table.rows) - len(missing)} of "
                f"{len(table.rows)} categories; no votes on {', '.join(missing)}."
            )
    return notes
