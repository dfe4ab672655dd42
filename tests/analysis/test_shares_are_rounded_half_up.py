"""A share on the edge of two decimals is rounded up wherever it is printed."""

from __future__ import annotations

import pytest

from analysis.figures.axes import signed
from analysis.planning import plan_study, plan_text
from analysis.planning.verdicts import chance_in_words, points
from analysis.quality.diagnostics import diagnose
from analysis.sequential import sequential_summary
from analysis.study import Look, SequentialPlan
from analysis.votes import encode_votes
from tests.analysis.frames import Row, frame
from tests.analysis.plans import asked


def test_a_plan_prints_the_rates_of_the_papers_ties() -> None:
    # 300 and 348 of 384
    rates = (0.78125, 0.90625, 0.91)
    text = plan_text(plan_study(asked(rates=rates), seed=1, studies=0))
    assert "78.13" in text
    assert "90.63" in text
    assert "78.12" not in text
    assert "-12.50" in text


def test_a_plan_names_the_level_of_its_intervals() -> None:
    for alpha, level in ((0.05, "95%"), (0.005, "99.5%"), (0.001, "99.9%")):
        text = plan_text(plan_study(asked(alpha=alpha), seed=1, studies=0))
        assert f"Expected {level} intervals" in text


def test_points_of_a_verdict_are_rounded_half_up() -> None:
    assert points(0.03125) == "3.1 points"
    assert points(0.0625) == "6.3 points"


@pytest.mark.parametrize(
    ("found", "words"), [(0.797, "79.7%"), (0.802, "80%"), (0.625, "63%"), (1, "100%")]
)
def test_a_power_below_the_one_asked_for_never_reads_like_it(
    found: float, words: str
) -> None:
    assert chance_in_words(found, 0.8) == f"power {words}"


def test_the_busiest_raters_share_is_rounded_half_up() -> None:
    rows: list[Row] = [("Dog", "Seq", f"v{clip}", f"r{clip}", 1) for clip in range(16)]
    checks = {each.name: each.text for each in diagnose(encode_votes(frame(rows)))}
    # one of sixteen
    assert checks["votes per rater"].endswith("the busiest rater gave 1, 6.3% of all")


def test_a_looks_difference_is_rounded_half_up() -> None:
    plan = SequentialPlan("pocock", 2, "Seq", "Flow")
    look = Look(1, "", 100, 600, -0.03125 / 10, -1.0, 2.178, crossed=False)
    assert "difference -0.31 pp" in sequential_summary(plan, [look])
    look = Look(1, "", 100, 600, 0.00125, 1.0, 2.178, crossed=False)
    assert "difference +0.13 pp" in sequential_summary(plan, [look])


def test_a_figures_difference_is_that_of_the_table() -> None:
    # 12 and 252 of 384
    assert (signed(3.125), signed(-65.625)) == ("+3.13", "\N{MINUS SIGN}65.63")
    assert (signed(0.004), signed(-0.004), signed(0.005)) == ("0.00", "0.00", "+0.01")
