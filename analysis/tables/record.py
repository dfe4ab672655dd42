"""The table as a plain record."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.votes.rounding import percent

if TYPE_CHECKING:
    from analysis.intervals import Interval, Kind
    from analysis.tables.completeness import Completeness


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a category and a method, or a method's average over categories.

    ``rate`` is the share judged real, exact: ``judged_real / total`` in a category,
    the mean of the categories' rates in the average, whose counts are sums.
    ``majority_rate`` is the share of items most of whose votes are "real", ties
    counted half. ``planned`` is the number of votes the study wants here, where known.
    Standard errors are of the rate, in [0, 1]; ``deff`` is the design effect. All of
    them are None where there is no vote.
    """

    category: str
    method: str
    judged_real: int = 0
    total: int = 0
    items: int = 0
    workers: int = 0
    videos: int = 0
    rate: Fraction | None = None
    majority_rate: Fraction | None = None
    interval: Interval | None = None
    se_binomial: float | None = None
    se_twoway: float | None = None
    deff: float | None = None
    planned: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def pct(self) -> str | None:
        """Return the percentage judged real, two decimals, half up ('78.13')."""
        return None if self.rate is None else percent(self.rate)

    @property
    def pooled_pct(self) -> str | None:
        """Return the percentage of all votes together, which an average may not be."""
        return percent(Fraction(self.judged_real, self.total)) if self.total else None

    @property
    def majority_pct(self) -> str | None:
        """Return the percentage of items judged real by most of their raters."""
        return None if self.majority_rate is None else percent(self.majority_rate)

    @property
    def is_partial(self) -> bool:
        """Return whether there are votes, but fewer than planned."""
        return self.planned is not None and 0 < self.total < self.planned


@dataclass(frozen=True, slots=True)
class JudgedRealTable:
    """How often each method's clips are judged real, by category and on average.

    ``rows`` has one row per category, aligned with ``methods``; ``average`` is the
    row of means over categories. The control, None when nobody judged one, is the
    last method. ``notes`` are sentences for the reader. ``head`` stands over the names
    of the rows, ``caption`` says what a row is where it is no category; ``counts`` puts
    the number of votes beside every share. ``seed`` and ``replicates`` are of
    bootstrap intervals; others need none.
    """

    categories: tuple[str, ...]
    methods: tuple[str, ...]
    control: str | None
    rows: tuple[tuple[Cell, ...], ...]
    average: tuple[Cell, ...]
    votes: int
    items: int
    raters: int
    videos: int
    kind: Kind = "twoway"
    alpha: float = 0.05
    completeness: Completeness | None = None
    notes: tuple[str, ...] = field(default=())
    head: str = "Category"
    caption: str = ""
    counts: bool = False
    seed: int = 0
    replicates: int = 2000

    @property
    def generated(self) -> tuple[str, ...]:
        """Return the methods that are not the control."""
        return tuple(method for method in self.methods if method != self.control)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return all cells row by row, the average last."""
        return tuple(cell for row in (*self.rows, self.average) for cell in row)

    def cell(self, category: str, method: str) -> Cell:
        """Return the cell of a category and a method (KeyError when it has none)."""
        try:
            row = self.rows[self.categories.index(category)]
            return row[self.methods.index(method)]
        except ValueError:
            message = f"no cell {category!r} x {method!r} in the table"
            raise KeyError(message) from None

    def best(self, row: tuple[Cell, ...]) -> frozenset[str]:
        """Return the generated methods with the highest unrounded rate of a row.

        All that tie are named; nobody is where fewer than two can be compared. Of
        averages only those over the most categories can be.
        """
        rated = [c for c in row if c.rate is not None and c.method != self.control]
        if row == self.average:
            breadth = {m: self._breadth(m) for m in self.methods}
            widest = max((breadth[c.method] for c in rated), default=0)
            rated = [c for c in rated if breadth[c.method] == widest]
        if len(rated) < 2:
            return frozenset()
        top = max(cell.rate for cell in rated if cell.rate is not None)
        return frozenset(cell.method for cell in rated if cell.rate == top)

    def _breadth(self, method: str) -> int:
        column = self.methods.index(method)
        return sum(row[column].total > 0 for row in self.rows)
