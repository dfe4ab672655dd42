"""Figures of agreement, and items by their votes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["all", "method", "category"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement among the raters of the same items.

    ``items`` have at least two votes, ``votes`` are theirs; ``single`` items have one
    and do not enter. ``pairwise``: the share of pairs of an item's votes that are
    alike, averaged over items, in [0, 1]. The coefficients are 1 when all agree and
    about 0 when votes agree no more than chance, each with its own idea of chance:
    ``alpha`` (Krippendorff, nominal), ``ac1`` (Gwet), ``fleiss`` (on the items with
    the most common number of votes) and ``brennan_prediger`` (also Randolph's kappa;
    chance is one half). Intervals are percentiles of a bootstrap over items, which
    takes items as independent; ``ac1_se`` is Gwet's, over items. None is undefined;
    ``note`` says why.
    """

    scope: Scope
    name: str
    items: int
    votes: int
    single: int = 0
    pairwise: float | None = None
    alpha: float | None = None
    ac1: float | None = None
    fleiss: float | None = None
    brennan_prediger: float | None = None
    pairwise_low: float | None = None
    pairwise_high: float | None = None
    alpha_low: float | None = None
    alpha_high: float | None = None
    ac1_low: float | None = None
    ac1_high: float | None = None
    ac1_se: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many of a method's items have 0, 1, .. m votes "real" of m.

    ``other`` items have another number of votes than m, the most common one of the
    study (of two as common, the larger).
    """

    method: str
    counts: tuple[int, ...]
    other: int = 0

    @property
    def votes_per_item(self) -> int:
        """Return m."""
        return len(self.counts) - 1
