"""What can be set of a study, in one form."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from generation.media import RenderSpec
from studies.admin.comparing import ComparingForm
from studies.models import Study
from studies.services.design import DEFAULT_RULES, render_spec

FEWEST_ALIKE = 5
"""Fewer equal answers say nothing at all about who gave them."""


class SettingsForm(forms.ModelForm[Study], ComparingForm):
    """The rules of a study: editable until it is launched."""

    loudness_lufs = forms.FloatField(
        min_value=-40,
        max_value=-10,
        label="Loudness (LUFS)",
        help_text="Every sound is brought to this loudness, EBU R128. -23 is the "
        "broadcast standard.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    true_peak_dbtp = forms.FloatField(
        min_value=-12,
        max_value=0,
        label="True peak limit (dBTP)",
        help_text="No sound peaks above it. Where one would, all sounds of that clip "
        "are lowered together.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    fade_ms = forms.IntegerField(
        min_value=0,
        max_value=500,
        label="Fade (ms)",
        help_text="At the start and end of every sound, so that cuts do not click.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    max_height = forms.TypedChoiceField(
        coerce=int,
        choices=[(height, f"{height} lines") for height in (240, 360, 480)],
        label="Picture",
        help_text="Larger pictures are scaled down to this many lines.",
        widget=UnfoldAdminSelectWidget(),
    )
    band_limit = forms.RegexField(
        r"^(none|narrowest|[1-9]\d{2,4})$",
        label="Band limit",
        help_text="none: each sound keeps its own bandwidth, which may be a system's "
        "merit. narrowest: all sounds of a clip are limited to its narrowest one. "
        "A number: hertz.",
        error_messages={"invalid": "Write none, narrowest, or a number of hertz."},
        widget=UnfoldAdminTextInputWidget(),
    )
    require_full_play = forms.BooleanField(
        required=False,
        label="Only votes on clips seen to the end",
        help_text="A vote counts only when the page saw its clip end.",
        widget=UnfoldBooleanSwitchWidget(),
    )
    min_catch_share = forms.FloatField(
        min_value=0,
        max_value=1,
        label="Catch items to get right",
        help_text="Share, from 0 to 1. A session below it is paid but not used.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    min_answer_seconds = forms.FloatField(
        min_value=0,
        max_value=60,
        label="Seconds that the median answer takes, at least",
        help_text="From the moment a clip is shown. A session whose median answer is "
        "quicker is paid but not used. 0: no such rule.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    straightline_votes = forms.IntegerField(
        min_value=0,
        max_value=500,
        label="Votes all alike that are too many",
        help_text="A session of so many votes or more that are all the same answer is "
        "paid but not used. 0: no such rule. It also leaves out honest raters: who "
        "finds 3 in 4 clips real gives 10 equal answers in one session of 18, and the "
        "figures move by it. Prefer catch items.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    RENDER = ("loudness_lufs", "true_peak_dbtp", "fade_ms", "max_height", "band_limit")
    RULES = (
        "require_full_play",
        "min_catch_share",
        "min_answer_seconds",
        "straightline_votes",
    )

    class Meta:
        model = Study
        exclude = ("render", "rules", "comparisons")  # noqa: DJ006 (the admin's fieldsets choose)
        labels = {
            "max_votes_per_rater": "Votes per rater, at most",
            "reward_usd": "Reward ($)",
            "hard_cap_usd": "Hard cap ($)",
            "soft_cap_usd": "Soft cap ($)",
            "assignment_minutes": "Minutes for a session",
            "lifetime_hours": "Hours a posting is open",
        }
        help_texts = {
            "title": "For people; raters may see it.",
            "description": "What the offer tells raters before they accept. Left "
            "empty, a general text says what is asked and that headphones help.",
            "assignment_minutes": "Time that a rater has for a session, in minutes.",
            "lifetime_hours": "Hours after which a posting takes no new raters.",
            "consent_text": "What raters agree to before they start. Left empty, a "
            "general text is shown: what it is for, what is stored, that leaving is "
            "free. It names nobody; a text of your own says who asks.",
            "contact_email": "Shown to raters for questions and complaints: in the "
            "preview, where they agree, hand in or are refused.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spec = render_spec(self.instance)
        rules = {**DEFAULT_RULES, **self.instance.rules}
        for name in self.RENDER:
            self.initial.setdefault(name, getattr(spec, name))
        for name in self.RULES:
            self.initial.setdefault(name, rules[name])
        self.show_comparisons(self.instance)

    def clean_straightline_votes(self) -> int:
        fewest: int = self.cleaned_data["straightline_votes"]
        if 0 < fewest < FEWEST_ALIKE:
            raise ValidationError(
                f"{fewest} equal answers are given by chance: write 0, or "
                f"{FEWEST_ALIKE} and more."
            )
        return fewest

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                RenderSpec.from_json(self._render(data))
            except (ValueError, TypeError) as error:
                raise ValidationError(f"How files are rendered: {error}") from error
            self.check_comparisons(self.instance, data)
        return data

    def values(self) -> dict[str, Any]:
        """What to write, keyed by the study's own fields."""
        data = self.cleaned_data
        own = {name: data[name] for name in self.fields if hasattr(Study, name)}
        rules = {**self.instance.rules, **{name: data[name] for name in self.RULES}}
        return {
            **own,
            "render": self._render(data),
            "rules": rules,
            "comparisons": self.comparisons,
        }

    def _render(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**self.instance.render, **{name: data[name] for name in self.RENDER}}
