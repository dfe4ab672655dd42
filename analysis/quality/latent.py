"""Dawid and Skene's model of raters, for looking at raters only.

Which clips are real is known here by construction, so its labels answer another
question than the table's and never stand in for votes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

if TYPE_CHECKING:
    from analysis.votes.frame import Ints

Floats = npt.NDArray[np.float64]

# no answer is taken as impossible; the floor of expected counts
FLOOR = 1e-10


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """The fitted model.

    ``real``: (item,), probability that an item "is real" in the raters' own terms;
    ``prior``: its mean. ``sensitivity``: (worker,), probability of voting "real" on
    such items, ``specificity``: of voting "fake" on the others. ``iterations`` were
    made.
    """

    real: Floats
    prior: float
    sensitivity: Floats
    specificity: Floats
    iterations: int


def dawid_skene(
    vote: Ints,
    item: Ints,
    worker: Ints,
    *,
    iterations: int = 100,
    tolerance: float = 0.0,
) -> DawidSkene:
    """Return the model of votes (0 or 1) fitted by EM, started from the vote shares.

    ``vote``, ``item``, ``worker``: (vote,), codes from 0, at least one vote. Stops
    after so many iterations, or once no probability moves by ``tolerance`` or more.
    Source: A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979) 20-28.
    """
    items, workers = int(item.max()) + 1, int(worker.max()) + 1
    answers = sparse.csr_array(
        (np.ones(len(vote)), (item, 2 * worker + vote)), shape=(items, 2 * workers)
    )
    by_answer = answers.T.tocsr()
    given = _times(by_answer, np.ones(items))
    # (item,): the share of its votes that are "real"
    real = _times(answers, np.tile((0.0, 1.0), workers))
    real /= np.maximum(_times(answers, np.ones(2 * workers)), 1)
    prior, like_real, like_fake = _maximise(by_answer, given, real)
    done, before = 0, -np.inf
    for done in range(1, iterations + 1):  # noqa: B007 - the number made is told
        odds = _times(answers, np.log(like_real / like_fake)) + special.logit(prior)
        likelihood = float(given @ np.log(like_fake)) + items * np.log1p(-prior)
        likelihood += float(_softplus(odds).sum())
        real = special.expit(odds)
        prior, like_real, like_fake = _maximise(by_answer, given, real)
        if tolerance > 0 and likelihood - before < tolerance * len(vote):
            break
        before = likelihood
    return DawidSkene(real, prior, like_real[1::2], like_fake[0::2], done)


def _maximise(
    by_answer: sparse.csr_array, given: Floats, real: Floats
) -> tuple[float, Floats, Floats]:
    """Return the prior and the probability of each rater's answers.

    Answers are (2 * worker + vote,), on items that are real and on those that are not.
    """
    on_real = _times(by_answer, real)
    likes = []
    for counts in (on_real, given - on_real):
        pairs = np.maximum(counts, FLOOR).reshape(-1, 2)
        likes.append((pairs / pairs.sum(axis=1, keepdims=True)).reshape(-1))
    prior = min(max(float(real.mean()), FLOOR), 1 - FLOOR)
    return prior, likes[0], likes[1]


def _times(matrix: sparse.csr_array, vector: Floats) -> Floats:
    product: Floats = np.asarray(matrix @ vector, np.float64)
    return product


def _softplus(values: Floats) -> Floats:
    """Return log(1 + exp(values)), which numpy's own logaddexp gives at half speed."""
    total: Floats = np.maximum(values, 0) + np.log(1 + np.exp(-np.abs(values)))
    return total
