"""What would decide a comparison: numbers that do what the sentence says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from analysis.planning import Components, Price, plan_json, plan_study, plan_text
from analysis.planning.precision import Precision
from analysis.planning.requirements import Comparison, requirement
from analysis.planning.verdicts import affordable_clips
from tests.analysis.plans import asked

PRICE = Price("mturk", Decimal("0.60"), 10)
PAIR = Comparison("Average row", "Average", "Seq", "Flow", (0.70, 0.75), 1)


def test_the_clips_that_are_said_to_decide_do() -> None:
    plan = asked(activity=0.0)
    needed = requirement(Precision.of(plan), PAIR)
    assert needed.clips is not None
    assert needed.raters is not None
    assert needed.votes == needed.clips * 3 * 3

    def power(clips: int, raters: int) -> float:
        larger = replace(plan, clips_per_category=clips // 4, raters=raters)
        return Precision.of(larger).power(0.70, 0.75, "Average", alpha=0.05)

    # one rater more or less changes the load of the others by a few per mille
    assert power(needed.clips, needed.raters) == pytest.approx(0.8, abs=0.003)
    assert power(needed.clips // 2, needed.raters // 2) < 0.6


def test_the_cap_that_is_said_to_decide_does_and_one_more_does_not() -> None:
    # raters who differ in how they tell systems from real clips make the cap matter
    plan = asked(components=Components(1.5, 0.2, 0.2), raters=18, cap=60)
    pair = Comparison("system vs Real", "Average", "Seq", "Real", (0.82, 0.91), 2)
    precision = Precision.of(plan)
    needed = requirement(precision, pair)
    assert needed.cap is not None
    assert 1 <= needed.cap < 60
    level = pair.level(0.05)
    enough = precision.with_cap(needed.cap).power(0.82, 0.91, "Average", alpha=level)
    short = precision.with_cap(needed.cap + 1).power(0.82, 0.91, "Average", alpha=level)
    assert short < 0.8 <= enough + 1e-9


def test_a_cap_is_told_where_it_decides() -> None:
    plan = asked(
        components=Components(1.5, 0.2, 0.2), raters=18, rates=(0.82, 0.82, 0.91)
    )
    said = plan_study(plan, seed=1, studies=0).verdicts
    assert "votes per rater, so at least" in said[2]
    assert said[0].startswith("Seq vs Flow, Average row: expected equal")


def test_what_the_budget_does_not_buy_is_said_with_what_it_buys() -> None:
    plan = asked(prices=(PRICE,), budget_usd=Decimal(70), rates=(0.70, 0.72, 0.91))
    made = plan_study(plan, seed=1, studies=0)
    said = made.verdicts[0]
    assert "No affordable number would" in said
    assert "the budget is $70.00" in said
    # 116 sessions of 10 votes, 36 votes on a clip in each of 4 categories: 32 of each
    assert affordable_clips(plan, PRICE) == 32
    assert "That buys 128 clips" in said


def test_a_budget_that_buys_nothing_says_so() -> None:
    plan = asked(prices=(PRICE,), budget_usd=Decimal(1))
    said = plan_study(plan, seed=1, studies=0).verdicts[0]
    assert "does not buy a clip in each category" in said


def test_beyond_a_million_clips_nothing_is_affordable() -> None:
    plan = asked(rates=(0.7, 0.7001, 0.91))
    needed = plan_study(plan, seed=1, studies=0).verdicts[1]
    assert "more than 1,000,000 clips" in needed


def test_what_can_be_decided_is_said_in_one_sentence() -> None:
    said = plan_study(asked(rates=(0.4, 0.75, 0.91)), seed=1, studies=0).verdicts
    assert (
        said[0] == "Seq vs Flow, Average row: 35.0 points can be decided (power 100%)."
    )


def test_simulations_below_the_formula_ask_for_more_clips() -> None:
    # a few clips: the exact sign-flip of 6 differences cannot reach Holm's level
    plan = asked(
        clips_per_category=6,
        raters=20,
        rates=(0.05, 0.95, 0.96),
        components=Components(0, 0, 0),
    )
    said = plan_study(plan, seed=1, studies=20).verdicts
    assert not any("It takes 24 clips" in each for each in said)


def test_cost_counts_whole_sessions() -> None:
    assert PRICE.cost(11) == Decimal("1.20")
    assert PRICE.cost(0) == 0


def test_a_plan_reads_the_same_as_text_and_json() -> None:
    made = plan_study(asked(prices=(PRICE,)), seed=1, studies=2)
    text, document = plan_text(made), plan_json(made)
    assert "120 clips in 4 categories, Seq, Flow, Real, 3 votes per item" in text
    # 1,080 votes are 108 sessions
    assert "$64.80 by mturk" in text
    assert '"64.80"' in document
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"raters": 2}, "at least 18 raters are needed"),
        ({"rates": (0.5, 0.5)}, "give one for each of Seq, Flow, Real"),
        ({"rates": (0.5, 1.0, 0.9)}, "rates must lie between"),
        ({"clips_per_category": 0}, "clips_per_category must be at least 1"),
        ({"difference": 0.0}, "difference must lie between"),
        ({"systems": ()}, "a system that is compared"),
    ],
)
def test_what_cannot_be_planned_is_named(
    changed: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        asked(**changed)


def test_more_votes_per_item_are_said_to_take_more_raters() -> None:
    plan = plan_study(asked(rates=(0.70, 0.80, 0.91)), seed=1, studies=0)
    (said,) = (each for each in plan.verdicts if "vote" in each and "would." in each)
    assert "per item, from raters in proportion, would." in said
