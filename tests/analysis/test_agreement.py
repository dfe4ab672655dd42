from __future__ import annotations

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.agreement import Agreement, agreement, icc_oneway, vote_patterns
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame

Table = list[list[int | None]]

TABLES = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([0, 1, None]), min_size=raters, max_size=raters),
        min_size=1,
        max_size=12,
    )
)


def rows_of(table: Table) -> list[Row]:
    return [
        ("Dog", "Flow", f"v{item}", f"r{rater}", vote)
        for item, line in enumerate(table)
        for rater, vote in enumerate(line)
        if vote is not None
    ]


def measure(rows: list[Row], *, replicates: int = 40) -> tuple[Agreement, ...]:
    return agreement(encode_votes(frame(rows)), replicates=replicates)


@given(TABLES)
def test_alpha_is_krippendorffs(table: Table) -> None:
    rows = rows_of(table)
    got = measure(rows)[0]
    paired = [line for line in table if sum(vote is not None for vote in line) > 1]
    said = {vote for line in paired for vote in line if vote is not None}
    if len(said) < 2:
        assert got.alpha is None
        return
    data = np.array(paired, dtype=float).T
    want = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
    assert got.alpha == pytest.approx(want, abs=1e-12)


@given(TABLES)
def test_flipping_every_vote_changes_no_agreement(table: Table) -> None:
    flipped = [[None if vote is None else 1 - vote for vote in line] for line in table]
    for one, other in zip(
        measure(rows_of(table)), measure(rows_of(flipped)), strict=True
    ):
        for name in ("pairwise", "alpha", "ac1", "fleiss", "ac1_se"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12)


def test_order_of_rows_and_names_of_raters_change_nothing() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [0, 1, 2, 3, 3]),
        *cell_rows("Dog", "Real", [3, 2, 3])[:-1],
    ]
    plain = encode_votes(frame(rows), categories=["Dog"], methods=["Flow"])
    renamed = [(c, m, v, f"another {r}", vote) for c, m, v, r, vote in rows[::-1]]
    other = encode_votes(frame(renamed), categories=["Dog"], methods=["Flow"])
    assert agreement(plain) == agreement(other)
    assert vote_patterns(plain) == vote_patterns(other)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    votes = encode_votes(frame(cell_rows("Dog", "Flow", [0, 1, 2, 3, 3, 1, 2])))
    assert agreement(votes, seed=3) == agreement(votes, seed=3)
    assert agreement(votes, seed=3) != agreement(votes, seed=4)


def test_all_comes_first_then_methods_then_categories() -> None:
    rows = [*cell_rows("Dog", "Flow", [1]), *cell_rows("Rain", "Real", [3])]
    scopes = [(figures.scope, figures.name) for figures in measure(rows)]
    assert scopes == [
        ("all", "All"),
        ("method", "Flow"),
        ("method", "Real"),
        ("category", "Dog"),
        ("category", "Rain"),
    ]


def test_the_prevalence_paradox_shows_in_alpha_and_not_in_ac1() -> None:
    # 29 of 30 clips judged real by all, one by two of three: raters agree on nearly
    # everything, yet one vote in 90 gives chance-corrected alpha nothing to go by
    got = measure(cell_rows("Dog", "Real", [3] * 29 + [2]))[0]
    assert got.pairwise == pytest.approx(1 - 2 / 3 / 30)
    assert got.alpha == pytest.approx(0, abs=0.02)
    assert got.ac1 is not None
    assert got.ac1 > 0.97


def test_items_with_one_vote_do_not_enter_and_are_counted() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2, 3] * 4)
    single: Row = ("Dog", "Flow", "alone", "r1", 0)
    got, alone = measure([*rows, single])[0], measure(rows)[0]
    assert (got.items, got.votes, got.single) == (12, 36, 1)
    assert got.note == "1 item with one vote left out"
    assert (got.alpha, got.ac1) == (alone.alpha, alone.ac1)


def test_no_votes_and_single_votes_are_undefined_in_words() -> None:
    nothing = agreement(encode_votes(frame([])))
    assert [figures.note for figures in nothing] == ["no item has two votes"]
    single = measure([("Dog", "Flow", "v", "r", 1)])
    assert {figures.pairwise for figures in single} == {None}
    assert single[0].note == "no item has two votes; 1 item with one vote left out"


def test_equal_votes_have_full_agreement_but_no_alpha_and_no_interval() -> None:
    rows = cell_rows("Dog", "Real", [3, 3, 3])[:-1]
    got = measure(rows)[0]
    assert (got.pairwise, got.ac1, got.brennan_prediger) == (1, 1, 1)
    assert got.alpha is got.fleiss is got.ac1_se is got.pairwise_low is None
    assert "all votes are alike" in got.note
    assert "no interval" in got.note


def test_a_single_unlike_vote_leaves_too_little_for_an_interval_of_alpha() -> None:
    got = measure(cell_rows("Dog", "Real", [3, 3, 3, 2]), replicates=400)[0]
    assert got.alpha is not None
    assert got.alpha_low is None
    assert got.pairwise_low is not None
    assert got.note == "too few unlike votes for an interval of alpha"


def test_kappa_of_unequal_votes_is_that_of_the_items_with_the_usual_number() -> None:
    rows = cell_rows("Dog", "Flow", [0, 1, 2, 3, 3] * 2)
    fewer: list[Row] = [("Dog", "Flow", "w", f"r{rater}", 1) for rater in range(2)]
    got = measure([*rows, *fewer])[0]
    assert got.fleiss == measure(rows)[0].fleiss
    assert got.note == "Fleiss' kappa on the 10 of 11 items with 3 votes"


def test_patterns_count_items_with_other_numbers_of_votes_apart() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [0, 1, 1, 3]),
        ("Dog", "Flow", "w", "r", 1),
        *cell_rows("Dog", "Real", [3]),
    ]
    coded = encode_votes(frame(rows), methods=["Seq"])
    got = {p.method: (p.counts, p.other) for p in vote_patterns(coded)}
    assert got == {
        "Seq": ((0, 0, 0, 0), 0),
        "Flow": ((1, 2, 0, 1), 1),
        "Real": ((0, 0, 0, 1), 0),
    }
    assert vote_patterns(encode_votes(frame([]))) == ()


def test_intraclass_correlation_is_1_of_equal_groups_and_undefined_of_singles() -> None:
    codes = np.array([0, 0, 1, 1, 2, 2])
    assert icc_oneway(np.array([1, 1, 0, 0, 1, 1]), codes) == 1
    # MSB = 0, MSW = 1/2, n0 = 2: (0 - 1/2) / (0 + 1/2)
    assert icc_oneway(np.array([1, 0] * 3), codes) == pytest.approx(-1)
    assert icc_oneway(np.array([1, 0, 1]), np.arange(3)) is None
    assert icc_oneway(np.array([1, 0, 1]), np.zeros(3, int)) is None
    assert icc_oneway(np.ones(6, int), codes) is None
    assert icc_oneway(np.zeros(0, int), np.zeros(0, int)) is None


@pytest.mark.parametrize("alpha", [0, 1, -0.1])
def test_a_level_outside_0_and_1_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        agreement(encode_votes(frame([])), alpha=alpha)


def test_no_replicates_are_refused() -> None:
    with pytest.raises(ValueError, match="replicates is 0"):
        agreement(encode_votes(frame([])), replicates=0)
