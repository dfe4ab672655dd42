"""A quasi-Newton method for a smooth function with bounds, started at a curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

STEPS = 150
LONGEST = 1.0
# half of what is left to gain, by the curvature; the maximiser is then within a
# hundred-thousandth of a standard error or so
DECREMENT = 1e-9


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where a maximisation ended: the point, the value, the gradient.

    ``converged``: nothing but rounding is left to gain within the bounds.
    """

    point: Floats
    value: float
    gradient: Floats
    converged: bool


def maximise(
    function: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    curvature: Floats,
    *,
    low: Floats,
    high: Floats,
) -> Optimum:
    """Return a local maximum of a function that gives its value and gradient.

    ``curvature``: minus the Hessian near the start, or near enough; BFGS carries it on
    (Nocedal & Wright, Numerical Optimization, 2006, ch. 6). Entries of the point that
    rest on a bound and would cross it are held there.
    """
    point = np.clip(start, low, high)
    value, gradient = function(point)
    curvature = positive(curvature)
    for _ in range(STEPS):
        free = ~_held(point, gradient, low, high)
        step = np.zeros_like(point)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        if step @ gradient < 2 * DECREMENT:
            return Optimum(point, value, gradient, converged=True)
        step *= min(1.0, LONGEST / np.abs(step).max())
        there = _search(function, point, value, step, (low, high))
        if there is None:
            break
        moved, new_value, new_gradient = there
        curvature = _update(curvature, moved - point, gradient - new_gradient)
        point, value, gradient = moved, new_value, new_gradient
    return Optimum(point, value, gradient, converged=False)


def positive(matrix: Floats) -> Floats:
    """Return the symmetric part of a matrix with its eigenvalues made positive."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    floor = max(1e-8 * float(np.abs(values).max(initial=0.0)), 1e-10)
    mended: Floats = (vectors * np.maximum(np.abs(values), floor)) @ vectors.T
    return mended


def _held(point: Floats, gradient: Floats, low: Floats, high: Floats) -> Mask:
    held: Mask = ((point <= low) & (gradient < 0)) | ((point >= high) & (gradient > 0))
    return held


def _search(
    function: Callable[[Floats], tuple[float, Floats]],
    point: Floats,
    value: float,
    step: Floats,
    bounds: tuple[Floats, Floats],
) -> tuple[Floats, float, Floats] | None:
    """Return the first point that gains on a step halved until it does, or None."""
    for _ in range(30):
        moved = np.clip(point + step, *bounds)
        new_value, new_gradient = function(moved)
        if new_value > value:
            return moved, new_value, new_gradient
        step = step / 2
    return None


def _update(curvature: Floats, step: Floats, change: Floats) -> Floats:
    """Return the BFGS update, damped where the function is not concave."""
    image = curvature @ step
    known = float(step @ image)
    seen = float(step @ change)
    if seen < 0.2 * known:
        # Powell's damping keeps the curvature positive
        share = 0.8 * known / (known - seen)
        change = share * change + (1 - share) * image
        seen = float(step @ change)
    updated: Floats = (
        curvature - np.outer(image, image) / known + np.outer(change, change) / seen
    )
    return updated
