"""What the mixed model reports of whole studies, and of studies it cannot fit."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.discrete.discrete_model import Logit

from analysis.mixed import (
    SimulatedDesign,
    fit_exchangeable,
    fit_system,
    mixed_report,
    simulate_votes,
)
from analysis.votes import CodedVotes, encode_votes
from tests.analysis.frames import Row, cell_rows, frame, spread

DESIGN = SimulatedDesign(
    rates=((0.6, 0.7, 0.9), (0.5, 0.75, 0.85)),
    categories=("Dog", "Rain"),
    methods=("Frame", "Flow", "Real"),
    control="Real",
    clips_per_category=60,
    votes_per_item=3,
    raters=60,
    sd_worker=0.8,
    sd_video=0.6,
    sd_item=0.5,
)


def coded(rows: list[Row]) -> CodedVotes:
    return encode_votes(frame(rows))


def saturated(votes: CodedVotes, chosen: np.ndarray) -> CodedVotes:
    return dataclasses.replace(votes, vote=np.where(chosen, 1, votes.vote))


def logit_loglik(votes: CodedVotes, columns: np.ndarray) -> float:
    return float(Logit(votes.vote, columns).fit(disp=0).llf)


def test_without_random_effects_it_is_plain_logistic_regression() -> None:
    # every vote by another rater on another clip
    rows = [
        (
            ("Dog", "Rain")[i % 2],
            method,
            f"{method}{i}",
            f"{method}r{i}",
            int(i % 7 < k),
        )
        for i in range(60)
        for method, k in (("Frame", 3), ("Flow", 4), ("Real", 6))
    ]
    votes = coded(rows)
    report = mixed_report(votes)
    dog = (votes.category == 0).astype(float)
    system = np.eye(3)[votes.method]
    loglik = [
        logit_loglik(votes, columns)
        for columns in (
            system,
            np.column_stack((dog, 1 - dog)),
            np.column_stack((system, dog)),
            np.column_stack((system, system * dog[:, None])),
        )
    ]
    assert report.fit is not None
    assert report.fit.loglik == pytest.approx(loglik[0], abs=1e-6)
    assert report.fit.sd_worker is report.fit.sd_video is report.fit.sd_item is None
    expected = Logit(votes.vote, np.column_stack((np.ones(180), system[:, :2]))).fit(
        disp=0
    )
    assert report.fit.beta == pytest.approx(expected.params, abs=1e-5)
    assert report.fit.se == pytest.approx(expected.bse, rel=1e-4)
    first, second = report.tests
    assert (first.name, first.df) == ("system", 2)
    assert first.statistic == pytest.approx(2 * (loglik[2] - loglik[1]), abs=1e-6)
    assert (second.name, second.df) == ("category x system", 2)
    assert second.statistic == pytest.approx(2 * (loglik[3] - loglik[2]), abs=1e-6)
    assert second.p == pytest.approx(stats.chi2.sf(second.statistic, 2))
    assert "no effect of raters: none has more than one vote" in report.notes


def test_the_deviations_behind_the_votes_are_found_again() -> None:
    design = dataclasses.replace(DESIGN, clips_per_category=400, raters=200)
    fit = fit_system(simulate_votes(design, seed=5))
    assert fit is not None
    assert fit.converged
    components = mixed_report(simulate_votes(DESIGN, seed=5)).components
    assert components is not None
    truth = (design.sd_worker, design.sd_video, design.sd_item)
    found = (fit.sd_worker, fit.sd_video, fit.sd_item)
    for sd, true, error in zip(found, truth, fit.log_sd_se, strict=True):
        assert sd is not None
        assert error is not None
        # four standard errors on the logarithm; Laplace shrinks items a little besides
        assert abs(math.log(sd / true)) < 4 * error + 0.1


def test_flipping_every_vote_mirrors_the_fit() -> None:
    votes = simulate_votes(DESIGN, seed=1)
    flipped = dataclasses.replace(votes, vote=1 - votes.vote)
    one, other = mixed_report(votes), mixed_report(flipped)
    assert one.fit is not None
    assert other.fit is not None
    assert other.fit.beta == pytest.approx([-beta for beta in one.fit.beta], abs=1e-6)
    assert other.fit.se == pytest.approx(one.fit.se, rel=1e-5)
    assert [t.statistic for t in one.tests] == pytest.approx(
        [t.statistic for t in other.tests], abs=1e-5
    )


def test_the_order_of_votes_and_the_names_of_raters_do_not_matter() -> None:
    votes = simulate_votes(DESIGN, seed=1)
    random = np.random.default_rng(0)
    order = random.permutation(len(votes.vote))
    fields = ("vote", "category", "method", "item", "video", "worker")
    shuffled = {name: getattr(votes, name)[order] for name in fields}
    shuffled["worker"] = random.permutation(votes.workers)[shuffled["worker"]]
    shuffled["video"] = random.permutation(votes.videos)[shuffled["video"]]
    one = mixed_report(votes)
    other = mixed_report(dataclasses.replace(votes, **shuffled))
    assert one.fit is not None
    assert other.fit is not None
    assert other.fit.beta == pytest.approx(one.fit.beta, rel=1e-7)
    assert other.fit.se == pytest.approx(one.fit.se, rel=1e-5)
    assert [t.statistic for t in one.tests] == pytest.approx(
        [t.statistic for t in other.tests], abs=1e-6
    )


def test_more_effects_never_fit_worse_and_the_interaction_can_be_left_out() -> None:
    report = mixed_report(simulate_votes(DESIGN, seed=2))
    assert [(test.name, test.df) for test in report.tests] == [
        ("system", 2),
        ("category x system", 2),
    ]
    assert all(test.statistic >= 0 and 0 <= test.p <= 1 for test in report.tests)
    assert report.tests[0].p < 1e-6
    short = mixed_report(simulate_votes(DESIGN, seed=2), interaction=False)
    assert short.tests == report.tests[:1]


def test_a_missing_cell_takes_a_degree_of_the_interaction() -> None:
    votes = simulate_votes(DESIGN, seed=2)
    kept = ~((votes.category == 1) & (votes.method == 0))
    fields = ("vote", "category", "method", "item", "video", "worker")
    part = {name: getattr(votes, name)[kept] for name in fields}
    report = mixed_report(dataclasses.replace(votes, **part))
    assert [test.df for test in report.tests] == [2, 1]


def test_a_cell_of_equal_votes_is_bounded_and_noted() -> None:
    votes = simulate_votes(DESIGN, seed=3)
    cell = (votes.category == 0) & (votes.method == 2)
    report = mixed_report(saturated(votes, cell))
    assert report.fit is not None
    assert report.fit.converged
    assert [test.df for test in report.tests] == [2, 2]
    (note,) = report.notes
    assert note == (
        "test of category x system: left out: 180 votes in 1 level of all equal votes, "
        "whose effect has no bound; the chi-square is rough"
    )


def test_a_method_of_equal_votes_gets_a_stand_in_and_no_error() -> None:
    votes = simulate_votes(DESIGN, seed=3)
    report = mixed_report(saturated(votes, votes.method == 2))
    fit = report.fit
    assert fit is not None
    assert fit.beta[0] == 15
    assert fit.se == (None, None, None)
    assert fit.note.startswith("all votes on Real are real: its logit has no bound")
    # what the others share is the fit of their votes alone
    rest = saturated(votes, votes.method == 2)
    fields = ("vote", "category", "method", "item", "video", "worker")
    part = {name: getattr(rest, name)[rest.method < 2] for name in fields}
    alone = fit_system(dataclasses.replace(rest, **part))
    assert alone is not None
    assert fit.loglik == pytest.approx(alone.loglik, abs=1e-6)
    assert fit.beta[0] + fit.beta[1] == pytest.approx(alone.beta[0], abs=1e-5)


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([], "no votes"),
        ([("Dog", "A", "v", "r", 1)], "1 vote, all of them real"),
        (
            [("Dog", m, f"v{i}", "r", i % 2) for i in range(9) for m in "AB"],
            "one rater",
        ),
        (
            [("Dog", m, "v", f"r{i}", i % 2) for i in range(9) for m in "AB"],
            "one source",
        ),
        (
            [("Dog", m, f"v{i}", f"r{i}", 0) for i in range(9) for m in "AB"],
            "all of them",
        ),
    ],
)
def test_what_cannot_be_fitted_says_why(rows: list[Row], note: str) -> None:
    votes = coded(rows)
    report = mixed_report(votes)
    assert report.fit is None
    assert report.components is None
    assert report.tests == ()
    assert note in report.notes[0]
    assert fit_system(votes) is None


def test_one_method_and_one_category_have_nothing_to_test() -> None:
    report = mixed_report(coded(cell_rows("Dog", "Flow", spread(40, 20))))
    assert report.fit is not None
    assert report.tests == ()
    assert "no test of system: it adds no effect to tell" in report.notes


def test_votes_that_raters_alone_decide_have_no_bound_and_no_errors() -> None:
    rows = [
        ("Dog", method, f"v{clip}", f"r{rater}", rater % 2)
        for clip in range(20)
        for method in "AB"
        for rater in range(6)
    ]
    fit = mixed_report(coded(rows)).fit
    assert fit is not None
    assert not fit.converged
    assert fit.se == (None, None)
    assert "the deviation between raters has no bound" in fit.note


def test_estimating_equations_need_two_clips_and_both_kinds_of_votes() -> None:
    assert fit_exchangeable(coded([])) is None
    assert fit_exchangeable(coded([("Dog", "A", "v", "r", 1)])) is None
    assert fit_exchangeable(coded(cell_rows("Dog", "A", [3, 3, 3]))) is None
    one = [("Dog", "A", "v", f"r{n}", n % 2) for n in range(6)]
    assert fit_exchangeable(coded(one)) is None
