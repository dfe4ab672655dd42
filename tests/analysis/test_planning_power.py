"""Simulated power: the declared tests on studies drawn from the model."""

import numpy as np
import pytest

from analysis.contrasts import compare
from analysis.mixed import SimulatedDesign, simulate_votes
from analysis.planning import PlanInput, plan_study
from analysis.planning.power import monte_carlo_error
from analysis.study import Comparisons
from tests.analysis.plans import asked


def powers(plan: PlanInput, *, studies: int = 30, seed: int = 3) -> list[float]:
    made = plan_study(plan, seed=seed, studies=studies)
    return [each.simulated or 0.0 for each in made.powers]


def test_the_same_seed_gives_the_same_power_and_another_one_another() -> None:
    assert powers(asked()) == powers(asked())
    assert powers(asked(), seed=4) != powers(asked())


def test_a_large_difference_is_always_found_and_none_hardly_ever() -> None:
    large = asked(rates=(0.3, 0.7, 0.97))
    assert powers(large)[0] == 1.0
    # 5 % of 60 studies are 3; 4 errors above that is 10
    none = powers(asked(rates=(0.7, 0.7, 0.9)), studies=60)
    assert none[0] <= 0.05 + 4 * monte_carlo_error(0.05, 60)


def test_the_tests_are_those_of_the_report() -> None:
    plan = asked(rates=(0.6, 0.75, 0.91))
    design = SimulatedDesign(
        rates=(plan.rates,) * 4,
        categories=plan.categories,
        methods=plan.methods,
        control="Real",
        clips_per_category=30,
        votes_per_item=3,
        raters=40,
        cap=60,
        sd_worker=0.84,
        sd_video=0.52,
        sd_item=0.45,
    )
    found = dict.fromkeys(("generated", "generated-by-category", "real"), 0)
    for child in np.random.SeedSequence(3).spawn(20):
        random = np.random.Generator(np.random.PCG64(child))
        report = compare(simulate_votes(design, seed=random), Comparisons())
        for each in report.contrasts:
            found[each.family] += each.significant
    made = plan_study(plan, seed=3, studies=20).powers
    assert made[0].simulated == pytest.approx(found["generated"] / 20)
    assert made[1].simulated == pytest.approx(found["generated-by-category"] / 80)
    by_real = sum(each.simulated or 0 for each in made[2:])
    assert by_real == pytest.approx(found["real"] / 20)


def test_the_formula_agrees_with_the_simulation() -> None:
    plan = asked(clips_per_category=60, raters=120, rates=(0.66, 0.75, 0.91))
    made = plan_study(plan, seed=1, studies=150).powers[0]
    error = monte_carlo_error(made.closed_form, 150)
    assert made.simulated == pytest.approx(made.closed_form, abs=4 * error)


def test_simulation_stops_when_told_and_says_so() -> None:
    left = iter([True, False])
    made = plan_study(asked(), seed=1, studies=50, go_on=lambda: next(left))
    assert made.studies == 2
    assert any("Only 2 of 50" in note for note in made.notes)


def test_without_studies_there_are_formulas_alone() -> None:
    made = plan_study(asked(), seed=1, studies=0)
    assert made.studies == 0
    assert all(each.simulated is None for each in made.powers)
    assert all(each.closed_form > 0 for each in made.powers)


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"systems": ("Flow",), "rates": (0.7, 0.9)}, {"system vs Real"}),
        (
            {"control": None, "rates": (0.7, 0.8)},
            {"Average row", "within a category"},
        ),
        ({"systems": ("Flow",), "control": None, "rates": (0.7,)}, set()),
    ],
)
def test_studies_with_less_to_compare_are_planned_too(
    changed: dict[str, object], kinds: set[str]
) -> None:
    made = plan_study(asked(**changed), seed=1, studies=2)
    assert {each.kind for each in made.powers} == kinds
    assert {each.kind for each in made.detectable} == kinds
    assert len(made.verdicts) == len(made.powers)
