"""Sentences that say plainly what cannot be decided, and what would decide it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.planning.formulas import normal_sum
from analysis.planning.requirements import (
    MOST_CLIPS,
    MOST_VOTES_PER_ITEM,
    Comparison,
    requirement,
)
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from analysis.planning.precision import Precision
    from analysis.planning.record import PlanInput, Power, Price, Requirement


def verdicts(
    precision: Precision, comparisons: Sequence[Comparison], powers: Sequence[Power]
) -> tuple[str, ...]:
    """Return a sentence or two for each comparison, in order.

    What is found with at least the asked power can be decided; for the rest it is
    said what would do: more clips, fewer votes per rater, or nothing affordable.
    """
    return tuple(
        _verdict(precision, comparison, power)
        for comparison, power in zip(comparisons, powers, strict=True)
    )


def _verdict(precision: Precision, comparison: Comparison, power: Power) -> str:
    asked = precision.asked
    known = power.closed_form if power.simulated is None else power.simulated
    gap = points(abs(comparison.difference))
    about = f"{comparison.one} vs {comparison.other}, {comparison.kind}"
    if comparison.difference == 0:
        return (
            f"{about}: expected equal, so nothing is there to be found; from "
            f"{_smallest(precision, comparison)} on a difference would be."
        )
    chance = chance_in_words(known, asked.power)
    if known >= asked.power:
        return f"{about}: {gap} can be decided ({chance})."
    said = (
        f"{about}: {gap} cannot be decided with {counted(asked.clips, 'clip')} and "
        f"{counted(asked.votes, 'vote')} ({chance})."
    )
    needed = requirement(precision, comparison)
    if lacking := [each for each in comparison.methods if each in asked.gaps]:
        return f"{said} {_with_all(precision, comparison, lacking, needed)}"
    if needed.clips is not None and needed.clips <= asked.clips:
        clips = _by_simulation(asked, known, comparison.level(asked.alpha))
        expected = f"{percent(power.closed_form, digits=0)}%"
        return f"{said} The formula expects {expected}; about {clips} would be enough."
    return f"{said} {_remedy(precision.complete(), needed)}"


def _with_all(
    precision: Precision,
    comparison: Comparison,
    lacking: Sequence[str],
    needed: Requirement,
) -> str:
    """Say what the methods that some clips lack would bring on every clip."""
    asked, whole = precision.asked, precision.complete()
    held = " and ".join(
        f"{counted(asked.gaps[each], 'clip')} of {each}" for each in lacking
    )
    level = comparison.level(asked.alpha)
    power = whole.power(*comparison.rates, comparison.row, alpha=level)
    chance = chance_in_words(power, asked.power)
    said = f"There {'is' if held.startswith('1 ') else 'are'} {held}; "
    if power >= asked.power:
        return f"{said}with all of them it could be decided ({chance})."
    return f"{said}with all of them it could not either ({chance}). " + _remedy(
        whole, needed
    )


def _by_simulation(asked: PlanInput, found: float, level: float) -> str:
    """Say how many clips it takes where simulated tests find less than the formula."""
    shift = normal_sum(level, min(max(found, 0.01), 0.99))
    ratio = (normal_sum(level, asked.power) / shift) ** 2
    each = math.ceil(asked.clips_per_category * ratio)
    return counted(each * len(asked.categories), "clip")


def _remedy(precision: Precision, needed: Requirement) -> str:
    asked = precision.asked
    if needed.cap is not None and needed.cap < asked.most:
        raters = math.ceil(asked.votes / needed.cap)
        people = counted(max(raters, asked.raters), "rater")
        return (
            f"At most {counted(needed.cap, 'vote')} per rater, so at least {people}, "
            f"would decide it{_more(needed)}"
        )
    if needed.clips is None:
        return (
            f"No affordable number would: it takes more than {MOST_CLIPS:,} clips. "
            f"{_caps(needed)}"
        )
    if (short := _over_budget(precision, needed)) is not None:
        return short
    return f"It takes {_size(needed)}{_dollars(needed.costs)}. {_caps(needed)}"


def _more(needed: Requirement) -> str:
    if needed.clips is None:
        return "."
    return f"; so would {_size(needed)}{_dollars(needed.costs)}."


def _caps(needed: Requirement) -> str:
    said = "A lower cap per rater would not do"
    if needed.votes_per_item is None:
        return f"{said}, nor would {MOST_VOTES_PER_ITEM} votes per item."
    more = counted(needed.votes_per_item, "vote")
    return f"{said}; {more} per item, from raters in proportion, would."


def _size(needed: Requirement) -> str:
    clips = counted(needed.clips or 0, "clip")
    votes = counted(needed.votes or 0, "vote")
    return f"{clips} with {votes} by {counted(needed.raters or 0, 'rater')}"


def _dollars(costs: Sequence[tuple[str, Decimal]]) -> str:
    said = ", ".join(f"${usd:,.2f} by {recruiter}" for recruiter, usd in costs)
    return f" ({said})" if said else ""


def _over_budget(precision: Precision, needed: Requirement) -> str | None:
    """Say what the budget buys where it does not buy what is needed."""
    asked = precision.asked
    if asked.budget_usd is None or not needed.costs:
        return None
    cheapest = min(needed.costs, key=lambda cost: cost[1])
    if cheapest[1] <= asked.budget_usd:
        return None
    price = next(each for each in asked.prices if each.recruiter == cheapest[0])
    bought = affordable_clips(asked, price)
    said = (
        f"No affordable number would: it takes {_size(needed)}, ${cheapest[1]:,.2f} by "
        f"{price.recruiter}, and the budget is ${asked.budget_usd:,.2f}. "
    )
    if not bought:
        return said + "The budget does not buy a clip in each category."
    scaled = _scaled(precision, bought)
    found = _smallest(scaled, _of(needed, asked))
    clips = counted(scaled.asked.clips, "clip")
    return f"{said}That buys {clips}, enough to find {found}."


def affordable_clips(asked: PlanInput, price: Price) -> int:
    """Return the clips per category that the budget buys at one recruiter."""
    if asked.budget_usd is None or not price.session_usd:
        return asked.clips_per_category
    sessions = int(asked.budget_usd // price.session_usd)
    per_clip = len(asked.methods) * asked.votes_per_item * len(asked.categories)
    return sessions * price.session_items // per_clip


def _scaled(precision: Precision, clips_per_category: int) -> Precision:
    asked = precision.asked
    ratio = clips_per_category / asked.clips_per_category
    clips = clips_per_category * len(asked.categories)
    votes = clips * len(asked.methods) * asked.votes_per_item
    most = clips if asked.cap is None else min(asked.cap, clips)
    raters = max(math.ceil(asked.raters * ratio), math.ceil(votes / most))
    return type(precision).of(
        replace(asked, clips_per_category=clips_per_category, raters=raters)
    )


def _of(needed: Requirement, asked: PlanInput) -> Comparison:
    rate = dict(zip(asked.methods, asked.rates, strict=True))
    cell = needed.kind == "within a category"
    systems = len(asked.systems)
    pairs = systems * (systems - 1) // 2
    family = systems if needed.other == asked.control else pairs
    return Comparison(
        needed.kind,
        "cell" if cell else "Average",
        needed.one,
        needed.other,
        (rate[needed.one], rate[needed.other]),
        family * (len(asked.categories) if cell else 1),
    )


def _smallest(precision: Precision, comparison: Comparison) -> str:
    alpha = comparison.level(precision.asked.alpha)
    base = comparison.rates[1]
    found = precision.detectable(base, comparison.row, *comparison.methods, alpha=alpha)
    return "no difference" if found is None else points(found)


def points(share: float) -> str:
    """Return a difference of shares in percentage points: '4.2 points'."""
    return f"{percent(share, digits=1)} points"


def chance_in_words(found: float, wanted: float) -> str:
    """Return a power in percent: 'power 63%'; one that falls short by little, finer."""
    words = percent(found, digits=0)
    if found < wanted and words == percent(wanted, digits=0):
        words = percent(found, digits=1)
    return f"power {words}%"
