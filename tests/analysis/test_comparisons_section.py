"""What is printed of comparisons says which of them, and at which level."""

from __future__ import annotations

from analysis.render.findings import comparisons_section
from analysis.report import ReportOptions, StudyReport, study_report
from analysis.study import Comparisons, StudyRecord
from tests.analysis.frames import table2_votes


def reported(comparisons: Comparisons) -> StudyReport:
    options = ReportOptions(replicates=2)
    return study_report(
        table2_votes(), StudyRecord(comparisons=comparisons), options=options
    )


def test_a_long_family_is_said_to_be_shown_in_part() -> None:
    report = reported(Comparisons(declared=True, alpha=1e-5))
    grids = {grid.label: grid for grid in comparisons_section(report).grids}
    within = grids["contrasts-generated-by-category"]
    # thirty comparisons, of which few have a p below the level
    assert 0 < len(within.rows) < 12
    assert within.caption.endswith("Only those with p of at most the level.")
    assert "Only those" not in grids["contrasts-generated"].caption


def test_equivalence_is_told_with_the_level_of_its_interval() -> None:
    for alpha, level in ((0.05, "90%"), (0.01, "98%")):
        report = reported(Comparisons(declared=True, margin_pp=60, alpha=alpha))
        (grid,) = (
            each
            for each in comparisons_section(report).grids
            if each.label == "equivalence"
        )
        assert f"{level} interval" in grid.head


def test_equivalence_is_told_where_nothing_else_was_declared() -> None:
    report = reported(Comparisons(declared=True, margin_pp=60, families=()))
    section = comparisons_section(report)
    assert [grid.label for grid in section.grids if grid.label == "equivalence"]
    assert any("Equivalent to Real within 60.00" in each for each in section.paragraphs)
