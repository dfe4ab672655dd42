"""A plan: intervals, detectable differences, power, and what would decide."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from analysis.planning.formulas import effective_load
from analysis.planning.power import Progress, monte_carlo_error, simulate_power
from analysis.planning.precision import Precision
from analysis.planning.record import Detectable, Plan, Power
from analysis.planning.requirements import Comparison, requirement
from analysis.planning.verdicts import verdicts
from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.planning.record import Expected, PlanInput

AVERAGE = "Average row"
CELL = "within a category"
STUDIES = 400


def plan_study(
    asked: PlanInput,
    *,
    seed: int,
    studies: int = STUDIES,
    progress: Progress | None = None,
    go_on: Callable[[], bool] | None = None,
) -> Plan:
    """Return what a study of this size can show.

    The closed forms take no time; `studies` are simulated for the power of the
    expected differences (0: none), fewer when `go_on` says False.
    """
    precision = Precision.of(asked)
    comparisons = _comparisons(asked)
    powers, done = _powers(precision, comparisons, seed, studies, progress, go_on)
    expected = _expected(precision)
    costs = tuple((each.recruiter, each.cost(asked.votes)) for each in asked.prices)
    return Plan(
        asked=asked,
        mean_load=asked.votes / asked.raters,
        effective_load=effective_load(precision.loads),
        expected=expected,
        detectable=_detectable(precision, comparisons),
        wanted=tuple(
            requirement(precision, each) for each in _wanted(precision, comparisons)
        ),
        powers=powers,
        verdicts=verdicts(precision, comparisons, powers),
        costs=costs,
        studies=done,
        seed=seed,
        notes=(*_gaps(precision), *_notes(asked, done, studies)),
    )


def _comparisons(asked: PlanInput) -> list[Comparison]:
    """Return the declared comparisons with their expected rates, family by family.

    Without those of two methods that no category has clips of both of.
    """
    rate = dict(zip(asked.methods, asked.rates, strict=True))
    pairs = [pair for pair in combinations(asked.systems, 2) if asked.shared(*pair)]
    families = [
        (AVERAGE, "Average", pairs, len(pairs)),
        (CELL, "cell", pairs, sum(asked.shared(*pair) for pair in pairs)),
    ]
    if asked.control is not None:
        real = [
            (system, asked.control)
            for system in asked.systems
            if asked.shared(system, asked.control)
        ]
        families.append((f"system vs {asked.control}", "Average", real, len(real)))
    return [
        Comparison(kind, row, one, other, (rate[one], rate[other]), comparisons)
        for kind, row, among, comparisons in families
        for one, other in among
    ]


def _expected(precision: Precision) -> tuple[Expected, ...]:
    asked = precision.asked
    return tuple(
        precision.expected(method, rate, row)
        for row in ("cell", "Average")
        for method, rate in zip(asked.methods, asked.rates, strict=True)
    )


def _bases(precision: Precision, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return a comparison for each kind; its first rate is the one to start from.

    Among systems that is their mean, against the control the control's. Where clips
    lack methods, it is the least precise one of methods that all clips have, and one
    more for each system with gaps that is compared.
    """
    asked = precision.asked
    mean = sum(asked.rates[: len(asked.systems)]) / len(asked.systems)
    found = []
    for kind in dict.fromkeys(each.kind for each in comparisons):
        family = [each for each in comparisons if each.kind == kind]
        base = asked.rates[-1] if family[0].other == asked.control else mean
        whole = [each for each in family if not asked.gaps.keys() & {*each.methods}]
        groups = {kind: whole} if whole else {}
        for system in asked.gaps:
            groups[f"{kind}, {system}"] = [
                each for each in family if system in each.methods
            ]
        found += [
            _least_precise(precision, among, name, base)
            for name, among in groups.items()
            if among
        ]
    return found


def _least_precise(
    precision: Precision, among: Sequence[Comparison], name: str, base: float
) -> Comparison:
    """Return the comparison of the largest error as one of this name and base."""
    named = precision.asked.layout is not None
    chosen = max(
        among,
        key=lambda each: precision.difference_se(base, base, each.row, *each.methods),
    )
    one, other = chosen.methods if named else ("", "")
    return Comparison(name, chosen.row, one, other, (base, base), chosen.comparisons)


def _detectable(
    precision: Precision, comparisons: Sequence[Comparison]
) -> tuple[Detectable, ...]:
    alpha = precision.asked.alpha

    def smallest(each: Comparison, level: float) -> float | None:
        return precision.detectable(each.rates[0], each.row, *each.methods, alpha=level)

    return tuple(
        Detectable(
            kind=each.kind,
            comparisons=each.comparisons,
            alone=smallest(each, alpha),
            corrected=smallest(each, each.level(alpha)),
        )
        for each in _bases(precision, comparisons)
    )


def _wanted(
    precision: Precision, comparisons: Sequence[Comparison]
) -> list[Comparison]:
    """Return comparisons of each kind that differ by the wanted difference."""
    asked = precision.asked
    found = []
    for each in _bases(precision, comparisons):
        base = each.rates[0]
        step = -asked.difference if base > 0.5 else asked.difference
        if 0 < base + step < 1:
            found.append(replace(each, rates=(base, base + step)))
    return found


def _powers(
    precision: Precision,
    comparisons: Sequence[Comparison],
    seed: int,
    studies: int,
    progress: Progress | None,
    go_on: Callable[[], bool] | None,
) -> tuple[tuple[Power, ...], int]:
    asked = precision.asked
    shares, done = simulate_power(
        asked,
        comparisons,
        seed=seed,
        studies=studies,
        progress=progress,
        go_on=go_on,
    )
    return tuple(
        Power(
            kind=each.kind,
            one=each.one,
            other=each.other,
            difference=each.difference,
            closed_form=precision.power(
                *each.rates, each.row, *each.methods, alpha=each.level(asked.alpha)
            ),
            simulated=share if done else None,
            se=monte_carlo_error(share, done) if done else None,
        )
        for each, share in zip(comparisons, shares, strict=True)
    ), done


def _gaps(precision: Precision) -> list[str]:
    """Say what a method that some clips lack costs in width."""
    asked, whole = precision.asked, precision.complete()
    rate = dict(zip(asked.methods, asked.rates, strict=True))

    def known(by: Precision, method: str) -> str:
        half = by.expected(method, rate[method], "Average").half_width
        return f"\N{PLUS-MINUS SIGN}{percent(half, digits=1)}"

    size = counted(whole.asked.votes, "vote")
    people = counted(whole.asked.raters, "rater")
    return [
        f"{method} is on {count:,} of {counted(asked.clips, 'clip')}: its average is "
        f"known to {known(precision, method)} points; on every clip, with {size} by "
        f"{people}, it would be {known(whole, method)}."
        for method, count in asked.gaps.items()
    ]


def _notes(asked: PlanInput, done: int, studies: int) -> tuple[str, ...]:
    parts = asked.components
    spread = (
        f"raters {parts.sd_worker:.2f}, clips {parts.sd_video:.2f}, items "
        f"{parts.sd_item:.2f}"
    )
    notes = [
        f"Spread on the logit scale: {spread} ({parts.source}).",
        f"Expected rates, taken equal in all categories: {asked.rates_source}.",
    ]
    if asked.activity == 0:
        notes.append("All raters are taken to give the same number of votes.")
    if done < studies:
        notes.append(f"Only {done:,} of {studies:,} studies were simulated in time.")
    return tuple(notes)
