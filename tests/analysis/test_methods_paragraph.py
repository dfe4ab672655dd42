"""The methods paragraph says what was done, in a study that runs and without rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.report import Exclusions, ReportOptions, study_report
from analysis.study import Comparisons, Flow, Look, SequentialPlan, StudyRecord
from tests.analysis.frames import cell_rows, frame, table2_votes

FLOW = Flow(40, 38, None, 36, 30, 29, 15_390, 15_360, (("catch items", 30),))
CLOSED = StudyRecord(
    comparisons=Comparisons(declared=True, margin_pp=5),
    methods={"exclusion_rules": "two catch items"},
    flow=FLOW,
)


def paragraph(record: StudyRecord, exclusions: Exclusions = "both") -> str:
    options = ReportOptions(exclusions=exclusions, replicates=2)
    return study_report(table2_votes(), record, options=options).methods


def test_while_a_study_runs_no_test_is_said_to_have_been_made() -> None:
    said = paragraph(replace(CLOSED, interim=True))
    assert "were compared" not in said
    assert "No comparison was tested, since the study is not closed" in said
    assert "exact sign-flip tests on per-clip vote differences" in said
    assert "as declared before the first vote" in said
    closed = paragraph(CLOSED)
    assert "Systems were compared by exact sign-flip tests" in closed
    assert "not closed" not in closed


def test_looks_are_told_as_they_were_taken() -> None:
    plan = SequentialPlan("pocock", 3, "Seq", "Flow")
    declared = replace(CLOSED, comparisons=replace(CLOSED.comparisons, sequential=plan))
    looked = replace(
        declared,
        looks=(Look(1, "", 400, 2400, -0.01, -0.5, 2.289, crossed=False),),
    )
    assert (
        "Seq against Flow was to be tested sequentially (Pocock bounds, none of 3 "
        "looks taken), as declared"
    ) in paragraph(declared)
    words = (
        "Seq against Flow was tested sequentially (Pocock bounds, 1 of 3 looks taken)"
    )
    assert words in paragraph(looked)
    running = paragraph(replace(looked, interim=True))
    assert words in running
    assert "Apart from the declared looks no comparison was tested" in running


def test_what_was_paid_is_told_of_those_who_were_paid() -> None:
    paid = {"reward_usd": "0.50", "median_minutes": "4.0", "paid_per_hour_usd": "7.50"}
    whole = (
        "A session was paid $0.50 and took a median of 4.0 minutes ($7.50 per hour)."
    )
    assert whole in paragraph(replace(CLOSED, methods=paid))
    links = {"median_minutes": "4.0", "unpaid": "invitation links"}
    said = paragraph(replace(CLOSED, methods=links))
    assert "A session took a median of 4.0 minutes. Through invitation links " in said
    assert "nothing was paid by the tool." in said
    assert "was paid $" not in said


def test_votes_of_no_people_are_not_told_as_peoples() -> None:
    facts = {"simulated": "5 of 5 sessions by simulated raters"}
    said = paragraph(replace(CLOSED, methods=facts))
    assert "These were no people: 5 of 5 sessions by simulated raters." in said
    assert "no people" not in paragraph(CLOSED)


def test_every_hash_says_what_it_is_of() -> None:
    assert "; SHA-256 of the votes " in paragraph(CLOSED)


@pytest.mark.parametrize("exclusions", ["both", "on"])
def test_exclusions_that_were_made_are_told(exclusions: Exclusions) -> None:
    said = paragraph(CLOSED, exclusions)
    assert "rules fixed before the first vote: two catch items." in said
    assert "36 used; 30 of 15,390 submitted votes were excluded." in said


def test_exclusions_that_were_not_made_are_not_told_as_made() -> None:
    said = paragraph(CLOSED, "off")
    assert "Exclusions followed" not in said
    assert "were excluded" not in said
    assert "Exclusion rules fixed before the first vote: two catch items." in said
    assert "They would have left out 30 of 15,390 submitted votes" in said
    assert "every submitted vote was analysed" in said


def test_only_what_was_judged_is_said_to_have_been() -> None:
    full = [
        row
        for category in ("Dog", "Drum")
        for method in ("Seq", "Real")
        for row in cell_rows(category, method, [2] * 12)
    ]
    record = StudyRecord(
        categories=("Dog", "Drum", "Rain"), method_names=("Seq", "Flow", "Real")
    )
    said = study_report(frame(full), record).methods
    assert "24 source clips in 2 categories, each under Seq, Real." in said
    said = study_report(frame(full[:-3]), record).methods
    assert "24 source clips in 2 categories, under Seq, Real." in said
