"""Simulated raters are drawn once from a seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.services.rehearsal import Population, draw_population
from studies.services.rehearsal.market import worker_id


def test_the_same_seed_draws_the_same_raters() -> None:
    assert draw_population(Population(8, 3)) == draw_population(Population(8, 3))
    assert draw_population(Population(8, 3)) != draw_population(Population(8, 4))


def test_asking_for_more_raters_keeps_the_first_ones() -> None:
    few = draw_population(Population(5, 1, spammers=0.5, returning=0.3))
    many = draw_population(Population(50, 1, spammers=0.5, returning=0.3))
    assert many[:5] == few


def test_shares_are_of_the_raters() -> None:
    crowd = draw_population(
        Population(2000, 9, spammers=0.25, returning=0.1, abandoning=0.2)
    )
    share = {
        "spammers": sum(rater.kind == "spammer" for rater in crowd) / 2000,
        "returns": sum(rater.leaving == "returns" for rater in crowd) / 2000,
        "abandons": sum(rater.leaving == "abandons" for rater in crowd) / 2000,
    }
    # three standard errors of a share of 0.25 among 2000 are 0.03
    assert share == pytest.approx(
        {"spammers": 0.25, "returns": 0.1, "abandons": 0.2}, abs=0.03
    )


@given(st.floats(allow_nan=False).filter(lambda share: not 0 <= share <= 1))
def test_a_share_outside_0_to_1_is_refused_by_name(share: float) -> None:
    with pytest.raises(ValueError, match="spammers"):
        Population(3, 1, spammers=share)


def test_no_raters_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Population(0, 1)


def test_every_simulated_rater_shows_in_the_worker_id() -> None:
    ids = [worker_id(rater) for rater in draw_population(Population(20, 1))]
    assert len(set(ids)) == 20
    assert all(name.startswith("ASIM") and name.isalnum() for name in ids)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed"):
        Population(3, -1)
