"""Studies in which clips lack methods: their votes, and what is planned of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.mixed import Layout, SimulatedDesign, simulate_votes
from analysis.planning import PlanInput, plan_study, plan_text
from analysis.planning.precision import Precision
from tests.analysis.plans import asked, rates_drawn

EVERY = (0, 1, 2)


def with_gaps(clips: dict[int, int], **changed: object) -> PlanInput:
    """Return 4 categories of 30 clips; Seq is on the first n of those named alone."""
    layout = Layout.of(
        (category, EVERY if place < clips.get(category, 30) else (1, 2))
        for category in range(4)
        for place in range(30)
    )
    return dataclasses.replace(asked(), layout=layout, **changed)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(
    shown=st.lists(
        st.tuples(st.integers(0, 1), st.sets(st.integers(0, 2), min_size=1)),
        min_size=1,
        max_size=9,
    ),
    per_item=st.integers(1, 4),
    spare=st.integers(0, 9),
    activity=st.floats(0, 4),
    seed=st.integers(0, 2**32),
)
def test_every_item_there_is_gets_its_votes_and_no_rater_meets_a_clip_twice(
    shown: list[tuple[int, set[int]]],
    per_item: int,
    spare: int,
    activity: float,
    seed: int,
) -> None:
    # a clip under all methods in each category, so that all are there
    layout = Layout.of([*shown, (0, {0, 1, 2}), (1, {0, 1, 2})])
    clips = len(layout.clips)
    design = SimulatedDesign(
        rates=((0.5,) * 3,) * 2,
        categories=("a", "b"),
        methods=("x", "y", "z"),
        control=None,
        clips_per_category=1,
        votes_per_item=per_item,
        raters=layout.fewest_raters(per_item, clips) + spare,
        sd_worker=1,
        sd_video=1,
        sd_item=1,
        activity=activity,
        layout=layout,
    )
    votes = simulate_votes(design, seed=seed)
    assert set(np.bincount(votes.item)) == {per_item}
    assert len(votes.item_ids) == sum(len(under) for _, under in layout.clips)
    meetings = votes.video * votes.workers + votes.worker
    assert len(np.unique(meetings)) == len(meetings)
    for clip, (category, under) in enumerate(layout.clips):
        mine = votes.video == clip
        assert set(votes.category[mine]) == {category}
        assert set(votes.method[mine]) == set(under)


def test_a_full_layout_is_the_study_without_one() -> None:
    plain, laid = Precision.of(asked()), Precision.of(with_gaps({}))
    for row in ("cell", "Average"):
        for method, rate in zip(asked().methods, asked().rates, strict=True):
            one, other = (
                plain.expected(method, rate, row),
                laid.expected("Seq", rate, row),
            )
            assert other.half_width == pytest.approx(one.half_width)
        assert laid.difference_se(0.7, 0.75, row, "Seq", "Flow") == pytest.approx(
            plain.difference_se(0.7, 0.75, row)
        )
    assert asked().fewest_raters == with_gaps({}).fewest_raters
    assert with_gaps({}).gaps == {}


@pytest.mark.parametrize("clips", [{0: 6, 1: 12}, {0: 5, 1: 0, 2: 0, 3: 0}])
def test_variances_with_gaps_are_those_of_simulated_studies(
    clips: dict[int, int],
) -> None:
    plan = with_gaps(clips)
    precision = Precision.of(plan)
    drawn = rates_drawn(plan)
    # a variance of n draws is off by sqrt(2 / n)
    close = 4 * np.sqrt(2 / len(drawn))
    for place, (method, rate) in enumerate(zip(plan.methods, plan.rates, strict=True)):
        average = drawn[:, place, -1].var(ddof=1)
        expected = precision.variance(rate, "Average", method)
        assert average / expected == pytest.approx(1, abs=close)
    if plan.shared("Seq", "Flow") == 4:
        se = precision.difference_se(0.7, 0.75, "Average", "Seq", "Flow")
        difference = (drawn[:, 0, -1] - drawn[:, 1, -1]).var(ddof=1)
        assert difference / se**2 == pytest.approx(1, abs=close)


def test_a_method_on_one_clip_is_as_wide_as_one_clip() -> None:
    plan = with_gaps({0: 1, 1: 0, 2: 0, 3: 0})
    assert plan.gaps == {"Seq": 1}
    assert plan.votes == (120 + 120 + 1) * 3
    precision = Precision.of(plan)
    assert precision.clips("Average", "Seq") == precision.clips("cell", "Seq") == 1
    assert precision.clips("Average", "Flow") == 120
    seq, flow = (precision.expected(name, 0.7, "Average") for name in ("Seq", "Flow"))
    assert seq.votes == 3
    assert seq.half_width > 5 * flow.half_width


def test_a_plan_says_what_gaps_cost_and_compares_what_can_be() -> None:
    made = plan_study(with_gaps({0: 2, 1: 0, 2: 0, 3: 0}), seed=1, studies=2)
    assert made.notes[0].startswith("Seq is on 2 of 120 clips: its average is known to")
    assert (
        "on every clip, with 1,080 votes by 40 raters, it would be ±" in made.notes[0]
    )
    tests = {each.kind: each.comparisons for each in made.detectable}
    # Seq and Flow meet in one category of four
    assert tests["within a category, Seq"] == 1
    assert set(tests) >= {"Average row, Seq", "system vs Real", "system vs Real, Seq"}
    alone = {each.kind: each.alone for each in made.detectable}
    assert alone["system vs Real"] is not None
    assert "There are 2 clips of Seq; with all of them it could" in made.verdicts[0]
    text = " ".join(plan_text(made).split())
    assert "726 votes on 242 of 360 items" in text


def test_methods_that_share_no_category_are_not_compared() -> None:
    layout = Layout.of([(0, (0, 2))] * 9 + [(1, (1, 2))] * 9)
    plan = asked(
        categories=("Dog", "Drum"), clips_per_category=9, layout=layout, raters=20
    )
    made = plan_study(plan, seed=1, studies=2)
    assert {(each.one, each.other) for each in made.powers} == {
        ("Seq", "Real"),
        ("Flow", "Real"),
    }


@pytest.mark.parametrize(
    ("clips", "words"),
    [
        ([(0, {0, 1})], r"layout of 4 categories has clips of \[0\]"),
        ([(n, {0, 1}) for n in range(4)], r"layout of 3 methods has clips of \[0, 1\]"),
        ([*((n, {0, 1, 2}) for n in range(4)), (0, set())], "under no method"),
    ],
)
def test_a_layout_that_is_none_says_why(
    clips: list[tuple[int, set[int]]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        asked(layout=Layout.of(clips))


def test_a_clip_of_more_seats_than_raters_is_refused() -> None:
    layout = Layout.of([(n, EVERY) for n in range(4)] + [(0, (0,))] * 40)
    with pytest.raises(ValueError, match="at least 9 raters are needed"):
        asked(layout=layout, raters=8)
