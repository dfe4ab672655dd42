"""What a study of a given size can show, before it is paid for."""

from analysis.planning.command import add_plan_arguments, fewest_raters, run_plan
from analysis.planning.formulas import (
    effect_size_h,
    power_independent,
    sample_size_independent,
    variance_inflation,
)
from analysis.planning.pilot import learn_from_pilot
from analysis.planning.plan import plan_study
from analysis.planning.record import (
    DEFAULT_COMPONENTS,
    Components,
    Plan,
    PlanInput,
    Price,
    default_rates,
)
from analysis.planning.text import plan_json, plan_text

__all__ = [
    "DEFAULT_COMPONENTS",
    "Components",
    "Plan",
    "PlanInput",
    "Price",
    "add_plan_arguments",
    "default_rates",
    "effect_size_h",
    "fewest_raters",
    "learn_from_pilot",
    "plan_json",
    "plan_study",
    "plan_text",
    "power_independent",
    "run_plan",
    "sample_size_independent",
    "variance_inflation",
]
