"""The parts of a report between its main table and its end, free of any markup."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words; columns from ``numeric`` on are ranged right.

    ``label`` names it in LaTeX (tab:...) and in HTML; ``caption`` is a sentence. Rows
    of ``ruled`` stand under a rule. The LaTeX has the columns ``in_paper``; where that
    is empty the grid is no part of it.
    """

    label: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 1
    ruled: frozenset[int] = frozenset()
    in_paper: tuple[int, ...] = ()

    def is_number(self, column: int) -> bool:
        """Return whether a column is ranged right.

        A last column without a figure in front holds remarks and is not.
        """
        if column < self.numeric:
            return False
        last = column == len(self.head) - 1
        signs = "+<>\N{MINUS SIGN}"
        return not last or any(
            row[column].lstrip(signs)[:1].isdigit() for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a report: sentences, then grids, then figures by their names."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    figures: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to say."""
        return not (self.paragraphs or self.grids or self.figures)
