"""A plan: intervals, detectable differences, power, and what would decide."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from analysis.planning.formulas import effective_load
from analysis.planning.power import Progress, monte_carlo_error, simulate_power
from analysis.planning.precision import Precision
from analysis.planning.record import Detectable, Plan, Power
from analysis.planning.requirements import Comparison, requirement
from analysis.planning.verdicts import verdicts

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
            requirement(precision, each) for each in _wanted(asked, comparisons)
        ),
        powers=powers,
        verdicts=verdicts(precision, comparisons, powers),
        costs=costs,
        studies=done,
        seed=seed,
        notes=_notes(asked, done, studies),
    )


def _comparisons(asked: PlanInput) -> list[Comparison]:
    """Return the declared comparisons with their expected rates, family by family."""
    rate = dict(zip(asked.methods, asked.rates, strict=True))
    pairs = list(combinations(asked.systems, 2))
    families = [
        (AVERAGE, "Average", pairs, len(pairs)),
        (CELL, "cell", pairs, len(pairs) * len(asked.categories)),
    ]
    if asked.control is not None:
        real = [(system, asked.control) for system in asked.systems]
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


def _bases(asked: PlanInput, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return one comparison of each kind; its first rate is the one to start from.

    Among systems that is their mean, against the control the control's.
    """
    mean = sum(asked.rates[: len(asked.systems)]) / len(asked.systems)
    first = {each.kind: each for each in reversed(comparisons)}
    kinds = dict.fromkeys(each.kind for each in comparisons)
    found = []
    for kind in kinds:
        each = first[kind]
        base = asked.rates[-1] if each.other == asked.control else mean
        found.append(Comparison(kind, each.row, "", "", (base, base), each.comparisons))
    return found


def _detectable(
    precision: Precision, comparisons: Sequence[Comparison]
) -> tuple[Detectable, ...]:
    asked = precision.asked
    return tuple(
        Detectable(
            kind=each.kind,
            comparisons=each.comparisons,
            alone=precision.detectable(each.rates[0], each.row, alpha=asked.alpha),
            corrected=precision.detectable(
                each.rates[0], each.row, alpha=each.level(asked.alpha)
            ),
        )
        for each in _bases(asked, comparisons)
    )


def _wanted(asked: PlanInput, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return comparisons of each kind that differ by the wanted difference."""
    found = []
    for each in _bases(asked, comparisons):
        base = each.rates[0]
        step = -asked.difference if base > 0.5 else asked.difference
        if 0 < base + step < 1:
            rates = (base, base + step)
            found.append(
                Comparison(each.kind, each.row, "", "", rates, each.comparisons)
            )
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
                *each.rates, each.row, alpha=each.level(asked.alpha)
            ),
            simulated=share if done else None,
            se=monte_carlo_error(share, done) if done else None,
        )
        for each, share in zip(comparisons, shares, strict=True)
    ), done


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
