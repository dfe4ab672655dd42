"""What every format says, before it is written in any."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_lowercase
from typing import TYPE_CHECKING

from analysis.intervals import method_name
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.tables import Cell, JudgedRealTable

DEMO_LABEL = "DEMO DATA: says nothing about real systems"
SIMULATED_LABEL = "SIMULATED RATERS: says nothing about what people hear"
MISSING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell in words: '78.13', '[72.71, 82.72]', footnote 'a', '381' votes if partial.

    Empty strings where there is nothing to say; ``best`` among the generated of a row;
    ``sign`` holds the daggers of declared tests.
    """

    value: str
    interval: str = ""
    mark: str = ""
    votes: str = ""
    best: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A table with all that is printed around it.

    ``signs``: daggers by (row, method); ``legend`` says what they mean.
    """

    table: JudgedRealTable
    title: str
    declared: Mapping[str, str]
    label: str
    intervals: bool
    signs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    legend: str = ""

    def rows(self) -> list[tuple[str, list[Shown]]]:
        """Return (category, cells) of every row, the average last."""
        marks = self.marks()
        label = self.table.average[0].category if self.table.average else ""
        rows = [*self.table.rows, self.table.average]
        names = [*self.table.categories, label]
        return [
            (name, [self._shown(cell, marks, self.table.best(row)) for cell in row])
            for name, row in zip(names, rows, strict=True)
        ]

    def _shown(self, cell: Cell, marks: dict[str, str], best: frozenset[str]) -> Shown:
        if cell.pct is None:
            return Shown(MISSING)
        interval = cell.interval if self.intervals else None
        return Shown(
            value=cell.pct,
            interval=(
                f"[{percent(interval.low)}, {percent(interval.high)}]"
                if interval
                else ""
            ),
            mark=marks.get(interval.method, "") if interval else "",
            votes=str(cell.total) if cell.is_partial or self.table.counts else "",
            best=cell.method in best,
            sign=self.signs.get((cell.category, cell.method), ""),
        )

    def marks(self) -> dict[str, str]:
        """Return a letter for each kind of interval that stands in for the usual one.

        None are needed where all the cells have the same kind.
        """
        kinds = self._kinds()
        if not self.intervals or len(kinds) < 2:
            return {}
        usual = method_name(self.table.kind)
        others = [kind for kind in kinds if kind != usual]
        return dict(zip(others, ascii_lowercase, strict=False))

    def _kinds(self) -> list[str]:
        kinds = (cell.interval.method for cell in self.table.cells if cell.interval)
        return list(dict.fromkeys(kinds))

    def summary(self) -> list[str]:
        """Return the sentences of the caption."""
        table = self.table
        if not table.votes:
            return []
        counts = (
            f"{counted(table.votes, 'vote')} on {counted(table.items, 'item')} of "
            f"{counted(table.videos, 'source video')} by "
            f"{counted(table.raters, 'rater')}."
        )
        sentences = [
            "Share of votes judged real, in percent.",
            counts,
            table.caption
            or f"{table.average[0].category}: mean of the categories' shares.",
        ]
        if self.intervals:
            sentences.append(self._interval_sentence())
        return sentences

    def _interval_sentence(self) -> str:
        table = self.table
        level = Decimal(100) * (1 - Decimal(str(table.alpha)))
        usual = method_name(table.kind)
        kinds = self._kinds()
        kind = kinds[0] if len(kinds) == 1 else usual
        text = f"{level.normalize():f}% intervals (alpha {table.alpha}): {kind}"
        if kind == usual and table.kind == "twoway":
            text += "; clusters are raters and source videos"
        return f"{text}."

    def remarks(self) -> list[str]:
        """Return footnotes, what is missing, and the table's own notes."""
        table = self.table
        lines = [self.legend] if self.legend else []
        lines += [f"({mark}) {kind}" for kind, mark in self.marks().items()]
        if table.counts:
            lines.append("n: votes.")
        elif any(cell.is_partial for cell in table.cells):
            lines.append("n: votes so far, where fewer than planned.")
        if table.completeness is not None:
            lines.append(f"{table.completeness.sentence()}.")
        lines += table.notes
        rated = [cell for cell in table.average if cell.rate is not None]
        if any(cell.pooled_pct != cell.pct for cell in rated):
            shares = ", ".join(f"{cell.method} {cell.pooled_pct}" for cell in rated)
            lines.append(f"Over all votes together: {shares}.")
        return lines

    def declarations(self) -> list[tuple[str, str]]:
        """Return what the study declared, (name, value), in the order given."""
        return [(str(name), str(value)) for name, value in self.declared.items()]
