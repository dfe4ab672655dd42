"""What the figures state: their numbers, titles and the values behind their marks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from analysis.agreement import Agreement, Pattern
from analysis.contrasts import Contrast, ContrastReport
from analysis.detection import Detection
from analysis.figures import (
    agreement_plot,
    dot_plot,
    dprime_map,
    figures,
    forest_plot,
    time_histogram,
    vote_patterns,
)
from analysis.figures.scene import Rect
from analysis.report import study_report
from analysis.study import Comparisons, StudyRecord
from analysis.tables import judged_real_table
from analysis.votes import read_votes
from tests.analysis.frames import cell_rows, frame, shared
from tests.analysis.scenes import leaves, report

if TYPE_CHECKING:
    from analysis.report import StudyReport


@pytest.fixture(scope="module")
def whole() -> StudyReport:
    votes = read_votes(shared("vegas_votes.csv.gz"))
    record = StudyRecord(comparisons=Comparisons(margin_pp=20), max_votes_per_rater=80)
    return study_report(votes, record)


def test_the_shared_votes_are_drawn_with_their_known_shares(whole: StudyReport) -> None:
    drawn = {figure.name: figure for figure in figures(whole)}
    # spec/analysis.md: averages 69.19, 72.63, 73.36 and 91.43; d' .865999 to .743643
    assert drawn["dots"].title == (
        "Flow is judged real most often of the generated systems, in 73.36% of votes "
        "on average; Real in 91.43%"
    )
    assert "Dog, Flow: 62.24% [55.96, 68.13] (239 of 384 votes)" in (
        drawn["dots"].description
    )
    assert drawn["dprime"].title == (
        "Told apart from the control: Frame most (d\N{PRIME} 0.87), Flow least (0.74)"
    )
    assert "time" not in drawn


def test_no_tests_are_drawn_before_there_are_any() -> None:
    interim = replace(report(["Dog"], ["Frame", "Real"]), contrasts=None)
    assert "forest" not in {figure.name for figure in figures(interim)}


def test_the_order_of_the_votes_changes_no_byte() -> None:
    rows = cell_rows("Dog", "Frame", [0, 1, 2]) + cell_rows("Dog", "Real", [3, 2, 3])
    record = StudyRecord(categories=("Dog",), method_names=("Frame", "Real"))
    one, other = (
        figures(study_report(frame(each), record)) for each in (rows, rows[::-1])
    )
    assert [f.svg() for f in one] == [f.svg() for f in other]
    assert [f.pdf() for f in one] == [f.pdf() for f in other]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([3, 3, 3], "the axis starts at 40"),
        ([0, 1, 0], "Share of votes judged real (%)<"),
    ],
)
def test_an_axis_that_does_not_start_at_zero_says_so(
    counts: list[int], words: str
) -> None:
    rows = cell_rows("Dog", "A", counts * 20) + cell_rows("Dog", "Real", [3] * 60)
    assert words in dot_plot(judged_real_table(frame(rows))).svg()


def test_a_tie_names_no_winner() -> None:
    rows = cell_rows("Dog", "A", [1, 2]) + cell_rows("Dog", "B", [2, 1])
    title = dot_plot(judged_real_table(frame(rows))).title
    assert title == "Generated clips are judged real in 50.00% of votes on average"


def contrast(one: str, other: str, difference: float, p: float | None) -> Contrast:
    return Contrast(
        family="generated",
        row="Average",
        one=one,
        other=other,
        difference=difference,
        se=None if p is None else 0.01,
        low=None if p is None else difference - 0.02,
        high=None if p is None else difference + 0.02,
        p_clustered=p,
        p_signflip=None,
        test="two-way clustered z",
        p=p,
        p_holm=p,
        significant=p is not None and p < 0.05,
        videos=12,
        unpaired=0,
    )


def contrasts(*each: Contrast) -> ContrastReport:
    return ContrastReport(each, (), (), (), "A", Comparisons(declared=True), ())


def test_differences_are_printed_in_points_with_their_adjusted_p() -> None:
    figure = forest_plot(contrasts(contrast("A", "B", -0.0344, 0.0004)))
    assert figure.title == "A and B differ on the average row"
    assert "A minus B: \N{MINUS SIGN}3.44 [\N{MINUS SIGN}5.44, \N{MINUS SIGN}1.44]" in (
        figure.description
    )
    assert "p &lt; 0.001" not in figure.description
    assert "&lt; 0.001" in figure.svg()


def test_a_difference_without_an_interval_is_drawn_as_a_point() -> None:
    pair = contrasts(contrast("A", "B", 0.1, None), contrast("A", "C", 0.2, 0.01))
    figure = forest_plot(pair)
    assert "A minus B: +10.00 percentage points, p \N{EN DASH}" in figure.description
    assert figure.title.startswith("1 of 2 declared comparisons of systems finds")


def test_rows_of_categories_are_no_part_of_the_forest() -> None:
    each = replace(contrast("A", "B", 0.1, 0.01), family="generated-by-category")
    assert forest_plot(contrasts(each)).empty


def test_bars_of_the_histogram_hold_every_session() -> None:
    minutes = [0.0, 1.0, 2.5, 2.5, 3.0, 9.0, 400.0]
    figure = time_histogram(minutes, minimum=2.0)
    bars = [m for m, *_ in leaves(figure.scene.marks) if isinstance(m, Rect)]
    held = [int(bar.tip.split(": ")[1].split()[0]) for bar in bars]
    assert sum(held) == len(minutes)
    assert "and more" in bars[-1].tip
    assert figure.title == "Half of 7 sessions took at most 2.5 min"
    assert "2 below the minimum of 2.0 min" in figure.description


@pytest.mark.parametrize("minutes", [-1.0, float("nan"), float("inf")])
def test_a_time_that_cannot_be_is_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        time_histogram([1.0, minutes])


def test_patterns_count_items_and_those_left_out() -> None:
    figure = vote_patterns(
        [Pattern("A", (1, 0, 0, 3), 2), Pattern("Real", (0, 0, 0, 4))]
    )
    assert (
        figure.title == "100% of Real's items are real to all their raters, 75% of A's"
    )
    assert "2 items with another number of votes left out" in figure.description
    assert "A: 3 items (75%) with 3 of 3 votes real" in figure.svg()


def test_agreement_that_is_undefined_is_not_drawn() -> None:
    known = Agreement("all", "", 10, 30, pairwise=0.7, alpha=None, ac1=0.4)
    figure = agreement_plot([known, Agreement("method", "A", 0, 0)])
    assert figure.title == "Two raters of an item agree in 70% of pairs"
    assert "Krippendorff's alpha undefined" in figure.description
    assert agreement_plot([Agreement("all", "", 0, 0)]).empty


def detection(method: str, dprime: float | None, *, noise: int) -> Detection:
    return Detection(
        row="Dog",
        method=method,
        dprime=dprime,
        criterion=None,
        se=None,
        se_iid=None,
        low=None,
        high=None,
        criterion_se=None,
        criterion_low=None,
        criterion_high=None,
        hits=5,
        signals=10,
        false_alarms=noise // 2,
        noise=noise,
        note="" if noise else "no votes",
    )


def test_a_cell_without_votes_is_a_dash_in_the_map() -> None:
    known = detection("A", -0.5, noise=10)
    empty = detection("B", None, noise=0)
    figure = dprime_map([known, empty])
    assert ">\N{EN DASH}<" in figure.svg()
    assert "Dog, B: no votes" in figure.description
    assert figure.title == (
        "A is told apart from the control with d\N{PRIME} \N{MINUS SIGN}0.50"
    )
