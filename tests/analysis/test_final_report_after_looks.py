"""The comparison of a sequential plan is decided by its looks, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.contrasts import Contrast, ContrastReport, compare, holm
from analysis.render.study import page_of
from analysis.report import DAGGER, study_report
from analysis.sequential import group_bounds, sequential_summary, stagewise_p
from analysis.study import Comparisons, Look, SequentialPlan, StudyRecord
from analysis.votes import encode_votes
from tests.analysis.frames import table2_votes

PLAN = SequentialPlan("obrien-fleming", 4, "Frame", "Flow")
BOUNDS = group_bounds("obrien-fleming", 4)
DECLARED = Comparisons(
    families=("generated", "generated-by-category", "real", "baseline"),
    sequential=PLAN,
    declared=True,
)


def look(number: int, z: float, bound: float = 0.0) -> Look:
    needed = bound or BOUNDS[number - 1]
    return Look(
        number=number,
        at="2026-01-01T00:00:00Z",
        videos=320 * number,
        votes=1920 * number,
        difference=-0.04,
        statistic=z,
        bound=needed,
        crossed=abs(z) >= needed,
    )


def compared(*looks: Look, comparisons: Comparisons = DECLARED) -> ContrastReport:
    return compare(encode_votes(table2_votes()), comparisons, looks=looks)


def planned(report: ContrastReport) -> list[Contrast]:
    return [
        each
        for each in report.contrasts
        if each.row == "Average" and {each.one, each.other} == {"Frame", "Flow"}
    ]


def test_what_the_looks_did_not_show_is_not_shown_by_a_test_at_the_end() -> None:
    # -2.01 would do for a single test at 5 %, of which there were four
    looks = [look(number, z) for number, z in enumerate((-2.1, -2.1, -2.1, -2.01), 1)]
    p = stagewise_p("obrien-fleming", 4, number=4, z=-2.01)
    assert 0.05 < p < 0.06
    both = planned(compared(*looks))
    assert [each.family for each in both] == ["generated", "baseline"]
    for each in both:
        assert each.p_clustered is not None
        assert each.p_clustered < 0.001
        assert (each.p, each.p_holm) == pytest.approx((p, p))
        assert each.test == "declared looks"
        assert not each.significant
        assert "declared looks" in each.note
    record = StudyRecord(comparisons=DECLARED, looks=tuple(looks))
    report = study_report(table2_votes(), record)
    assert ("Average", "Flow") not in report.signs()
    assert ("Average", "Seq") in report.signs()
    assert "no difference was shown" in sequential_summary(PLAN, looks)


def test_what_a_look_decided_stays_decided_whatever_came_after() -> None:
    looks = [look(1, -1.0), look(2, -2.9), look(3, -0.5)]
    for each in planned(compared(*looks)):
        p = stagewise_p("obrien-fleming", 4, number=2, z=-2.9)
        assert (each.p, each.p_holm) == pytest.approx((p, p))
        assert each.significant
    report = study_report(
        table2_votes(), StudyRecord(comparisons=DECLARED, looks=tuple(looks))
    )
    assert report.signs()["Average", "Flow"] == DAGGER
    legend = "that of Frame and Flow on the average by the declared looks"
    assert legend in page_of(report).legend


def test_a_study_closed_between_its_looks_has_decided_nothing() -> None:
    for each in planned(compared(look(1, -1.0), look(2, -2.5))):
        assert (each.p, each.p_holm, each.significant) == (None, None, False)
        assert "decided nothing" in each.note


def test_other_comparisons_are_adjusted_as_ever() -> None:
    looks = [look(number, -2.01) for number in (1, 2, 3, 4)]
    report = compared(*looks)
    family = [each for each in report.contrasts if each.family == "generated"]
    adjusted = holm([each.p for each in family])
    for each, p in zip(family, adjusted, strict=True):
        if each not in planned(report):
            assert each.p_holm == p
            assert each.test == "two-way clustered z"
    without = compared(comparisons=replace(DECLARED, sequential=None))
    for one, other in zip(report.contrasts, without.contrasts, strict=True):
        if one.family in ("generated-by-category", "real"):
            assert one == other


def test_without_a_look_the_test_at_the_end_is_the_only_one() -> None:
    assert compared() == replace(
        compared(comparisons=replace(DECLARED, sequential=None)), comparisons=DECLARED
    )


def test_an_always_valid_p_holds_at_any_end() -> None:
    plan = SequentialPlan("always-valid", 0, "Flow", "Frame")
    declared = replace(DECLARED, sequential=plan)
    looks = [look(1, 12.5, 20), look(3, 4.0, 20)]
    for each in planned(compared(*looks, comparisons=declared)):
        assert each.p == pytest.approx(1 / 12.5)
        assert not each.significant
    for each in planned(compared(*looks, look(4, 25, 20), comparisons=declared)):
        assert each.p == pytest.approx(1 / 25)
        assert each.significant
