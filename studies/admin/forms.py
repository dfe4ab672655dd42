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
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from studies.models import Study
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
        "and all its files picked together. A browser drops the folders of picked "
        "files; they are then found by their names, so that two of one name need "
        "the .zip.",
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
