"""The Laplace log-likelihood and its gradient against slow, dense arithmetic."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import optimize, special

from analysis.mixed import SimulatedDesign, simulate_votes
from analysis.mixed.cells import count_cells
from analysis.mixed.cholesky import Factor
from analysis.mixed.elimination import Elimination
from analysis.mixed.grams import MatrixGram, PairGram
from analysis.mixed.laplace import Laplace
from analysis.mixed.maximise import maximise

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.mixed.cells import Cells

    Floats = npt.NDArray[np.float64]

DESIGN = SimulatedDesign(
    rates=((0.6, 0.7, 0.9), (0.5, 0.7, 0.8)),
    categories=("Dog", "Rain"),
    methods=("Frame", "Flow", "Real"),
    control="Real",
    clips_per_category=6,
    votes_per_item=3,
    raters=15,
    sd_worker=0.9,
    sd_video=0.6,
    sd_item=0.5,
)
SD = (0.8, 0.6, 0.5)
SDS = [SD, (0.8, 0.6, 0.0), (0.8, 0.0, 0.5), (0.0, 0.6, 0.5), (0.0, 0.0, 0.0)]
TABLE = np.repeat(np.array([[1.0, 1, 0], [1, 0, 1], [1, 0, 0]]), 2, axis=0)
BETA = np.array([1.4, -0.8, -0.6])


@pytest.fixture(scope="module")
def cells() -> Cells:
    votes = simulate_votes(DESIGN, seed=4)
    # two votes of a rater on an item are one cell with two trials, and items need not
    # have equally many votes
    again = np.concatenate((np.arange(3, len(votes.vote)), [7, 8, 8]))
    fields = ("vote", "category", "method", "item", "video", "worker")
    repeated = {name: getattr(votes, name)[again] for name in fields}
    votes = dataclasses.replace(votes, **repeated)
    return count_cells(votes, np.ones(len(votes.vote), dtype=np.bool_))


def scaled_rows(cells: Cells, sd: tuple[float, float, float]) -> Floats:
    """Return A as a matrix."""
    codes = (cells.worker, cells.video, cells.item)
    parts = [s * np.eye(n)[c] for s, n, c in zip(sd, cells.sizes, codes, strict=True)]
    return np.hstack(parts)


def dense_loglik(cells: Cells, beta: Floats, sd: tuple[float, float, float]) -> float:
    rows = scaled_rows(cells, sd)
    fixed = (TABLE @ beta)[cells.kind][cells.item]

    def penalised(effects: Floats) -> float:
        logit = fixed + rows @ effects
        lost = cells.real * special.log_expit(logit)
        lost += (cells.trials - cells.real) * special.log_expit(-logit)
        return float(effects @ effects / 2 - lost.sum())

    def slope(effects: Floats) -> Floats:
        chance = special.expit(fixed + rows @ effects)
        return effects - rows.T @ (cells.real - cells.trials * chance)

    start = np.zeros(rows.shape[1])
    mode = optimize.minimize(
        penalised, start, jac=slope, method="BFGS", options={"gtol": 1e-7}
    ).x
    chance = special.expit(fixed + rows @ mode)
    weight = cells.trials * chance * (1 - chance)
    hessian = np.eye(len(mode)) + rows.T @ (weight[:, None] * rows)
    return -penalised(mode) - float(np.linalg.slogdet(hessian)[1]) / 2


@pytest.mark.parametrize("sd", SDS)
def test_the_log_likelihood_is_laplaces_by_dense_matrices(
    cells: Cells, sd: tuple[float, float, float]
) -> None:
    value = Laplace(cells, TABLE).value(BETA, sd).loglik
    assert value == pytest.approx(dense_loglik(cells, BETA, sd), abs=1e-6)


@pytest.mark.parametrize("sd", SDS)
def test_the_gradient_is_that_of_differences(
    cells: Cells, sd: tuple[float, float, float]
) -> None:
    laplace = Laplace(cells, TABLE)

    def loglik(change: Floats) -> float:
        worker, video, item = np.array(sd) * np.exp(change[3:])
        return laplace.value(BETA + change[:3], (worker, video, item)).loglik

    steps = np.eye(6) * 5e-4
    expected = [(loglik(step) - loglik(-step)) / 1e-3 for step in steps]
    assert laplace.value(BETA, sd).gradient == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("sd", SDS)
def test_elimination_solves_and_inverts_like_the_whole_matrix(
    cells: Cells, sd: tuple[float, float, float]
) -> None:
    random = np.random.default_rng(2)
    weight = random.uniform(0, 0.5, len(cells.trials))
    rows = scaled_rows(cells, sd)
    whole = np.eye(rows.shape[1]) + rows.T @ (weight[:, None] * rows)
    eliminated = Elimination(cells, weight, sd)
    assert eliminated.logdet == pytest.approx(np.linalg.slogdet(whole)[1])
    right = random.standard_normal(len(whole))
    assert eliminated.solve(right) == pytest.approx(np.linalg.solve(whole, right))
    inverse = np.linalg.inv(whole)
    leverage = eliminated.leverage()
    assert leverage.cell == pytest.approx(np.diag(rows @ inverse @ rows.T))
    blocks = np.split(np.diag(inverse), np.cumsum(cells.sizes)[:2])
    assert leverage.traces == pytest.approx([block.sum() for block in blocks])


def test_pairs_and_matrices_give_the_same_products(cells: Cells) -> None:
    sizes = np.bincount(cells.video)
    pairs = PairGram(sizes, cells.worker, cells.workers)
    matrices = MatrixGram(cells.video, cells.worker, cells.workers)
    random = np.random.default_rng(3)
    x = random.standard_normal(len(cells.worker))
    square = random.standard_normal((cells.workers, cells.workers))
    square += square.T
    assert pairs.gram(x) == pytest.approx(matrices.gram(x))
    assert pairs.times(square, x) == pytest.approx(matrices.times(square, x))


@pytest.mark.parametrize("size", [1, 39, 40, 41, 200, 320, 321, 513])
def test_the_factor_in_blocks_is_choleskys(size: int) -> None:
    random = np.random.default_rng(size)
    half = random.standard_normal((size, 2 * size))
    matrix = half @ half.T / (2 * size) + np.eye(size)
    factor = Factor(matrix)
    assert factor.logdet == pytest.approx(np.linalg.slogdet(matrix)[1])
    inverse = factor.inverse()
    assert np.allclose(inverse, np.linalg.inv(matrix), atol=1e-12)
    assert np.array_equal(inverse, inverse.T)
    assert np.allclose(factor.solve(matrix[0]), np.eye(size)[0], atol=1e-12)


def test_the_climb_finds_the_top_within_the_bounds_and_holds_what_rests_on_one() -> (
    None
):
    top = np.array([0.5, -3.0, 2.0])
    shape = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 3.0]])

    def hill(x: Floats) -> tuple[float, Floats]:
        return float(-(x - top) @ shape @ (x - top)), -2 * shape @ (x - top)

    low, high = np.full(3, -1.0), np.full(3, 5.0)
    best = maximise(hill, np.zeros(3), np.eye(3), low=low, high=high)
    assert best.converged
    assert best.point[1] == -1
    # oracle: with the second entry held at -1 the others solve their linear equations
    free = np.ix_([0, 2], [0, 2])
    others = top[[0, 2]] - np.linalg.solve(shape[free], shape[[0, 2], 1] * 2)
    assert best.point[[0, 2]] == pytest.approx(others, abs=1e-4)
