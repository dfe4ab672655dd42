"""The maximum of the Laplace log-likelihood, and how sharp it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.mixed.cells import count_cells
from analysis.mixed.grams import sum_by
from analysis.mixed.laplace import Laplace
from analysis.mixed.maximise import maximise

if TYPE_CHECKING:
    from analysis.mixed.designs import Design
    from analysis.mixed.elimination import Deviations
    from analysis.votes import CodedVotes

Floats = npt.NDArray[np.float64]
# whether raters, clips and items have an effect
Factors = tuple[bool, bool, bool]

# a deviation below the first is compared with none at all; one above the second, or
# a logit beyond the third, is no longer told apart by votes of 0 and 1
SMALL, LARGE, FAR = math.log(0.03), math.log(12), 25.0
# for the Hessian by differences of the gradient: a millionth off by curvature, and
# far above the gradient's rounding
DIFFERENCE = 1e-3
# a maximum is at hand if one more Newton step would gain less than half of this
NEAR = 1e-4
# a climb that starts lower finds the ground flat
FIRST = 0.2
USUAL: Deviations = (0.7, 0.5, 0.4)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The fitted parameters of a design.

    ``beta``: one per column of its table; ``covariance``: over (beta, log of the
    deviations), NaN in the rows of deviations that are 0 or at their upper bound; None
    where it was not asked for or the Hessian is not that of a maximum at hand.
    """

    beta: Floats
    sd: Deviations
    loglik: float
    covariance: Floats | None
    converged: bool


def fit_design(
    votes: CodedVotes,
    design: Design,
    factors: Factors,
    *,
    start: Deviations = USUAL,
    errors: bool = False,
) -> Estimate:
    """Return the maximum-likelihood fit of a design with crossed random effects.

    A design that leaves no votes has log-likelihood 0. ``errors`` asks for the
    covariance.
    """
    if not design.chosen.any():
        return Estimate(np.zeros(0), (0.0, 0.0, 0.0), 0.0, None, converged=True)
    model = _Model(Laplace(count_cells(votes, design.chosen), design.table), factors)
    logs = [math.log(max(sd, FIRST)) for sd in start]
    point = np.array([*_first_beta(votes, design), *logs])
    point, value, converged = model.climb(point)
    small = point[-3:] <= SMALL
    if small.any():
        smaller = _Model(model.laplace, _without(factors, small))
        other, other_value, other_converged = smaller.climb(point)
        if other_value >= value:
            model, point, value = smaller, other, other_value
            converged = other_converged
    covariance = None
    if errors:
        covariance, point, value = model.sharpen(point, value)
    return Estimate(point[:-3], model.deviations(point), value, covariance, converged)


class _Model:
    """The log-likelihood as a function of (beta, three log deviations).

    A factor that is off has deviation 0 whatever its entry says.
    """

    def __init__(self, laplace: Laplace, factors: Factors) -> None:
        self.laplace = laplace
        self._factors = factors

    def deviations(self, point: Floats) -> Deviations:
        worker, video, item = (
            float(math.exp(log)) if used else 0.0
            for log, used in zip(point[-3:], self._factors, strict=True)
        )
        return worker, video, item

    def value(self, point: Floats) -> tuple[float, Floats]:
        found = self.laplace.value(point[:-3], self.deviations(point))
        return found.loglik, found.gradient

    def climb(self, start: Floats) -> tuple[Floats, float, bool]:
        """Return the maximum: the point, its log-likelihood, whether it converged."""
        low, high = _bounds(len(start))
        curvature = self._curvature(start)
        best = maximise(self.value, start, curvature, low=low, high=high)
        return best.point, best.value, best.converged

    def _curvature(self, point: Floats) -> Floats:
        """Return minus the Hessian, roughly: differences in the deviations only."""
        size = len(point)
        curvature = np.zeros((size, size))
        curvature[:-3, :-3] = self.laplace.information(
            point[:-3], self.deviations(point)
        )
        here = self.value(point)[1]
        for index in range(size - 3, size):
            if self._factors[index - size + 3]:
                moved = point.copy()
                moved[index] += 0.1
                column = (here - self.value(moved)[1]) / 0.1
                curvature[index, :] = curvature[:, index] = column
            else:
                curvature[index, index] = 1.0
        return curvature

    def sharpen(
        self, point: Floats, value: float
    ) -> tuple[Floats | None, Floats, float]:
        """Return the covariance, and the point and value after a last Newton step."""
        size = len(point)
        low, high = _bounds(size)
        inside = (point > low) & (point < high)
        inside[-3:] &= self._factors
        rows = []
        for index in np.flatnonzero(inside):
            change = np.zeros(size)
            change[index] = DIFFERENCE
            rise = self.value(point - change)[1] - self.value(point + change)[1]
            rows.append(rise[inside] / (2 * DIFFERENCE))
        information = np.array(rows).reshape(len(rows), len(rows))
        information = (information + information.T) / 2
        if not len(rows) or np.linalg.eigvalsh(information)[0] <= 0:
            return None, point, value
        inverse = np.linalg.inv(information)
        covariance = np.full((size, size), np.nan)
        covariance[np.ix_(inside, inside)] = inverse
        gradient = self.value(point)[1][inside]
        step = inverse @ gradient
        if step @ gradient > NEAR:
            return None, point, value
        finer = point.copy()
        finer[inside] += step
        if (finer[inside] < high[inside]).all() and (finer[inside] > low[inside]).all():
            finer_value = self.value(finer)[0]
            if finer_value >= value:
                point, value = finer, finer_value
        return covariance, point, value


def _bounds(size: int) -> tuple[Floats, Floats]:
    reach = np.full(size - 3, FAR)
    small, large = np.full(3, SMALL), np.full(3, LARGE)
    return np.concatenate((-reach, small)), np.concatenate((reach, large))


def _without(factors: Factors, small: npt.NDArray[np.bool_]) -> Factors:
    worker, video, item = (
        used and not tiny for used, tiny in zip(factors, small, strict=True)
    )
    return worker, video, item


def _first_beta(votes: CodedVotes, design: Design) -> Floats:
    """Return a start: the kinds' logits with half a vote added on either side."""
    kinds = len(design.table)
    cell = votes.cell[design.chosen]
    total = np.bincount(cell, minlength=kinds)
    real = sum_by(cell, votes.vote[design.chosen], kinds)
    root = np.sqrt(total)
    logit = np.log((real + 0.5) / (total - real + 0.5))
    beta: Floats = np.linalg.lstsq(
        design.table * root[:, None], logit * root, rcond=None
    )[0]
    return beta
