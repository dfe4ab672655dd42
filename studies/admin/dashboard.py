"""The first page: every study with what is next."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from studies.admin.base import STEPS, next_step, state_label, step_url
from studies.admin.study import with_progress
from studies.models import Study

SHOWN_STUDIES = 24
_NEXT = {
    "build": "Build the stimuli",
    "launch": "Look at the launch",
    "watch": "Watch it fill",
    "report": "Read the report",
}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the studies' cards to the admin's index."""
    if not request.user.has_perm("studies.view_study"):
        return context
    studies = with_progress(Study.objects.all())[:SHOWN_STUDIES]
    context["studies"] = [_card(study) for study in studies]
    context["may_add"] = request.user.has_perm("studies.add_study")
    context["add_url"] = reverse("admin:studies_study_add")
    context["all_url"] = reverse("admin:studies_study_changelist")
    return context


def _card(study: Study) -> dict[str, Any]:
    taken, places = getattr(study, "taken", 0), getattr(study, "places", 0)
    step = next_step(study)
    icons = {key: icon for key, _, icon in STEPS}
    return {
        "study": study,
        "state": state_label(study),
        "link": step_url(study, step),
        "next": _NEXT[step],
        "icon": icons[step],
        "taken": taken,
        "places": places,
        "percent": min(100, 100 * taken // places) if places else 0,
    }
