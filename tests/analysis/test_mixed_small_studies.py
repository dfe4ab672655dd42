"""The mixed model says something of any votes at all, and never falls over."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.mixed import fit_exchangeable, mixed_report
from analysis.votes import encode_votes
from tests.analysis.frames import Row, frame

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Dog", "Rain"]),
        st.sampled_from(["Frame", "Flow", "Real"]),
        st.integers(0, 3),
        st.integers(0, 4),
        st.integers(0, 1),
    ),
    max_size=40,
)


def named(rows: list[tuple[str, str, int, int, int]]) -> list[Row]:
    # a clip belongs to one category
    return [
        (category, method, f"{category}{clip}", f"r{rater}", vote)
        for category, method, clip, rater, vote in rows
    ]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_any_votes_give_numbers_within_bounds_or_a_note(
    rows: list[tuple[str, str, int, int, int]],
) -> None:
    votes = encode_votes(frame(named(rows)))
    report = mixed_report(votes)
    fit = report.fit
    if fit is None:
        assert report.notes
    else:
        assert len(fit.names) == len(fit.beta) == len(fit.se)
        assert all(abs(beta) <= 50 for beta in fit.beta)
        assert all(se is None or (math.isfinite(se) and se > 0) for se in fit.se)
        assert None not in fit.se or fit.note
        assert fit.loglik <= 0
        for sd in (fit.sd_worker, fit.sd_video, fit.sd_item):
            assert sd is None or 0 <= sd <= 12.001
    for test in report.tests:
        assert test.df > 0
        assert test.statistic >= 0
        assert 0 <= test.p <= 1


@settings(max_examples=100, deadline=None)
@given(rows=ROWS)
def test_estimating_equations_give_finite_numbers_or_none(
    rows: list[tuple[str, str, int, int, int]],
) -> None:
    fit = fit_exchangeable(encode_votes(frame(named(rows))))
    if fit is not None:
        assert all(math.isfinite(value) for value in (*fit.beta, *fit.se))
