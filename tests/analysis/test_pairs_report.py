"""The whole report of a study of pairs."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.pairs import encode_pairs, pairs_report
from tests.analysis.pairs_frames import judged, pairs_frame

STRENGTHS = {"Flow": 0.0, "Frame": -0.6, "Real": 0.8}


def test_everything_of_one_question_is_together() -> None:
    report = pairs_report(judged(STRENGTHS), replicates=100, seed=4)
    [part] = report.questions
    assert part.question == ""
    assert report.control == report.methods[-1] == "Real"
    assert {row.other for row in part.found} == {"Flow", "Frame"}
    assert {row.row for row in part.found} == {"Dog", "Drum", "Average"}
    assert len(part.preferred) == 3
    assert part.strengths is not None
    assert part.strengths.seed == 4
    assert (report.votes, report.items, report.videos) == (540, 180, 60)
    assert report.notes == part.notes == ()


def test_questions_are_reported_apart() -> None:
    real, sync = judged(STRENGTHS, seed=1), judged({"Flow": 1, "Frame": 0}, seed=2)
    pairs = pd.concat([real.assign(question="real"), sync.assign(question="in time")])
    report = pairs_report(pairs, replicates=60)
    names = [part.question for part in report.questions]
    assert names == ["in time", "real"]
    in_time, whole = report.questions
    assert in_time.found == ()
    assert whole.found == pairs_report(real, replicates=60).questions[0].found
    assert report.votes == len(pairs)
    # nobody was asked about the control there: that is no gap
    assert in_time.strengths is not None
    assert in_time.strengths.notes == ()


def test_a_liking_for_a_side_is_told() -> None:
    report = pairs_report(judged(STRENGTHS, left_bias=2.0), replicates=60)
    assert "Raters liked the left side" in report.questions[0].notes[-1]


def test_without_a_control_or_pairs_the_report_says_so() -> None:
    report = pairs_report(judged({"Flow": 0, "Frame": 1}), replicates=60)
    assert report.notes == (
        "No pair shows the control 'Real': nothing was to be found.",
    )
    empty = pairs_report(pairs_frame([]))
    assert empty.notes == ("No votes yet.",)
    [part] = empty.questions
    assert (part.found, part.preferred, part.strengths) == ((), (), None)


def test_row_order_changes_no_figure() -> None:
    pairs = judged(STRENGTHS, videos=24)
    reports = [
        pairs_report(
            each, replicates=60, methods=list(STRENGTHS), categories=["Dog", "Drum"]
        )
        for each in (pairs, pairs.sample(frac=1, random_state=3))
    ]
    one, two = (report.questions[0] for report in reports)
    assert (one.found, one.preferred) == (two.found, two.preferred)
    assert (one.sides, one.strengths) == (two.sides, two.strengths)


def test_further_answers_are_counted_and_told() -> None:
    pairs = judged({"Flow": 0, "Real": 1}, videos=4)
    twice = pd.concat([pairs, pairs.iloc[:2]])
    assert encode_pairs(twice).repeats == 2
    note = "A rater's further votes on a pair count too: 2 votes."
    assert pairs_report(twice, replicates=60).notes == (note,)


def test_a_category_named_average_keeps_its_name() -> None:
    pairs = judged({"Flow": 0, "Real": 1}, videos=6)
    pairs["category"] = "Average"
    rows = pairs_report(pairs, replicates=60).questions[0].found
    assert [row.row for row in rows] == ["Average", "Average of all"]


@pytest.mark.parametrize("alpha", [0, 1, 5])
def test_an_alpha_outside_0_and_1_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha is"):
        pairs_report(pairs_frame([]), alpha=alpha)
