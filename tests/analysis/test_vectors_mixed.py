"""The mixed model against glmmTMB, lme4 and statsmodels, by the shared vectors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from analysis.mixed import fit_exchangeable, fit_system
from analysis.votes import encode_votes, read_votes
from tests.analysis.frames import shared

if TYPE_CHECKING:
    import pandas as pd

    from analysis.mixed import MixedFit
    from analysis.votes import CodedVotes

Vectors = dict[str, Any]
METHODS = ("Frame", "Seq", "Flow", "Real")


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    document = json.loads(shared("analysis_vectors.json").read_text(encoding="utf-8"))
    return {vector["name"]: vector["output"] for vector in document["vectors"]}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return read_votes(shared("vegas_votes.csv.gz"))


@pytest.fixture(scope="module")
def dog(frame: pd.DataFrame) -> CodedVotes:
    return encode_votes(frame[frame["category"] == "Dog"], methods=METHODS)


@pytest.fixture(scope="module")
def fits(frame: pd.DataFrame, dog: CodedVotes) -> dict[str, MixedFit]:
    votes = encode_votes(frame, methods=METHODS)
    found = {
        "dog": fit_system(dog, item=False),
        "all_two_factors": fit_system(votes, item=False),
        "all_three_factors": fit_system(votes),
    }
    return {name: fit for name, fit in found.items() if fit is not None}


@pytest.mark.parametrize("name", ["dog", "all_two_factors", "all_three_factors"])
def test_the_fit_is_the_one_of_glmmtmb(
    vectors: Vectors, fits: dict[str, MixedFit], name: str
) -> None:
    fit, expected = fits[name], vectors[f"glmm_{name}"]
    # the tolerances are those of the vectors' meta
    assert fit.names == ("intercept", "Frame", "Seq", "Flow")
    assert fit.loglik == pytest.approx(expected["loglik"], abs=1e-3)
    assert fit.beta == pytest.approx(expected["beta"], abs=2e-4)
    assert fit.se == pytest.approx(expected["se"], rel=2e-3)
    assert fit.sd_worker == pytest.approx(expected["sd_worker"], abs=2e-4)
    assert fit.sd_video == pytest.approx(expected["sd_video"], abs=2e-4)
    if name == "all_three_factors":
        assert fit.sd_item == pytest.approx(expected["sd_item"], abs=2e-4)
    else:
        assert fit.sd_item is None
    assert fit.converged
    assert fit.note == ""


@pytest.mark.parametrize("name", ["dog", "all_two_factors", "all_three_factors"])
def test_lme4_stops_no_higher_and_close_by(
    vectors: Vectors, fits: dict[str, MixedFit], name: str
) -> None:
    fit, lme4 = fits[name], vectors["glmm_lme4"][name]
    assert fit.loglik >= lme4["loglik"]
    assert fit.beta == pytest.approx(lme4["beta"], abs=0.01)


def test_variational_errors_of_statsmodels_are_a_third_to_a_half_of_ours(
    vectors: Vectors, fits: dict[str, MixedFit]
) -> None:
    deviations = vectors["statsmodels_vb_warning"]["fe_sd"]
    ratios = [vb / se for vb, se in zip(deviations, fits["dog"].se, strict=True) if se]
    assert len(ratios) == 4
    # the note of the vector: .32 to .54, two decimals
    assert round(min(ratios), 2) == 0.32
    assert round(max(ratios), 2) == 0.54


def test_estimating_equations_are_those_of_statsmodels(
    vectors: Vectors, dog: CodedVotes
) -> None:
    fit, expected = fit_exchangeable(dog), vectors["gee_dog"]
    assert fit is not None
    # the vector's names go Real, Flow, Frame, Seq
    order = [0, 3, 1, 2]
    assert [fit.beta[place] for place in order] == pytest.approx(
        expected["params"], rel=1e-5
    )
    assert [fit.se[place] for place in order] == pytest.approx(
        expected["bse"], rel=1e-5
    )
    assert fit.converged
