"""What came of a plan's looks, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.sequential.bounds import stagewise_p
from analysis.votes import counted
from analysis.votes.rounding import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.study import Look, SequentialPlan

NAMES = {
    "obrien-fleming": "O'Brien-Fleming bounds",
    "pocock": "Pocock bounds",
    "always-valid": "an always-valid sign test over source clips",
}
STOPPED_EARLY = (
    "A difference found by stopping early tends to be too large, and its usual "
    "interval too narrow."
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan's looks say of its comparison: ``p``, adjusted for the looks.

    ``p`` is None while a group-sequential plan is under way, which allows a p value
    only where a bound is crossed or at its last look.
    """

    p: float | None
    crossed: bool


def sequential_outcome(plan: SequentialPlan, looks: Sequence[Look]) -> Outcome:
    """Return what may be claimed after the looks, of which there is at least one.

    Raises ValueError as `sequential_summary`.
    """
    taken = sorted(looks, key=lambda look: look.number)
    _check(plan, taken)
    crossed = next((look for look in taken if look.crossed), None)
    if crossed is not None:
        until = [look for look in taken if look.number <= crossed.number]
        return Outcome(_p(plan, until), crossed=True)
    over = not plan.looks or taken[-1].number == plan.looks
    return Outcome(_p(plan, taken) if over else None, crossed=False)


def sequential_summary(plan: SequentialPlan, looks: Sequence[Look]) -> str:
    """Return what was planned, what each look found and what may be claimed.

    ``looks`` in any order, one per number; those after the first that crossed are
    named but decide nothing. The p value is adjusted for the looks: stagewise for
    group-sequential plans, 1 over the greatest ratio for always-valid ones. Raises
    ValueError for a number that was not planned or comes twice.
    """
    taken = sorted(looks, key=lambda look: look.number)
    _check(plan, taken)
    sentences = [_planned(plan), *(_look(plan, look) for look in taken)]
    crossed = next((look for look in taken if look.crossed), None)
    if not taken:
        sentences.append("No look was taken yet.")
    elif crossed is not None:
        sentences += _decided(plan, taken, crossed)
    elif plan.looks and taken[-1].number == plan.looks:
        sentences.append(
            "No look crossed its bound: no difference was shown "
            f"({_p_text(plan, taken)})."
        )
    else:
        sentences.append("No look crossed its bound so far: nothing is decided.")
    return " ".join(sentences)


def _check(plan: SequentialPlan, looks: Sequence[Look]) -> None:
    numbers = [look.number for look in looks]
    if len(set(numbers)) < len(numbers):
        message = f"looks are numbered {numbers}: each look is logged once"
        raise ValueError(message)
    strange = [n for n in numbers if n < 1 or (plan.looks and n > plan.looks)]
    if strange:
        message = f"look {strange[0]} was not planned: there are {plan.looks} looks"
        raise ValueError(message)


def _planned(plan: SequentialPlan) -> str:
    at = f"at {counted(plan.looks, 'look')}" if plan.looks else "at any number of looks"
    return (
        f"Planned before launch: {plan.one} against {plan.other} on the Average row "
        f"{at}, by {NAMES[plan.kind]}, two-sided level {plan.alpha:g} over all looks; "
        "looks go by whole source clips in an order drawn before launch."
    )


def _look(plan: SequentialPlan, look: Look) -> str:
    name = "z" if plan.kind != "always-valid" else "likelihood ratio"
    needed = "|z| of at least" if name == "z" else "at least"
    verdict = "crossed" if look.crossed else "not crossed"
    found = f"{name} {look.statistic:.3f}; needed {needed} {look.bound:.3f}: {verdict}."
    if look.note:
        found = f"untested, {look.note}."
    return (
        f"Look {look.number}: {counted(look.videos, 'clip')}, "
        f"{counted(look.votes, 'vote')}, difference {_points(look.difference)} pp, "
        f"{found}"
    )


def _decided(plan: SequentialPlan, looks: Sequence[Look], crossed: Look) -> list[str]:
    until = [look for look in looks if look.number <= crossed.number]
    ahead = plan.one if crossed.difference > 0 else plan.other
    behind = plan.other if ahead == plan.one else plan.one
    sentence = (
        f"The bound was crossed at look {crossed.number}: {ahead} is judged real more "
        f"often than {behind} ({_p_text(plan, until)})."
        if crossed.difference
        else f"The bound was crossed at look {crossed.number}: {plan.one} and "
        f"{plan.other} differ ({_p_text(plan, until)})."
    )
    sentences = [sentence]
    if plan.kind != "always-valid" and crossed.statistic:
        half = crossed.bound * abs(crossed.difference / crossed.statistic)
        low, high = crossed.difference - half, crossed.difference + half
        sentences.append(
            f"Interval that holds at all looks at once: {_points(low)} to "
            f"{_points(high)} pp."
        )
    if crossed.number != plan.looks:
        sentences.append(STOPPED_EARLY)
    later = [str(look.number) for look in looks if look.number > crossed.number]
    if later:
        sentences.append(
            f"Taken after it and deciding nothing: look {', '.join(later)}."
        )
    return sentences


def _points(difference: float) -> str:
    """Return a difference of shares in percentage points, two decimals, half up."""
    return f"{'-' if difference < 0 else '+'}{percent(abs(difference))}"


def _p_text(plan: SequentialPlan, looks: Sequence[Look]) -> str:
    name = (
        "always-valid p" if plan.kind == "always-valid" else "p adjusted for the looks"
    )
    return f"{name} = {_p(plan, looks):.3g}"


def _p(plan: SequentialPlan, looks: Sequence[Look]) -> float:
    """Return the adjusted p value of a study that ends with the last of the looks."""
    if plan.kind == "always-valid":
        return 1 / max(1.0, *(look.statistic for look in looks))
    last = looks[-1]
    return stagewise_p(
        plan.kind, plan.looks, number=last.number, z=last.statistic, alpha=plan.alpha
    )
