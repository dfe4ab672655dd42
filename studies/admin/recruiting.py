"""By whom to recruit: the choice before a launch, and one more while it runs."""

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from studies.services import recruiting
from studies.services.shares import MOST


def _names() -> list[tuple[str, str]]:
    return [(name, name) for name in recruiting.RECRUITERS]


class RecruitForm(forms.Form):
    """More sessions of a live study, through one recruiter."""

    recruiter = forms.ChoiceField(choices=_names, widget=UnfoldAdminSelectWidget())
    sessions = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST,
        help_text="Left empty: as many as the study still lacks.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    amount = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        label="The sum, in dollars",
        help_text="Only where money is real: what is asked for is told when you send "
        "the form without it.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
