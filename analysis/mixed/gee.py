"""Marginal logits of the methods by generalised estimating equations.

A check on the mixed model from another side: it averages over clips instead of holding
them, and knows clusters of one kind only, the source clips.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import special

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

Floats = npt.NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-10
# a few votes can give moments that no correlation has
LOOSEST, CLOSEST = -0.95, 0.95
# beyond this logit the equations have left the votes behind
FAR = 12.0


@dataclass(frozen=True, slots=True)
class ExchangeableFit:
    """Logits with robust standard errors: "intercept" is the ``reference`` method's.

    The other ``names`` are the methods' differences from it. ``correlation``: between
    two votes on a clip beyond their methods.
    """

    names: tuple[str, ...]
    reference: str
    beta: tuple[float, ...]
    se: tuple[float, ...]
    correlation: float
    converged: bool


@dataclass(frozen=True, slots=True)
class _Counts:
    """Votes and votes judged real: (clip, method)."""

    total: Floats
    real: Floats


def fit_exchangeable(votes: CodedVotes) -> ExchangeableFit | None:
    """Return the fit of Liang & Zeger (Biometrika 73 (1986) 13-22), clips as clusters.

    Binomial, logit link, exchangeable working correlation by moments as statsmodels
    has it, kept within what votes can have. The reference is the control, without it
    the first method. Methods without votes are left out. The errors are too small with
    few clips. None with fewer than two clips, without two votes on one clip, or where
    a method's logit has no bound, as when its votes are all alike.
    """
    present = np.flatnonzero(np.bincount(votes.method, minlength=len(votes.methods)))
    counts = _count(votes, present)
    share = counts.real.sum(0) / np.maximum(counts.total.sum(0), 1)
    spare = counts.total.sum() > len(present) and counts.total.sum(1).max() > 1
    if len(counts.total) < 2 or not spare or ((share == 0) | (share == 1)).any():
        return None
    logits = special.logit(share)
    correlation, converged = 0.0, False
    for _ in range(STEPS):
        correlation = _correlation(counts, special.expit(logits))
        bread, scores = _equations(counts, special.expit(logits), correlation)
        step = np.linalg.solve(bread, scores.sum(0))
        logits = logits + step
        if np.abs(logits).max() > FAR:
            return None
        if np.abs(step).max() < TOLERANCE:
            converged = True
            break
    bread, scores = _equations(counts, special.expit(logits), correlation)
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (scores.T @ scores) @ inverse
    last = len(votes.methods) - 1
    reference = len(present) - 1 if votes.control and present[-1] == last else 0
    others = [place for place in range(len(present)) if place != reference]
    turn = np.eye(len(present))[[reference, *others]]
    turn[1:, reference] = -1
    return ExchangeableFit(
        names=("intercept", *(votes.methods[present[place]] for place in others)),
        reference=votes.methods[present[reference]],
        beta=tuple(float(value) for value in turn @ logits),
        se=tuple(
            math.sqrt(max(value, 0.0))
            for value in (turn @ covariance @ turn.T).diagonal()
        ),
        correlation=correlation,
        converged=converged,
    )


def _count(votes: CodedVotes, present: npt.NDArray[np.int64]) -> _Counts:
    methods = len(votes.methods)
    place = votes.video * methods + votes.method
    shape = votes.videos, methods
    total, real = (
        np.bincount(place, weights, math.prod(shape)).reshape(shape)[:, present]
        for weights in (np.ones(len(place)), votes.vote)
    )
    seen = total.sum(1) > 0
    return _Counts(total[seen], real[seen])


def _correlation(counts: _Counts, mean: Floats) -> float:
    """Return the mean product of two standardised residuals on a clip."""
    votes = float(counts.total.sum())
    spare = votes - len(mean)
    error = counts.real * (1 - mean) ** 2 + (counts.total - counts.real) * mean**2
    squares = (error / (mean * (1 - mean))).sum(1)
    sums = _residuals(counts, mean).sum(1)
    size = counts.total.sum(1)
    pairs = float((size * (size - 1)).sum()) / 2
    products = float((sums**2 - squares).sum()) / 2
    found = products / (float(squares.sum()) / spare) / max(pairs - len(mean), 1.0)
    # the correlations that as many votes as the largest clip has can have
    return min(max(found, LOOSEST / max(float(size.max()) - 1, 1.0)), CLOSEST)


def _residuals(counts: _Counts, mean: Floats) -> Floats:
    residuals: Floats = (counts.real - counts.total * mean) / np.sqrt(mean * (1 - mean))
    return residuals


def _equations(
    counts: _Counts, mean: Floats, correlation: float
) -> tuple[Floats, Floats]:
    """Return the expected derivative (method, method) and the scores (clip, method)."""
    spread = np.sqrt(mean * (1 - mean))
    total = counts.total
    shared = correlation / (1 + correlation * (total.sum(1) - 1))
    residuals = _residuals(counts, mean)
    own = residuals - (shared * residuals.sum(1))[:, None] * total
    bread = np.diag(total.sum(0)) - (total * shared[:, None]).T @ total
    rest = 1 - correlation
    return spread[:, None] * bread * spread / rest, own * spread / rest
