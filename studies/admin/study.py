"""Studies: the list, the settings, and the pages of their way."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from analysis.votes import counted
from studies.admin.base import (
    NOTHING,
    label,
    navigation,
    next_step,
    state_label,
    step_url,
)
from studies.admin.building import BuildPage
from studies.admin.generating import GeneratePage
from studies.admin.launching import LaunchPage
from studies.admin.material import ClipsPage, PreviewPage, SourceView
from studies.admin.money import MoneyPage
from studies.admin.new_study import NewStudyPage, UploadPage
from studies.admin.planning import PowerView
from studies.admin.reporting import ReportFile, ReportPage
from studies.admin.settings_form import SettingsForm
from studies.admin.watching import WatchPage
from studies.errors import StudyError
from studies.models import Study
from studies.services.removal import is_removable, remove
from studies.services.study_settings import FIELDS, change_settings, is_editable

PAGES = (
    ("clips", ClipsPage),
    ("generate", GeneratePage),
    ("build", BuildPage),
    ("preview", PreviewPage),
    ("launch", LaunchPage),
    ("power", PowerView),
    ("watch", WatchPage),
    ("money", MoneyPage),
    ("report", ReportPage),
)
FIELDSETS = (
    (
        "What raters are asked",
        {
            "fields": (
                "title",
                "description",
                ("votes_per_item", "items_per_session", "max_votes_per_rater"),
                ("practice_items", "catch_items", "seed"),
            )
        },
    ),
    ("What counts", {"fields": (SettingsForm.RULES[:2], SettingsForm.RULES[2:])}),
    ("What is compared", {"fields": SettingsForm.COMPARISONS}),
    (
        "Money and time",
        {
            "fields": (
                ("reward_usd", "hard_cap_usd", "soft_cap_usd"),
                ("places_per_posting",),
                ("assignment_minutes", "lifetime_hours"),
            )
        },
    ),
    (
        "How files are rendered",
        {"fields": (SettingsForm.RENDER[:3], SettingsForm.RENDER[3:])},
    ),
    ("Consent", {"fields": ("consent_text", "contact_email")}),
)
# rules and rendering are then shown, frozen, on the launch page
SHOWN_WHEN_FIXED = tuple(
    fieldset
    for fieldset in FIELDSETS
    if fieldset[0] not in ("What counts", "What is compared", "How files are rendered")
)


@admin.register(Study)
class StudyAdmin(ModelAdmin):
    form = SettingsForm
    list_display = ("name", "state_shown", "votes_shown", "recruiters", "created_at")
    list_display_links = None
    list_filter = ("state", "is_demo", "is_import")
    list_filter_sheet = False
    search_fields = ("slug", "title")
    actions = None
    warn_unsaved_form = True
    compressed_fields = False
    change_form_outer_before_template = "admin/studies/study/settings_top.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Study]":
        rows: QuerySet[Study] = super().get_queryset(request)
        return with_progress(rows).prefetch_related("channels")

    def get_urls(self) -> list[URLPattern]:
        def page(route: str, view: Any, name: str) -> URLPattern:
            shown = self.admin_site.admin_view(view.as_view(model_admin=self))
            pattern: URLPattern = path(route, shown, name=name)
            return pattern

        urls: list[URLPattern] = super().get_urls()
        return [
            page("add/", NewStudyPage, "studies_study_add"),
            page("upload/<str:key>/", UploadPage, "studies_upload"),
            page("source/<int:stimulus>/", SourceView, "studies_source"),
            *(
                page(f"<int:pk>/{step}/", view, f"studies_study_{step}")
                for step, view in PAGES
            ),
            page(
                "<int:pk>/report/<str:format>/", ReportFile, "studies_study_report_file"
            ),
            *urls,
        ]

    def get_fieldsets(self, request: HttpRequest, obj: Study | None = None) -> Any:
        editable = self.has_change_permission(request, obj)
        return FIELDSETS if editable else SHOWN_WHEN_FIXED

    def has_change_permission(
        self, request: HttpRequest, obj: Study | None = None
    ) -> bool:
        allowed: bool = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_editable(obj))

    def has_delete_permission(
        self, request: HttpRequest, obj: Study | None = None
    ) -> bool:
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and (obj is None or is_removable(obj))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell what goes; the service deletes in an order that constraints allow."""
        lines = [
            f"{study}: {counted(study.clips.count(), 'clip')}, "
            f"{counted(study.stimuli.count(), 'file')}"
            for study in objs
        ]
        allowed = self.has_delete_permission(request)
        return lines, {}, set() if allowed else {"study"}, []

    def delete_model(self, request: HttpRequest, obj: Study) -> None:
        try:
            remove(obj)
        except StudyError as error:
            messages.error(request, str(error))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        study = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if study is not None:
            context |= {
                "study": study,
                "steps": navigation(study, "settings"),
                "state_label": state_label(study),
                "is_editable": is_editable(study),
                "show_save_and_add_another": False,
                "show_save_and_continue": False,
            }
        response: HttpResponse = super().change_view(
            request, object_id, form_url, context
        )
        return response

    def save_model(
        self, request: HttpRequest, obj: Study, form: ModelForm[Study], change: bool
    ) -> None:
        if not (change and isinstance(form, SettingsForm)):
            return
        values = {key: val for key, val in form.values().items() if key in FIELDS}
        try:
            changed = change_settings(obj, values)
        except StudyError as error:
            messages.error(request, str(error))
            return
        if changed.state == Study.State.DRAFT:
            messages.info(request, "Now build: the files depend on these settings.")

    def response_change(self, request: HttpRequest, obj: Study) -> HttpResponse:
        obj.refresh_from_db()
        messages.success(request, "The settings are saved.")
        return HttpResponseRedirect(step_url(obj, next_step(obj)))

    @admin.display(description="Study", ordering="title")
    def name(self, row: Study) -> SafeString:
        link = step_url(row, next_step(row))
        demo = label("Demo", "warning") if row.is_demo else ""
        return format_html(
            '<a class="text-link font-semibold" href="{}">{}</a> <span>{}</span> {}',
            link,
            str(row),
            row.slug,
            demo,
        )

    @admin.display(description="State", ordering="state")
    def state_shown(self, row: Study) -> SafeString:
        return state_label(row)

    @admin.display(description="Recruiters")
    def recruiters(self, row: Study) -> str:
        return ", ".join(each.recruiter for each in row.channels.all()) or NOTHING

    @admin.display(description="Votes taken")
    def votes_shown(self, row: Study) -> str:
        taken, places = getattr(row, "taken", 0), getattr(row, "places", 0)
        return f"{taken} of {places}" if places else NOTHING


def with_progress(rows: "QuerySet[Study]") -> "QuerySet[Study]":
    """Add the votes taken and wanted of each study, in the same query."""
    scored = Q(items__kind="scored")
    return rows.annotate(
        places=Coalesce(Sum("items__places", filter=scored), 0),
        taken=Coalesce(Sum("items__taken", filter=scored), 0),
    )
