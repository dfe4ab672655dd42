"""P values adjusted for their number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.contrasts import benjamini_hochberg, bonferroni, holm

multitest = pytest.importorskip("statsmodels.stats.multitest")

ADJUSTMENTS = {"holm": holm, "fdr_bh": benjamini_hochberg, "bonferroni": bonferroni}

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@pytest.mark.parametrize("name", ADJUSTMENTS)
# the oracle takes a tenth of a second for Holm's
@settings(max_examples=15, deadline=None)
@given(values=p_values)
def test_statsmodels_adjusts_alike(name: str, values: list[float]) -> None:
    expected = multitest.multipletests(values, method=name)[1]
    assert ADJUSTMENTS[name](values) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", ADJUSTMENTS)
@given(values=p_values)
def test_an_undone_test_stays_undone_and_does_not_count(
    name: str, values: list[float]
) -> None:
    adjusted = ADJUSTMENTS[name]([None, *values, None])
    assert adjusted == (None, *ADJUSTMENTS[name](values), None)


@given(p_values)
def test_no_adjustment_makes_a_p_smaller_or_passes_one(values: list[float]) -> None:
    for adjust in ADJUSTMENTS.values():
        for before, after in zip(values, adjust(values), strict=True):
            assert after is not None
            assert before <= after <= 1


def test_no_tests_need_no_adjustment() -> None:
    assert holm([]) == benjamini_hochberg([None])[1:] == bonferroni([]) == ()
