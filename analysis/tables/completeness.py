"""What a study that is not finished still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

# how many items, or the category and method of each item by its id
PlannedItems: TypeAlias = int | Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Completeness:
    """Votes and items against the plan.

    ``votes`` counts an item's votes up to those planned for it, ``surplus`` those
    beyond; ``lacking`` items have fewer than planned, ``unplanned`` items are not in
    the plan. Planned figures are None where the plan does not say.
    """

    votes: int
    planned_votes: int | None
    items: int
    planned_items: int | None
    lacking: int
    surplus: int
    unplanned: int

    def sentence(self) -> str:
        """Return the state in words: '61 of 72 votes; 5 items lack votes'."""
        if self.planned_votes is not None:
            parts = [f"{self.votes:,} of {self.planned_votes:,} votes"]
        else:
            parts = [f"{self.items:,} of {self.planned_items or 0:,} items have votes"]
        if self.lacking == 1:
            parts.append("1 item lacks votes")
        elif self.lacking:
            parts.append(f"{self.lacking:,} items lack votes")
        if self.surplus:
            parts.append(f"{self.surplus:,} beyond the plan")
        if self.unplanned:
            parts.append(f"{counted(self.unplanned, 'item')} outside the plan")
        return "; ".join(parts)


def completeness(
    votes: CodedVotes, *, votes_per_item: int | None, planned: PlannedItems | None
) -> Completeness | None:
    """Return votes and items against the plan, None when there is no plan."""
    if votes_per_item is None and planned is None:
        return None
    counts = np.bincount(votes.item, minlength=len(votes.item_ids))
    inside = np.ones(len(counts), dtype=bool)
    if isinstance(planned, Mapping):
        inside = np.array([item in planned for item in votes.item_ids], dtype=bool)
        total = len(planned)
    else:
        total = max(len(counts), planned or 0)
    met = counts[inside]
    wanted = votes_per_item or 1
    unseen = total - len(met)
    return Completeness(
        votes=int(np.minimum(met, wanted).sum()),
        planned_votes=None if votes_per_item is None else total * votes_per_item,
        items=len(met),
        planned_items=None if planned is None else total,
        lacking=unseen + int((met < wanted).sum()),
        surplus=0 if votes_per_item is None else int((met - wanted).clip(0).sum()),
        unplanned=int((~inside).sum()),
    )


def planned_cells(
    votes: CodedVotes, *, votes_per_item: int | None, planned: PlannedItems | None
) -> dict[tuple[str, str], int]:
    """Return the votes planned for each cell (category, method), where known.

    Without the items' own cells the items that have votes count.
    """
    if votes_per_item is None:
        return {}
    cells: dict[tuple[str, str], int] = {}
    if isinstance(planned, Mapping):
        for category, method in planned.values():
            cell = category, votes.spelling(method)
            cells[cell] = cells.get(cell, 0) + votes_per_item
        return cells
    for code in votes.item_cells():
        column, row = divmod(int(code), len(votes.categories))
        cell = votes.categories[row], votes.methods[column]
        cells[cell] = cells.get(cell, 0) + votes_per_item
    return cells
