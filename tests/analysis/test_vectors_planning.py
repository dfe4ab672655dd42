"""The shared vectors of sizes and powers in closed form."""

import json
from typing import Any

import pytest

from analysis.planning import (
    effect_size_h,
    power_independent,
    sample_size_independent,
    variance_inflation,
)
from tests.analysis.frames import shared

RELATIVE = 1e-5


@pytest.fixture(scope="module")
def vectors() -> dict[str, dict[str, Any]]:
    """Return the vectors by name."""
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector for vector in document["vectors"]}


def test_the_inflation_is_that_of_the_formula(
    vectors: dict[str, dict[str, Any]],
) -> None:
    vector = vectors["planning_design_effect"]
    for method, given in vector["input"].items():
        got = variance_inflation(
            given["v"],
            rho_item=given["rho_item"],
            m_star=given["m_star"],
            rho_worker=given["rho_worker"],
        )
        assert got == pytest.approx(vector["output"][method], rel=RELATIVE)


def test_effect_sizes_are_those_of_statsmodels(
    vectors: dict[str, dict[str, Any]],
) -> None:
    vector = vectors["effect_size_h"]
    got = [effect_size_h(one, other) for one, other in vector["input"]]
    assert got == pytest.approx(vector["output"], rel=RELATIVE)


def test_sizes_are_those_of_statsmodels(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["sample_size_indep"]
    got = [sample_size_independent(one, other) for one, other in vector["input"]]
    assert got == pytest.approx(vector["output"], rel=RELATIVE)


def test_powers_are_those_of_statsmodels(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["power_indep"]
    got = [power_independent(*given) for given in vector["input"]]
    assert got == pytest.approx(vector["output"], rel=RELATIVE)


def test_equal_shares_need_no_end_of_votes() -> None:
    with pytest.raises(ValueError, match="no number of votes"):
        sample_size_independent(0.7, 0.7)
