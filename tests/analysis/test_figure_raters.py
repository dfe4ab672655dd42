"""Figures of raters: who did how much, the funnel, and no full name anywhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analysis.figures import rater_funnel, rater_ranks, short_name
from analysis.figures.funnel import funnel
from analysis.quality import RaterProfile


def rater(worker: str, votes: int, real: int, *odd: str) -> RaterProfile:
    return RaterProfile(worker, votes, real, real / votes, 0, 0, 0, 0, odd=odd)


def test_ranks_tell_the_work_of_the_busiest_and_who_is_over_the_cap() -> None:
    raters = [rater(f"r{n}", votes, 1) for n, votes in enumerate([50] + [10] * 19)]
    figure = rater_ranks(raters, cap=40)
    # the two cast 50 and 10 of 240
    assert figure.title == "The 2 busiest of 20 raters cast 25% of 240 votes"
    assert "1 above the cap of 40 votes" in figure.description
    assert "cap 40" in figure.svg()


def test_one_rater_and_steep_ranks_are_drawn_too() -> None:
    assert rater_ranks([rater("a", 3, 1)]).title == "One rater cast all 3 votes"
    steep = rater_ranks([rater("a", 5000, 1), *(rater(f"{n}", 2, 1) for n in range(9))])
    assert ">10,000<" in steep.svg()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.77])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_the_funnel_is_the_binomial_one(share: float, level: float) -> None:
    votes, low, high = funnel(share, 400, level)
    tail = (1 - level) / 2
    # oracle: scipy's binomial quantiles, less than a vote from the interpolated ones
    for part, bounds in ((tail, low), (1 - tail, high)):
        exact = stats.binom.ppf(part, votes, share)
        assert np.all(np.abs(np.array(bounds) * votes - exact) <= 1 + 1e-9)
    assert votes[0] == 1
    assert votes[-1] == 400


def test_no_full_name_of_a_rater_is_drawn() -> None:
    raters = [rater("A1SECRETWORKER", 40, 40, "always real"), rater("B2", 40, 20)]
    for figure in (rater_funnel(raters), rater_ranks(raters)):
        assert "SECRET" not in figure.svg()
        assert b"SECRET" not in figure.pdf()
    assert short_name("A1SECRETWORKER") in rater_funnel(raters).svg()
    assert short_name("B2") not in rater_funnel(raters).svg()
    assert short_name("B2") != short_name("B2", salt="x")


def test_a_rater_named_by_a_hash_is_found_in_the_tables_by_its_beginning() -> None:
    hashed = "7488b51dd6d3" + 20 * "0"  # as the site's salted hashes are
    assert short_name(hashed) == "7488b5"
    figure = rater_funnel([rater(hashed, 40, 40, "always real"), rater("B2", 40, 20)])
    assert ">7488b5<" in figure.svg()


def test_a_lone_vote_is_within_chance_and_forty_against_all_are_not() -> None:
    crowd = [rater(f"r{n}", 40, 20) for n in range(20)]
    title = rater_funnel([*crowd, rater("one", 1, 1)]).title
    assert title == "None of 21 raters lie outside what chance explains (99.8%)"
    title = rater_funnel([*crowd, rater("all", 40, 40)]).title
    assert title == "1 of 21 raters lies outside what chance explains (99.8%)"
    assert rater_funnel([rater("a", 5, 5)]).title.startswith("None of 1 rater lie")


def test_a_wider_funnel_allows_for_raters_who_differ() -> None:
    raters = [rater(f"r{n}", 100, 20 + 3 * n) for n in range(20)]
    chance, wide = rater_funnel(raters), rater_funnel(raters, spread=0.17)
    # sqrt(.485 * .515 / 100) * 3.09 = .154 of .485: 20 to 32 and 65 to 77 lie outside
    assert chance.title.startswith("10 of 20 raters lie outside what chance explains")
    assert wide.title.startswith("None of 20 raters lie outside what chance and raters")
    assert "17.0 points" in wide.description


def test_no_votes_make_no_figure_of_raters() -> None:
    assert rater_funnel([]).empty
    assert rater_ranks([]).empty
