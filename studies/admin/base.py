"""What the pages of the researcher's site share."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.generic import TemplateView, View
from kombu.exceptions import OperationalError
from unfold.admin import ModelAdmin

from studies.models import Study
from studies.services.study_settings import is_editable

NOTHING = "\N{EN DASH}"
STATE_VARIANTS = {
    Study.State.DRAFT: "default",
    Study.State.BUILDING: "info",
    Study.State.READY: "primary",
    Study.State.LAUNCHING: "info",
    Study.State.LIVE: "success",
    Study.State.CLOSING: "warning",
    Study.State.CLOSED: "default",
}
STEPS = (
    ("clips", "Clips", "movie"),
    ("generate", "Generate", "graphic_eq"),
    ("settings", "Settings", "tune"),
    ("build", "Build", "build"),
    ("preview", "Preview", "visibility"),
    ("launch", "Launch", "rocket_launch"),
    ("watch", "Watch", "monitoring"),
    ("report", "Report", "table_chart"),
)


MOST_DIGITS = 19
"""Of the number of a row: databases count to 2^63."""


def _never(*_args: object, **_kwargs: object) -> bool:
    return False


class ReadOnlyAdmin(ModelAdmin):
    """A list to look at: rows come and go through the services alone."""

    list_per_page = 50
    list_filter_sheet = False

    def get_fields(
        self, _request: HttpRequest, _obj: object | None = None
    ) -> list[str]:
        fields = self.model._meta.fields  # noqa: SLF001 (documented by Django)
        return [field.name for field in fields if field.name != "id"]

    has_add_permission = has_change_permission = has_delete_permission = _never


def label(text: str, variant: str = "default") -> SafeString:
    """A coloured word, as unfold draws it."""
    return SafeString(
        render_to_string(
            "unfold/helpers/label.html", {"text": text, "variant": variant}
        ).strip()
    )


def state_label(study: Study) -> SafeString:
    return label(study.get_state_display(), STATE_VARIANTS[Study.State(study.state)])


def step_url(study: Study, step: str) -> str:
    if step == "settings":
        return reverse("admin:studies_study_change", args=[study.pk])
    return reverse(f"admin:studies_study_{step}", args=[study.pk])


def next_step(study: Study) -> str:
    """The page on which the next thing to do waits."""
    if study.state in (Study.State.DRAFT, Study.State.BUILDING):
        return "build"
    if study.state in (Study.State.READY, Study.State.LAUNCHING):
        return "launch"
    return "report" if study.state == Study.State.CLOSED else "watch"


def navigation(study: Study, active: str) -> list[dict[str, Any]]:
    hidden = {"build", "launch", "watch"} if study.is_import else set()
    if study.is_import or study.state not in Study.UNLAUNCHED:
        hidden.add("generate")
    return [
        {
            "title": title,
            "icon": icon,
            "link": step_url(study, step),
            "active": step == active,
        }
        for step, title, icon in STEPS
        if step not in hidden
    ]


def enqueue(request: HttpRequest, task: Any, *args: Any) -> bool:
    """Hand work to the background once this request has committed."""
    try:
        task.delay_on_commit(*args)
    except OperationalError as error:
        messages.error(
            request, f"The queue of the background worker does not answer: {error}"
        )
        return False
    return True


def number_of(text: str) -> int | None:
    """Read the number of a row; None for what cannot be one."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else None


class AdminView(View):
    """Something inside the admin that is no list and no form of one row."""

    model_admin: Any = None
    permission: ClassVar[str] = "studies.view_study"

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        self.require(self.permission)
        return super().dispatch(request, *args, **kwargs)

    def require(self, permission: str) -> None:
        if not self.request.user.has_perm(permission):
            raise PermissionDenied


class AdminPage(AdminView, TemplateView):
    """A page in the admin's frame."""

    title: ClassVar[str] = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **self.model_admin.admin_site.each_context(self.request),
            title=self.title,
            **kwargs,
        )


class StudyView(AdminView):
    """Something about one study."""

    study: Study

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        study = Study.objects.filter(pk=kwargs["pk"]).first()
        if study is None:
            raise Http404(f"There is no study number {kwargs['pk']}.")
        self.study = study


class StudyPage(StudyView, AdminPage):
    """One step on the way of a study, with the way itself on top."""

    step: ClassVar[str] = ""
    fragment: ClassVar[str] = ""
    """Template of the part that renews itself while work goes on."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.fragment and request.headers.get("HX-Request"):
            return render(request, self.fragment, self.fragment_context())
        return super().get(request, *args, **kwargs)

    def fragment_context(self) -> dict[str, Any]:
        return self.get_context_data(is_fragment=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            study=self.study,
            state_label=state_label(self.study),
            content_subtitle=self.study.slug,
            steps=navigation(self.study, self.step),
            step_links={step: step_url(self.study, step) for step, _, _ in STEPS},
            step=self.step,
            is_editable=is_editable(self.study),
            may_launch=self.request.user.has_perm("studies.launch_study"),
            may_change=self.request.user.has_perm("studies.change_study"),
            **kwargs,
        )

    def back(self, query: str = "") -> HttpResponseRedirect:
        return HttpResponseRedirect(step_url(self.study, self.step) + query)
