"""What a report says of the looks that were taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.sequential import group_bounds, sequential_summary, stagewise_p
from analysis.study import Look, SequentialPlan

PLAN = SequentialPlan("obrien-fleming", 3, "Flow", "Frame")
BOUNDS = group_bounds("obrien-fleming", 3)


def look(number: int, z: float, *, difference: float = 0.04) -> Look:
    bound = BOUNDS[number - 1]
    return Look(
        number=number,
        at="2026-01-01T00:00:00Z",
        videos=400 * number,
        votes=2400 * number,
        difference=difference,
        statistic=z,
        bound=bound,
        crossed=abs(z) >= bound,
    )


def test_before_the_first_look_only_the_plan_is_told() -> None:
    said = sequential_summary(PLAN, [])
    assert said.startswith(
        "Planned before launch: Flow against Frame on the Average row at 3 looks, by "
        "O'Brien-Fleming bounds, two-sided level 0.05 over all looks;"
    )
    assert said.endswith("No look was taken yet.")


def test_an_early_stop_names_the_adjusted_p_and_its_interval() -> None:
    said = sequential_summary(PLAN, [look(2, 2.6), look(1, 1.5)])
    p = stagewise_p("obrien-fleming", 3, number=2, z=2.6)
    assert "Look 1: 400 clips, 2,400 votes, difference +4.00 pp, z 1.500" in said
    assert "needed |z| of at least 3.471: not crossed." in said
    assert "The bound was crossed at look 2: Flow is judged real more often" in said
    assert f"p adjusted for the looks = {p:.3g}" in said
    # 4 pp less and plus 2.45443 times 4 / 2.6 pp
    assert "+0.22 to +7.78 pp" in said
    assert "tends to be too large" in said


def test_a_look_that_tested_nothing_has_no_z() -> None:
    few = replace(look(1, 0.0), note="few clusters (9 raters, 4 clips)")
    said = sequential_summary(PLAN, [few])
    assert "+4.00 pp, untested, few clusters (9 raters, 4 clips)." in said
    assert "z 0" not in said


def test_a_negative_difference_favours_the_other_method() -> None:
    said = sequential_summary(PLAN, [look(1, -4.0, difference=-0.04)])
    assert "Frame is judged real more often than Flow" in said


def test_looks_after_the_crossing_decide_nothing() -> None:
    said = sequential_summary(PLAN, [look(1, 4.0), look(2, 0.1), look(3, 0.2)])
    assert "crossed at look 1" in said
    assert said.endswith("Taken after it and deciding nothing: look 2, 3.")


def test_a_study_that_went_to_its_end_says_whether_anything_was_shown() -> None:
    said = sequential_summary(PLAN, [look(1, 0.1), look(2, 0.4), look(3, 1.2)])
    assert "no difference was shown (p adjusted for the looks =" in said
    crossed = sequential_summary(PLAN, [look(1, 0.1), look(2, 0.4), look(3, 2.2)])
    assert "crossed at look 3" in crossed
    assert "tends to be too large" not in crossed


def test_a_study_under_way_has_decided_nothing() -> None:
    said = sequential_summary(PLAN, [look(1, 0.1)])
    assert said.endswith("No look crossed its bound so far: nothing is decided.")


def test_an_always_valid_plan_speaks_of_its_ratio() -> None:
    plan = SequentialPlan("always-valid", 0, "Flow", "Frame")
    taken = [
        Look(1, "2026-01-01T00:00:00Z", 100, 600, 0.05, 0.2, 20.0, crossed=False),
        Look(2, "2026-01-02T00:00:00Z", 200, 1200, 0.06, 25.0, 20.0, crossed=True),
    ]
    said = sequential_summary(plan, taken)
    assert "at any number of looks, by an always-valid sign test" in said
    assert "likelihood ratio 25.000; needed at least 20.000: crossed." in said
    assert "(always-valid p = 0.04)" in said


def test_looks_that_were_not_planned_or_come_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="each look is logged once"):
        sequential_summary(PLAN, [look(1, 0.1), look(1, 0.2)])
    strange = Look(4, "2026-01-01T00:00:00Z", 1, 1, 0.0, 0.0, 2.0, crossed=False)
    with pytest.raises(ValueError, match="look 4 was not planned"):
        sequential_summary(PLAN, [strange])
