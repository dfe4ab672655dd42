"""The Laplace approximation of the log-likelihood, with its gradient.

log-lik = log-likelihood of the votes at the effects' mode - half the mode's square
length - half log det H. The constants of the effects' normal density and of Laplace's
integral cancel, so nothing is left out. The gradient follows the mode as the
parameters move it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.mixed.elimination import Elimination

if TYPE_CHECKING:
    from analysis.mixed.cells import Cells, Floats
    from analysis.mixed.elimination import Deviations

NEWTON_STEPS = 100
# Newton's decrement is the square length of a step in the effects' curvature; steps
# shorter than this change nothing that matters, and H serves again while it shrinks so
DECREMENT, SLOW = 1e-16, 0.1


@dataclass(frozen=True, slots=True)
class Value:
    """The log-likelihood and its gradient over (beta, log of the deviations).

    A deviation of 0 stays at 0: its entry of the gradient is 0.
    """

    loglik: float
    gradient: Floats


@dataclass(frozen=True, slots=True)
class _Look:
    """The penalised log-likelihood at some effects, and its first two derivatives."""

    effects: Floats
    penalised: float
    residual: Floats
    weight: Floats
    skew: Floats


class Laplace:
    """The model's log-likelihood for a table of fixed effects.

    ``table``: (kind, beta), the row of each category x method that has votes. Keeps
    the mode of the last evaluation as the start of the next.
    """

    def __init__(self, cells: Cells, table: Floats) -> None:
        self.cells = cells
        self._table = table
        self._effects = np.zeros(sum(cells.sizes))
        self._curvature: Elimination | None = None
        workers, videos, _ = cells.sizes
        self._cuts = (workers, workers + videos)

    def value(self, beta: Floats, sd: Deviations) -> Value:
        """Return the log-likelihood and gradient at fixed effects and deviations."""
        fixed = (self._table @ beta)[self.cells.kind][self.cells.item]
        look, curvature = self._mode(fixed, sd)
        loglik = look.penalised - curvature.logdet / 2
        leverage = curvature.leverage()
        bend = leverage.cell * look.skew
        carried = curvature.solve(self._gather(bend, sd))
        # what a vote's logit adds to log det H, itself and through the mode
        pull = bend - look.weight * self._spread(carried, sd)
        slope = self._by_beta(look.residual - pull / 2)
        moved = carried + self._gather(pull, sd)
        spreads = [
            _dot(effect, effect - change / 2) - (len(effect) - trace)
            if deviation
            else 0.0
            for effect, change, trace, deviation in zip(
                np.split(look.effects, self._cuts),
                np.split(moved, self._cuts),
                leverage.traces,
                sd,
                strict=True,
            )
        ]
        return Value(loglik, np.concatenate((slope, spreads)))

    def information(self, beta: Floats, sd: Deviations) -> Floats:
        """Return the curvature over beta with H's weights held: a start for Newton."""
        fixed = (self._table @ beta)[self.cells.kind][self.cells.item]
        look, curvature = self._mode(fixed, sd)
        columns = self._table.T[:, self.cells.kind][:, self.cells.item] * look.weight
        kept = (
            column
            - look.weight * self._spread(curvature.solve(self._gather(column, sd)), sd)
            for column in columns
        )
        return np.array([self._by_beta(column) for column in kept])

    def _by_beta(self, values: Floats) -> Floats:
        """Return the table's columns times values of the cells: (beta,)."""
        cells = self.cells
        sums = np.bincount(cells.kind, cells.by_item(values), len(self._table))
        products: Floats = sums @ self._table
        return products

    def _mode(self, fixed: Floats, sd: Deviations) -> tuple[_Look, Elimination]:
        """Return the effects' mode and H there.

        By Newton's method, but with the last H for as long as it serves: to factor one
        costs more than several steps.
        """
        here = self._look(self._effects, fixed, sd)
        curvature = self._curvature
        last = math.inf
        for _ in range(NEWTON_STEPS):
            rising = self._gather(here.residual, sd) - here.effects
            step = rising if curvature is None else curvature.solve(rising)
            if curvature is None or _dot(rising, step) > SLOW * last:
                curvature = Elimination(self.cells, here.weight, sd)
                step = curvature.solve(rising)
            last = _dot(rising, step)
            if last <= DECREMENT:
                break
            there = self._look(here.effects + step, fixed, sd)
            # the penalised log-likelihood is concave: a short enough step gains
            while there.penalised < here.penalised - 1e-9:
                step = step / 2
                there = self._look(here.effects + step, fixed, sd)
            here = there
        self._effects = here.effects
        self._curvature = Elimination(self.cells, here.weight, sd)
        return here, self._curvature

    def _look(self, effects: Floats, fixed: Floats, sd: Deviations) -> _Look:
        cells = self.cells
        logit = fixed + self._spread(effects, sd)
        chance = special.expit(logit)
        weight = cells.trials * chance * (1 - chance)
        gained = cells.real * logit + cells.trials * special.log_expit(-logit)
        return _Look(
            effects=effects,
            penalised=float(gained.sum()) - _dot(effects, effects) / 2,
            residual=cells.real - cells.trials * chance,
            weight=weight,
            skew=weight * (1 - 2 * chance),
        )

    def _spread(self, effects: Floats, sd: Deviations) -> Floats:
        """Return A times effects: (cell,), what they add to the logits."""
        worker, video, item = np.split(effects, self._cuts)
        of_item = sd[2] * item + sd[1] * video[self.cells.item_video]
        spread: Floats = of_item[self.cells.item] + (sd[0] * worker)[self.cells.worker]
        return spread

    def _gather(self, values: Floats, sd: Deviations) -> Floats:
        """Return A' times values of the cells: (raters, clips, items) in one vector."""
        items = self.cells.by_item(values)
        return np.concatenate(
            (
                sd[0] * self.cells.by_worker(values),
                sd[1] * self.cells.by_video(items),
                sd[2] * items,
            )
        )


def _dot(one: Floats, two: Floats) -> float:
    # not by linear algebra, which takes threads for long vectors
    return float((one * two).sum())
