"""What the study could show: a panel on the launch page, and its simulated power."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analysis.planning import Plan
from studies.admin.base import NOTHING, StudyView, step_url
from studies.errors import StudyError
from studies.models import Study
from studies.services.planning import plan_of

STUDIES = 200
SECONDS = 5.0
"""A press of the button simulates no longer than that, however large the study."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one of the panel's tables, as it is printed."""

    name: str
    cells: tuple[str, ...]


class PowerView(StudyView):
    """The power of the expected differences, simulated while one waits."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        context: dict[str, Any] = {"study": self.study}
        try:
            plan = plan_of(self.study, studies=STUDIES, seconds=SECONDS)
        except StudyError as error:
            context["power_problem"] = str(error)
        else:
            context |= {
                "power": powers(plan),
                "verdicts": plan.verdicts,
                "simulated": plan.studies,
            }
        return render(request, "admin/studies/study/launch_power.html", context)


def panel(study: Study) -> dict[str, Any]:
    """Return what the panel prints, in closed form; empty where nothing is planned."""
    try:
        plan = plan_of(study)
    except StudyError:
        return {}
    return {
        "shows": plan,
        "intervals": intervals(plan),
        "detectable": detectable(plan),
        "power_url": step_url(study, "power"),
        "power_studies": STUDIES,
        "power_seconds": int(SECONDS),
    }


def intervals(plan: Plan) -> list[Row]:
    """Return a row per method: rate, half-width of a category and of the Average."""
    cells = {each.method: each for each in plan.expected if each.row == "cell"}
    return [
        Row(
            each.method,
            (
                f"{100 * each.rate:.1f} %",
                f"\N{PLUS-MINUS SIGN}{100 * cells[each.method].half_width:.1f}",
                f"\N{PLUS-MINUS SIGN}{100 * each.half_width:.1f}",
            ),
        )
        for each in plan.expected
        if each.row == "Average"
    ]


def detectable(plan: Plan) -> list[Row]:
    """Return a row per kind of comparison: tests, difference alone and after Holm."""
    return [
        Row(
            each.kind,
            (str(each.comparisons), _points(each.alone), _points(each.corrected)),
        )
        for each in plan.detectable
    ]


def powers(plan: Plan) -> list[Row]:
    """Return a row per comparison: kind, expected difference, power simulated."""
    return [
        Row(
            f"{each.one} vs {each.other}",
            (
                each.kind,
                f"{100 * each.difference:+.1f}",
                f"{each.closed_form:.0%}",
                NOTHING if each.simulated is None else f"{each.simulated:.0%}",
            ),
        )
        for each in plan.powers
    ]


def _points(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f}"
