"""What a study compares, as it is typed in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from analysis.study import Comparisons
from studies.errors import StudyError
from studies.models import Study
from studies.services.comparisons import (
    LOOKS,
    MOST_MARGIN_PP,
    PLAN_NAMES,
    names_of,
    settled,
)

_DEFAULT_LOOKS = 3


class ComparingForm(forms.Form):
    """Fields of the comparisons; declared as soon as one of them is no default."""

    baseline = forms.ChoiceField(
        required=False,
        label="Baseline",
        help_text="The system that each other one is compared with. Left open, the "
        "first generated one, and nothing counts as declared by it.",
        widget=UnfoldAdminSelectWidget(),
    )
    margin_pp = forms.FloatField(
        required=False,
        label="Equivalence margin (percentage points)",
        help_text="A system counts as equivalent to the real sound only when its whole "
        f"interval lies so near to it; above 0 and up to {MOST_MARGIN_PP}. Left empty, "
        "no equivalence is claimed.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    alpha = forms.FloatField(
        label="Level",
        help_text="Of all tests, such as 0.05; within each family p values are "
        "adjusted by Holm.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    plan = forms.ChoiceField(
        required=False,
        label="Looks while it runs",
        help_text="Whether one comparison may be decided before all votes are in. "
        "Other tests are not to be repeated while votes come in.",
        widget=UnfoldAdminSelectWidget(),
    )
    looks = forms.IntegerField(
        required=False,
        label="Number of looks",
        help_text=f"{LOOKS[0]} to {LOOKS[1]}, each at an equal share of the clips. "
        "Without meaning where any number of looks is allowed.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    first_system = forms.ChoiceField(
        required=False,
        label="First system",
        help_text="Of the comparison that is looked at.",
        widget=UnfoldAdminSelectWidget(),
    )
    second_system = forms.ChoiceField(
        required=False,
        label="Second system",
        help_text="What the first one is compared with.",
        widget=UnfoldAdminSelectWidget(),
    )

    COMPARISONS = (
        ("baseline", "margin_pp", "alpha"),
        ("plan", "looks", "first_system", "second_system"),
    )

    comparisons: dict[str, Any]
    """What to store, once the form is found valid."""

    def show_comparisons(self, study: Study) -> None:
        """Offer the study's systems, and show what is declared so far."""
        names = names_of(study)
        nothing = ("", "not chosen")
        self._offer("baseline", [nothing, *((n, n) for n in names.generated)])
        self._offer("plan", [("", "none"), *PLAN_NAMES.items()])
        for field in ("first_system", "second_system"):
            self._offer(field, [nothing, *((name, name) for name in names.all)])
        held = study.comparisons
        plan = held.get("sequential") or {}
        shown = {
            "baseline": held.get("baseline", ""),
            "margin_pp": held.get("margin_pp"),
            "alpha": held.get("alpha", Comparisons().alpha),
            "plan": plan.get("kind", ""),
            "looks": plan.get("looks") or _DEFAULT_LOOKS,
            "first_system": plan.get("one", ""),
            "second_system": plan.get("other", ""),
        }
        for name, value in shown.items():
            self.initial.setdefault(name, value)

    def check_comparisons(self, study: Study, data: dict[str, Any]) -> None:
        """Read what was sent; ValidationError says what does not hold."""
        sent = {name: data[name] for name in ("baseline", "margin_pp", "alpha")}
        if families := study.comparisons.get("families"):
            # they have no field here, and stay
            sent["families"] = families
        if kind := data["plan"]:
            sent["sequential"] = {
                "kind": kind,
                "looks": 0 if kind == "always-valid" else data["looks"],
                "one": data["first_system"],
                "other": data["second_system"],
            }
        try:
            self.comparisons = settled(sent, study)
        except StudyError as error:
            raise ValidationError(f"What is compared: {error}.") from error

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
