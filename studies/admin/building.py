"""Build: every file through the same path, with the work watched."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from studies import tasks
from studies.admin.base import StudyPage, enqueue
from studies.errors import StudyError
from studies.models import Study
from studies.selectors import build_progress
from studies.services.stimuli import claim


class BuildPage(StudyPage):
    step = "build"
    title = "Build"
    template_name = "admin/studies/study/build.html"
    fragment = "admin/studies/study/build_state.html"

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require("studies.change_study")
        try:
            claim(self.study)
        except StudyError as error:
            messages.error(request, str(error))
        else:
            enqueue(request, tasks.build_study, self.study.pk)
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done, total = build_progress(self.study)
        building = self.study.state == Study.State.BUILDING
        return super().get_context_data(
            done=done,
            total=total,
            percent=100 * done // total if total else 0,
            building=building,
            **kwargs,
        )
