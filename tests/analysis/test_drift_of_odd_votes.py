"""What the checks of drift say of votes with few places, few raters or odd values."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from analysis.quality import Diagnostic, quality
from analysis.quality.drift import drift
from analysis.votes import encode_votes
from tests.analysis.courses import DAY, ORDER, WITHIN, checks, study
from tests.analysis.frames import Row, frame


def test_columns_that_are_missing_leave_no_lines() -> None:
    votes, course = study(8)
    assert list(checks(votes, course)) == [WITHIN, ORDER, DAY]
    assert list(checks(votes, course[["hour"]])) == [DAY]
    assert not checks(votes, course[["position"]])
    assert not drift(votes, None)
    names = {check.name for check in quality(votes).diagnostics}
    assert not names & {WITHIN, ORDER, DAY}
    assert {check.name for check in quality(votes, course).diagnostics} > {WITHIN, DAY}


def test_columns_without_values_were_not_recorded() -> None:
    votes, course = study(8)
    blank = course.assign(position=np.nan, hour="")
    assert {(check.ok, check.text) for check in drift(votes, blank)} == {
        (None, "not recorded")
    }


def test_a_file_gives_what_the_frame_gave() -> None:
    votes, course = study(9)
    course.loc[::7, ["position", "hour"]] = pd.NA
    words = course.astype("string").fillna("").astype("category")
    assert drift(votes, words) == drift(votes, course)


def test_the_order_of_the_rows_changes_nothing() -> None:
    votes, course = study(10)
    order = np.random.default_rng(0).permutation(len(course))
    arrays = ("vote", "category", "method", "item", "video", "worker")
    other = dataclasses.replace(
        votes, **{name: getattr(votes, name)[order] for name in arrays}
    )
    assert drift(other, course.iloc[order]) == drift(votes, course)


def test_sessions_numbered_anew_for_each_rater_are_kept_apart() -> None:
    votes, course = study(11)
    assert drift(votes, course.assign(session_id=1)) == drift(votes, course)


def small(rows: list[Row], **course: list[int]) -> dict[str, Diagnostic]:
    table = frame(rows).assign(**course)
    return checks(encode_votes(table), table)


def test_one_vote_one_rater_and_one_system_are_told_and_not_judged() -> None:
    one: list[Row] = [("Dog", "Flow", "v0", "r0", 1)]
    found = small(one, session_id=[1], position=[1], hour=[23])
    assert {check.ok for check in found.values()} == {None}
    assert found[WITHIN].text.startswith("no clips of one kind were judged both early")
    assert found[ORDER].text == "0 sessions with more than one system: too few to tell"
    assert found[DAY].text == (
        "votes of 10 raters or more at no time of day (UTC): nothing to compare; left "
        "out with under 10 raters: 18-23 h"
    )
    rows: list[Row] = [("Dog", "Flow", f"v{n}", "r0", n % 2) for n in range(12)]
    found = small(rows, session_id=[1] * 12, position=[*range(1, 13)], hour=[9] * 12)
    # of 12 votes, fake and real in turn, the first and the last four
    assert found[WITHIN].text == (
        "share judged real in the last third of a session minus the first: +0.00 "
        "points; few clusters (1 rater, 4 clips): no clustered error"
    )


def test_sessions_of_two_have_no_thirds_but_an_order() -> None:
    rows: list[Row] = [
        ("Dog", method, f"v{rater}-{method}", f"r{rater}", 1)
        for rater in range(12)
        for method in ("Flow", "Real")
    ]
    course = {"session_id": [n // 2 for n in range(24)], "hour": [3] * 24}
    found = small(rows, **course, position=[1, 2] * 12)
    assert found[WITHIN].ok is None
    # a sign test's chi-squared: 12 of 12 one way, (12 - 0)^2 / 12, p = 5.3e-4
    assert "chi-squared 12.0 on 1 df, p = 0.000532" in found[ORDER].text
    assert found[ORDER].ok is False
    assert found[DAY].text.endswith("at 0-5 h alone (UTC): nothing to compare")


def test_a_study_in_which_all_judged_alike_has_no_error_to_test_by() -> None:
    votes, course = study(13)
    found = checks(dataclasses.replace(votes, vote=np.ones_like(votes.vote)), course)
    assert (found[WITHIN].ok, found[DAY].ok) == (None, None)
    assert "+0.00 points; no variance" in found[WITHIN].text
    assert "spread 0.0 points, no variance" in found[DAY].text


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (
            "position",
            0,
            "position is 0: write a whole number from 1 to 1,000,000, or nothing",
        ),
        ("position", 1.5, "position is 1.5: "),
        ("hour", 24, "hour is 24: write a whole number from 0 to 23, or nothing"),
        ("hour", -1, "hour is -1: "),
        ("hour", "noon", "hour is 'noon': "),
        ("position", "inf", "position is inf: "),
    ],
)
def test_places_and_hours_that_cannot_be_are_named(
    column: str, value: float | str, words: str
) -> None:
    votes, course = study(12)
    course[column] = [value, *course[column].tolist()[1:]]
    with pytest.raises(ValueError, match=re.escape(words)):
        drift(votes, course)
