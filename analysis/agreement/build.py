"""Agreement of all votes, of each method and of each category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.agreement.coefficients import (
    Floats,
    ac1_error,
    coefficients,
    fleiss_kappa,
)
from analysis.agreement.patterns import item_kinds, usual_total
from analysis.agreement.record import Agreement, Scope
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints

PAIR = 2
# with more undefined resamples than this, percentiles of the others would mislead
UNDEFINED = 0.01

Bounds = tuple[float | None, float | None]
NO_BOUNDS: Bounds = (None, None)


@dataclass(frozen=True, slots=True)
class _Bootstrap:
    seed: int
    replicates: int
    alpha: float

    def bounds(self, weights: Ints, total: Ints, real: Ints) -> tuple[Bounds, ...]:
        """Return the percentile intervals of pairwise agreement, alpha and AC1.

        Items are drawn with replacement; as only their kinds count, a resample is one
        multinomial draw.
        """
        items = int(weights.sum())
        rng = np.random.default_rng(self.seed)
        drawn = rng.multinomial(items, weights / items, size=self.replicates)
        return tuple(
            self._percentiles(values) for values in coefficients(drawn, total, real)
        )

    def _percentiles(self, values: Floats) -> Bounds:
        known = values[np.isfinite(values)]
        if not len(known) or len(known) < (1 - UNDEFINED) * len(values):
            return NO_BOUNDS
        low, high = np.quantile(known, (self.alpha / 2, 1 - self.alpha / 2))
        return float(low), float(high)


def agreement(
    votes: CodedVotes, *, seed: int = 0, replicates: int = 2000, alpha: float = 0.05
) -> tuple[Agreement, ...]:
    """Return the agreement of all votes, then of each method, then of each category.

    Items with a single vote do not enter; a rater's further vote on an item counts as
    another rater's. Intervals are at level 1 - ``alpha`` from so many ``replicates``.
    Raises ValueError for an alpha outside (0, 1) or fewer than one replicate.
    """
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: it lies between 0 and 1, such as 0.05"
        raise ValueError(message)
    if replicates < 1:
        message = f"replicates is {replicates}: draw at least one, such as 2000"
        raise ValueError(message)
    kinds = item_kinds(votes)
    scopes: list[tuple[Scope, str, Ints]] = [
        ("all", "All", kinds.items.sum(axis=(0, 1)))
    ]
    by_method, by_category = kinds.items.sum(axis=1), kinds.items.sum(axis=0)
    scopes += [("method", *row) for row in zip(votes.methods, by_method, strict=True)]
    scopes += [
        ("category", *row) for row in zip(votes.categories, by_category, strict=True)
    ]
    bootstrap = _Bootstrap(seed, replicates, alpha)
    return tuple(
        _agreement(scope, name, (items, kinds.total, kinds.real), bootstrap)
        for scope, name, items in scopes
    )


def _agreement(
    scope: Scope, name: str, kinds: tuple[Ints, Ints, Ints], bootstrap: _Bootstrap
) -> Agreement:
    every, totals, _ = kinds
    single = int(every[totals < PAIR].sum())
    present = (every > 0) & (totals >= PAIR)
    items, total, real = (values[present] for values in kinds)
    size, votes = int(items.sum()), int(items @ total)
    left_out = [f"{counted(single, 'item')} with one vote left out"] if single else []
    if not size:
        note = "; ".join(["no item has two votes", *left_out])
        return Agreement(scope, name, items=0, votes=0, single=single, note=note)
    pairwise, alpha, ac1 = (float(v) for v in coefficients(items, total, real))
    fleiss, fleiss_note = _fleiss(items, total, real)
    # resamples of such items are all the same
    alike = len(items) == 1 or not np.isfinite(alpha)
    error = None if alike else _known(ac1_error(items, total, real))
    bounds = (NO_BOUNDS,) * 3 if alike else bootstrap.bounds(items, total, real)
    notes = [*left_out, *_undefined(alpha, bounds, alike=alike), *fleiss_note]
    return Agreement(
        scope,
        name,
        items=size,
        votes=votes,
        single=single,
        pairwise=pairwise,
        alpha=_known(alpha),
        ac1=ac1,
        fleiss=_known(fleiss),
        brennan_prediger=2 * pairwise - 1,
        pairwise_low=bounds[0][0],
        pairwise_high=bounds[0][1],
        alpha_low=bounds[1][0],
        alpha_high=bounds[1][1],
        ac1_low=bounds[2][0],
        ac1_high=bounds[2][1],
        ac1_se=error,
        note="; ".join(notes),
    )


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _fleiss(items: Ints, total: Ints, real: Ints) -> tuple[float, list[str]]:
    """Return Fleiss' kappa on the items with the usual number of votes, and a note."""
    usual = usual_total(total, items)
    same = total == usual
    kappa = fleiss_kappa(items[same], total[same], real[same])
    if same.all():
        return kappa, []
    some, every = int(items[same].sum()), int(items.sum())
    note = f"Fleiss' kappa on the {some:,} of {every:,} items with {usual} votes"
    if not np.isfinite(kappa):
        note += " is undefined: their votes are all alike"
    return kappa, [note]


def _undefined(alpha: float, bounds: tuple[Bounds, ...], *, alike: bool) -> list[str]:
    """Return what is undefined and why, in words."""
    notes = []
    if not np.isfinite(alpha):
        notes.append("all votes are alike: alpha and Fleiss' kappa are undefined")
    if alike:
        notes.append("all items have the same votes: no interval and no standard error")
    elif np.isfinite(alpha) and bounds[1] == NO_BOUNDS:
        notes.append("too few unlike votes for an interval of alpha")
    return notes
