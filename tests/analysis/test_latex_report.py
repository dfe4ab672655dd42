"""The paper's tables compile with booktabs and nothing else, and fit the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.render import render_study
from analysis.report import ReportOptions, study_report
from analysis.study import Comparisons, Look, SequentialPlan, StudyRecord
from tests.analysis.frames import cell_rows, frame, spread, table2_votes
from tests.analysis.test_latex import NASTY, compiled

if TYPE_CHECKING:
    from pathlib import Path

PLAN = SequentialPlan("pocock", 2, "Seq", "Flow")
RECORD = StudyRecord(
    title="Table 2",
    comparisons=Comparisons(
        margin_pp=20.0,
        sequential=PLAN,
        declared=True,
        families=("generated", "generated-by-category", "real", "baseline"),
    ),
    looks=(Look(1, "2026-11-02", 640, 7680, -0.01, -0.4, 2.17827, False),),
)


@pytest.mark.slow
def test_all_tables_of_a_full_report_compile_and_none_is_too_wide(
    tmp_path: Path,
) -> None:
    report = study_report(table2_votes(), RECORD, options=ReportOptions(mixed=True))
    text = render_study(report, "latex")
    assert text.count(r"\begin{table}") == 10
    assert r"\ensuremath{\dagger}" in text
    log = compiled(tmp_path, text, "pdflatex")
    assert "Overfull" not in log


def test_hostile_names_compile(tmp_path: Path) -> None:
    rows = [
        *cell_rows(NASTY, "Seq", spread(50, 30)),
        *cell_rows(NASTY, "[b]_%", spread(70, 30)),
        *cell_rows(NASTY, "Real", spread(80, 30)),
    ]
    record = StudyRecord(title=NASTY, label="100% demo & more")
    text = render_study(study_report(frame(rows), record), "latex")
    compiled(tmp_path, text, "pdflatex")


def test_only_booktabs_is_asked_for() -> None:
    text = render_study(study_report(table2_votes()), "latex")
    assert "usepackage" not in text.replace("% Needs \\usepackage{booktabs}.", "")
    assert r"\hline" not in text
