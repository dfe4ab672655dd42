"""The methods paragraph names the intervals and tests that the tables really hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.report import ReportOptions, StudyReport, study_report
from analysis.study import Comparisons, StudyRecord
from tests.analysis.frames import cell_rows, frame

if TYPE_CHECKING:
    from analysis.intervals import Kind

# of three votes on each clip, how many are "real"
COUNTS = [2, 1, 3, 2, 0, 1, 2, 3, 1, 0, 2, 3]
SHIFTED = [1, 1, 2, 0, 3, 1, 0, 2, 1, 0, 3, 0]
CLUSTERED = "two-way clustered, logit, t"
FEW = "Clopper-Pearson on the videos' majority labels"
WHY_FEW = "fewer than 10 raters or source clips"


def report(
    clips: dict[str, int], kind: Kind = "twoway", margin: float | None = None
) -> StudyReport:
    rows = [
        row
        for category, number in clips.items()
        for method, counts in (("Seq", COUNTS), ("Real", SHIFTED))
        for row in cell_rows(category, method, counts[:number])
    ]
    return study_report(
        frame(rows),
        StudyRecord(comparisons=Comparisons(margin_pp=margin)),
        options=ReportOptions(interval=kind, replicates=20),
    )


def methods_of(found: StudyReport) -> set[str]:
    return {cell.interval.method for cell in found.table.cells if cell.interval}


def test_a_table_of_few_clusters_is_told_as_such() -> None:
    found = report({"Dog": 3, "Drum": 3})
    assert methods_of(found) == {f"few clusters: {FEW}"}
    assert (
        f"Intervals (95%): {FEW}, widened where they leave out the share, since all "
        f"shares have {WHY_FEW} (in an average less one clip for each category after "
        "the first)."
    ) in found.methods
    assert CLUSTERED not in found.methods


def test_both_kinds_in_a_table_are_told_with_their_shares() -> None:
    found = report({"Dog": 4, "Drum": 12})
    assert methods_of(found) == {CLUSTERED, f"few clusters: {FEW}"}
    assert f"Intervals (95%): {CLUSTERED}, clustered by rater and" in found.methods
    assert (
        f"; elsewhere {FEW}, widened where they leave out the share, for 2 shares "
        f"(Dog Seq, Dog Real) with {WHY_FEW}"
    ) in found.methods


def test_many_shares_are_told_by_their_number() -> None:
    found = report({"Dog": 4, "Rain": 5, "Hail": 4, "Wind": 3, "Drum": 12})
    assert "for 8 shares (marked in the table) with" in found.methods


def test_a_table_of_usual_intervals_tells_no_other() -> None:
    said = report({"Dog": 12, "Drum": 12}).methods
    assert f"{CLUSTERED}, clustered by rater and source clip (Cameron" in said
    assert "elsewhere" not in said
    assert "Clopper" not in said


def test_shares_without_variance_are_told() -> None:
    rows = [
        *cell_rows("Dog", "Seq", COUNTS),
        *cell_rows("Dog", "Real", [3] * 12),
    ]
    said = study_report(frame(rows), options=ReportOptions(replicates=2)).methods
    assert (
        "; elsewhere Wilson on the effective number of votes, for 2 shares (Dog Real, "
        "Average Real) with no variance to estimate."
    ) in said


@pytest.mark.parametrize(("kind", "name"), [("wilson", "Wilson"), ("cp", "Clopper")])
def test_intervals_of_independent_votes_are_what_was_asked_for(
    kind: Kind, name: str
) -> None:
    said = report({"Dog": 3}, kind).methods
    assert f"Intervals (95%): {name}" in said
    assert "votes taken as independent. Systems" in said


def test_few_clusters_take_the_place_of_the_bootstrap_too() -> None:
    said = report({"Dog": 3}, "bootstrap").methods
    assert f"Intervals (95%): {FEW}" in said
    assert "replicates" not in said


def test_averages_that_the_sign_flip_decided_are_told() -> None:
    few = report({"Dog": 3, "Drum": 3}, margin=5).methods
    assert (
        "exact sign-flip tests on per-clip vote differences within categories and over "
        "all of them, there being too few raters or source clips, or no variance, for "
        "a clustered error, with Holm's"
    ) in few
    assert "z tests" not in few
    assert "5 percentage points (none testable without a clustered error)" in few
    enough = report({"Dog": 12, "Drum": 12}, margin=5).methods
    assert "and by two-way clustered z tests of the average, with Holm's" in enough
    assert "testable" not in enough
