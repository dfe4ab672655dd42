"""What a report says of the paper's counts, and of a study that is not closed."""

from __future__ import annotations

import re

import pytest

from analysis.render import STUDY_FORMATS, page_of, render_study
from analysis.render.sections import sections
from analysis.report import DAGGER, DOUBLE_DAGGER, ReportOptions, study_report
from analysis.study import Comparisons, Look, SequentialPlan, StudyRecord
from analysis.votes import read_votes
from tests.analysis.frames import cell_rows, frame, shared, spread, table2_votes

DECLARED = Comparisons(baseline="Frame", margin_pp=5.0, declared=True)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_papers_own_slips_are_flagged() -> None:
    report = study_report(table2_votes(), options=ReportOptions(compare_paper=True))
    text = words(render_study(report))
    assert "prints 68.69 as Frame's average; its own cells give 69.19" in text
    assert "quotes 73.63" in text
    assert "Flow 73.36" in text
    assert "69.19 (printed 68.69)" in text
    assert report.paper is not None
    # the same counts: nothing differs, in any of the forty cells or the averages
    assert len(report.paper.cells) == 44
    assert {cell.difference for cell in report.paper.cells} == {"0.00"}
    assert report.paper.missing == ()


def test_another_studys_difference_from_the_paper_has_its_sign() -> None:
    votes = frame(
        [
            *cell_rows("dog", "frame", spread(60, 40)),
            *cell_rows("dog", "real", spread(110, 40)),
        ]
    )
    report = study_report(votes, options=ReportOptions(compare_paper=True))
    assert report.paper is not None
    first = report.paper.cells[0]
    # 60 of 120 = 50.00 here, 236 of 384 = 61.46 there
    assert (first.row, first.paper, first.study) == ("dog", "61.46", "50.00")
    assert first.difference == "\N{MINUS SIGN}11.46"
    interval = report.table.cells[0].interval
    assert interval is not None
    assert first.inside is (interval.low <= 236 / 384 <= interval.high)
    assert "Seq" in report.paper.missing
    assert "Drum" in report.paper.missing
    # ten categories' mean there, one category here
    assert {cell.row for cell in report.paper.cells} == {"dog"}
    assert report.paper.missing[-1] == (
        "the average of the paper's categories (Frame, Real)"
    )


@pytest.mark.parametrize("format", STUDY_FORMATS)
def test_the_published_daggers_stand_in_the_table(format: str) -> None:
    votes = read_votes(shared("vegas_votes.csv.gz"))
    report = study_report(votes, StudyRecord(comparisons=DECLARED))
    # of thirty comparisons within categories one survives Holm, at .0487; of the
    # average's three, both with Frame
    assert report.signs() == {
        ("Water flowing", "Flow"): DAGGER,
        ("Average", "Seq"): DAGGER,
        ("Average", "Flow"): DAGGER,
    }
    text = render_study(report, format)
    mark = {"latex": r"\ensuremath{\dagger}", "csv": "Flow"}.get(format, DAGGER)
    assert mark in text


def test_a_system_as_good_as_real_is_called_equivalent_within_the_margin() -> None:
    rows = []
    for method, real in (("Frame", 908), ("Flow", 908), ("Real", 910)):
        rows += cell_rows("Dog", method, spread(real, 400), raters=300)
    report = study_report(frame(rows), StudyRecord(comparisons=DECLARED))
    assert report.signs()["Average", "Flow"] == DOUBLE_DAGGER
    assert "equivalent to Real within 5 percentage points" in page_of(report).legend
    without = study_report(frame(rows))
    assert without.signs() == {}


def test_defaults_are_called_not_declared() -> None:
    text = words(render_study(study_report(table2_votes())))
    assert "Not declared before the first vote" in text
    assert "none of which was declared beforehand" in text


def test_an_interim_report_makes_no_test() -> None:
    record = StudyRecord(interim=True, comparisons=DECLARED)
    options = ReportOptions(mixed=True)
    report = study_report(table2_votes(), record, options=options)
    assert report.contrasts is None
    assert report.mixed is None
    assert report.signs() == {}
    text = words(render_study(report))
    assert "Interim: the study is not closed" in text
    assert "sign-flip test of per-clip" not in text
    assert not re.search(r"p \(Holm\)", text)


def test_a_declared_look_is_printed_while_the_study_runs() -> None:
    plan = SequentialPlan("obrien-fleming", 3, "Frame", "Flow")
    look = Look(1, "2026-11-02T10:00:00+00:00", 40, 480, -0.11, -3.6, 3.47109, True)
    record = StudyRecord(
        interim=True,
        comparisons=Comparisons(sequential=plan, declared=True),
        looks=(look,),
    )
    text = words(render_study(study_report(table2_votes(), record)))
    assert "O'Brien-Fleming bounds" in text
    assert "\N{MINUS SIGN}3.600 3.471 crossed" in text
    waiting = StudyRecord(interim=True, comparisons=record.comparisons)
    text = words(render_study(study_report(table2_votes(), waiting)))
    assert "No look was taken yet" in text


def test_a_report_of_votes_has_every_section_in_its_place() -> None:
    plan = SequentialPlan("pocock", 2, "Seq", "Flow")
    record = StudyRecord(
        comparisons=Comparisons(sequential=plan, declared=True),
        declared={"seed": "1"},
    )
    options = ReportOptions(exclusions="off", mixed=True, compare_paper=True)
    report = study_report(table2_votes(), record, options=options)
    assert [section.key for section in sections(report)] == [
        "overview",
        "comparisons",
        "looks",
        "detection",
        "mixed",
        "agreement",
        "exclusions",
        "raters",
        "diagnostics",
        "paper",
        "methods",
        "provenance",
    ]


def test_after_a_look_that_crossed_the_other_comparisons_carry_a_caveat() -> None:
    plan = SequentialPlan("obrien-fleming", 3, "Frame", "Flow")
    look = Look(1, "2026-11-02T10:00:00+00:00", 40, 480, -0.11, -3.6, 3.47109, True)
    ended = StudyRecord(
        comparisons=Comparisons(sequential=plan, declared=True), looks=(look,)
    )
    caveat = "the study may have ended by it"
    assert caveat in words(render_study(study_report(table2_votes(), ended)))
    whole = StudyRecord(comparisons=Comparisons(sequential=plan, declared=True))
    assert caveat not in words(render_study(study_report(table2_votes(), whole)))
