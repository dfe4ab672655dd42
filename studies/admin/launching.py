"""Launch: what will be published and what it costs, then one button."""

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from unfold.widgets import BASE_INPUT_CLASSES

from studies import tasks
from studies.admin.base import StudyPage, enqueue
from studies.admin.forms import LaunchForm
from studies.admin.planning import panel
from studies.errors import StudyError
from studies.models import Posting, Study
from studies.recruiters.link import LinkRecruiter
from studies.selectors.channels import recruiters_of
from studies.services import recruiting
from studies.services.design import declared_spec
from studies.services.launch_plan import LaunchPlan, plan
from studies.services.study_settings import forget_problem


class LaunchPage(StudyPage):
    step = "launch"
    title = "Launch"
    template_name = "admin/studies/study/launch.html"
    fragment = "admin/studies/study/launch_state.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        launched = self.study.state not in Study.UNLAUNCHED
        if launched and "asked" in request.GET and request.headers.get("HX-Request"):
            # the plan, and all that a launch could still be, stands on that page
            return HttpResponse(headers={"HX-Redirect": request.path})
        return super().get(request, *args, **kwargs)

    def fragment_context(self) -> dict[str, Any]:
        # without the plan: the recruiter is not asked for its balance every second
        return super().get_context_data(is_fragment=True, **self._state())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require("studies.launch_study")
        if self.study.state == Study.State.LAUNCHING:
            enqueue(
                request, tasks.launch_study, self.study.pk, recruiters_of(self.study)
            )
            return self._asked()
        planned, _ = self._plan()
        if planned is None or planned.problems or self.study.state != "ready":
            messages.error(request, "This cannot be launched as it stands; see below.")
            return self.back()
        confirmed = ""
        if planned.real_money:
            form = LaunchForm(request.POST, total=planned.total_usd)
            if not form.is_valid():
                return self.render_to_response(
                    self.get_context_data(form=form, **kwargs)
                )
            confirmed = str(form.cleaned_data["amount"])
        if self._changed_since_shown(planned):
            return self.back()
        forget_problem(self.study)
        enqueue(request, tasks.launch_study, self.study.pk, self._asked_of(), confirmed)
        return self._asked()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        before = self.study.state in Study.UNLAUNCHED
        planned, problem = self._plan() if before else (None, "")
        spec = declared_spec(self.study) if before else self.study.spec
        context = super().get_context_data(
            plan=planned,
            plan_problem=problem,
            before=before,
            recruiters=self._choices(),
            number_class=" ".join(BASE_INPUT_CLASSES),
            spec=json.dumps(spec, indent=2, ensure_ascii=False),
            **self._state(),
            **(panel(self.study) if planned else {}),
            **kwargs,
        )
        if planned and planned.real_money and "form" not in context:
            context["form"] = LaunchForm(total=planned.total_usd)
        return context

    def _asked_of(self) -> list[str]:
        """Each recruiter that was chosen, as `Share.read` reads it."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        chosen = []
        for name in sent.getlist("recruiter"):
            number = sent.get(f"sessions-{name}", "").strip()
            chosen.append(f"{name}={number}" if number else name)
        return chosen or [next(iter(recruiting.RECRUITERS))]

    def _choices(self) -> list[dict[str, Any]]:
        asked = dict(each.partition("=")[::2] for each in self._asked_of())
        return [
            {"name": name, "chosen": name in asked, "number": asked.get(name, "")}
            for name in recruiting.RECRUITERS
        ]

    def _plan(self) -> tuple[LaunchPlan | None, str]:
        try:
            return plan(self.study, *self._asked_of()), ""
        except StudyError as error:
            return None, str(error)

    def _state(self) -> dict[str, Any]:
        postings = self.study.postings.count()
        opened = self.study.postings.filter(state=Posting.State.OPEN).count()
        return {
            "postings": postings,
            "opened": opened,
            "open_links": self._open_links(),
            "percent": 100 * opened // postings if postings else 0,
            "waiting": "asked" in self.request.GET
            and self.study.state == Study.State.READY
            and not self.study.problem,
        }

    def _open_links(self) -> list[str]:
        rows = self.study.postings.filter(
            recruiter=LinkRecruiter.name, state=Posting.State.OPEN
        )
        return list(rows.values_list("url", flat=True))

    def _changed_since_shown(self, planned: LaunchPlan) -> bool:
        if self.request.POST.get("shown_total") == f"{planned.total_usd:.2f}":
            return False
        messages.warning(
            self.request, "The figures have changed since they were shown. Look again."
        )
        return True

    def _asked(self) -> HttpResponse:
        chosen = urlencode({"asked": 1, "recruiter": self._asked_of()}, doseq=True)
        return self.back(f"?{chosen}")
