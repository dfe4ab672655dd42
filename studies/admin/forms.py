"""What the researcher types in."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from unfold.widgets import (
    BASE_INPUT_CLASSES,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from generation.media import RenderSpec
from studies.models import Study
from studies.services.design import DEFAULT_RULES, render_spec
from studies.services.study_settings import is_editable
from studies.services.uploads import MANIFEST_SUFFIXES

_TAKEN_SUFFIXES = (*MANIFEST_SUFFIXES, ".zip")


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class NewStudyForm(forms.Form):
    """A manifest with its files, or where it lies on the server."""

    slug = forms.SlugField(
        max_length=64,
        label="Short name",
        error_messages={"invalid": "Use letters, digits and hyphens, no blanks."},
        help_text="Letters, digits and hyphens; it names the study in addresses and "
        "commands. The name of a study that is not launched yet adds files to it.",
        widget=UnfoldAdminTextInputWidget({"autofocus": True}),
    )
    title = forms.CharField(
        max_length=128,
        required=False,
        help_text="For people; raters may see it. Left empty, the short name is used.",
        widget=UnfoldAdminTextInputWidget(),
    )
    media_files = ManyFilesField(
        required=False,
        label="Manifest and media",
        help_text="One .zip that holds the manifest and its files, or the manifest "
        "and all its files picked together.",
        widget=ManyFilesInput(
            attrs={"class": " ".join([*BASE_INPUT_CLASSES, "max-w-2xl"])}
        ),
    )
    path = forms.CharField(
        required=False,
        max_length=1000,
        label="or a manifest on the server",
        help_text="Absolute path, such as /data/foley/manifest.csv; its files are "
        "found relative to it. For administrators only.",
        widget=UnfoldAdminTextInputWidget(),
    )

    def __init__(self, *args: Any, may_point: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_point:
            del self.fields["path"]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        study = Study.objects.filter(slug=slug).first()
        if study and not is_editable(study):
            raise ValidationError(
                f"The study {slug} is {study.get_state_display().lower()} and takes "
                "no more files. Choose another short name."
            )
        return slug

    def clean_media_files(self) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = self.cleaned_data["media_files"]
        size = sum(file.size or 0 for file in files)
        if size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            raise ValidationError(
                f"{size / 2**20:.0f} MB are more than the {settings.MAX_UPLOAD_MB} MB "
                "that are taken (MAX_UPLOAD_MB). Put the files on the server instead."
            )
        return files

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        files, path = data.get("media_files") or [], data.get("path") or ""
        if bool(files) == bool(path) and "media_files" not in self.errors:
            raise ValidationError(
                "Give either files or the path of a manifest on the server."
                if "path" in self.fields
                else "Pick a .zip, or a manifest and its files."
            )
        names = [Path(file.name or "").suffix.lower() for file in files]
        if files and not any(name in _TAKEN_SUFFIXES for name in names):
            self.add_error(
                "media_files",
                "There is no manifest among these files: one ending in "
                f"{', '.join(MANIFEST_SUFFIXES)} is wanted, or a .zip that holds it.",
            )
        return data


class SettingsForm(forms.ModelForm[Study]):
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

    RENDER = ("loudness_lufs", "true_peak_dbtp", "fade_ms", "max_height", "band_limit")
    RULES = ("require_full_play", "min_catch_share")

    class Meta:
        model = Study
        exclude = ("render", "rules")  # noqa: DJ006 (the admin's fieldsets choose)
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
            "general text is shown: who asks, what is stored, that leaving is free.",
            "contact_email": "Shown to raters for questions and complaints.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spec = render_spec(self.instance)
        rules = {**DEFAULT_RULES, **self.instance.rules}
        for name in self.RENDER:
            self.initial.setdefault(name, getattr(spec, name))
        for name in self.RULES:
            self.initial.setdefault(name, rules[name])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                RenderSpec.from_json(self._render(data))
            except (ValueError, TypeError) as error:
                raise ValidationError(f"How files are rendered: {error}") from error
        return data

    def values(self) -> dict[str, Any]:
        """What to write, keyed by the study's own fields."""
        data = self.cleaned_data
        own = {name: data[name] for name in self.fields if hasattr(Study, name)}
        rules = {**self.instance.rules, **{name: data[name] for name in self.RULES}}
        return {**own, "render": self._render(data), "rules": rules}

    def _render(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**self.instance.render, **{name: data[name] for name in self.RENDER}}


class LaunchForm(forms.Form):
    """The amount, typed by hand where money is real."""

    amount = forms.DecimalField(
        max_digits=10,
        decimal_places=2,
        label="Type the total to confirm, in dollars",
        widget=UnfoldAdminTextInputWidget(
            {"inputmode": "decimal", "autocomplete": "off"}
        ),
    )

    def __init__(self, *args: Any, total: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.total = total

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount != self.total:
            raise ValidationError(
                f"The total is {self.total:.2f}, not {amount:.2f}. Nothing was spent."
            )
        return amount


class CapForm(forms.Form):
    """The most that a running study may cost."""

    hard_cap_usd = forms.DecimalField(
        min_value=0,
        max_digits=10,
        decimal_places=2,
        label="Hard cap ($)",
        help_text="Rewards, bonuses and fees together never pass this sum.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    soft_cap_usd = forms.DecimalField(
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        label="Soft cap ($)",
        help_text="From this sum on no more places are sold; those sold are paid. "
        "Left empty, only the hard cap holds.",
        widget=UnfoldAdminDecimalFieldWidget(),
    )


class CloseForm(forms.Form):
    """A second yes, since it cannot be taken back."""

    confirm = forms.BooleanField(
        label="Yes, take no more raters",
        help_text="Raters at work may finish and are paid.",
        widget=UnfoldBooleanSwitchWidget(),
    )


class RejectForm(forms.Form):
    """Why a session is not paid: the rater reads it."""

    reason = forms.CharField(
        min_length=20,
        max_length=1000,
        help_text="The rater reads this. Say what was asked and what was missing.",
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
    )
