"""Watch a study fill, nudge it, close it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from studies import tasks
from studies.admin.base import StudyPage, enqueue
from studies.admin.forms import CapForm, CloseForm
from studies.errors import StudyError
from studies.models import Assignment, Posting, Study
from studies.selectors import progress, simulated_sessions
from studies.services.study_settings import change_cap

SHOWN_EVENTS = 30


class WatchPage(StudyPage):
    step = "watch"
    title = "Watch"
    template_name = "admin/studies/study/watch.html"
    fragment = "admin/studies/study/watch_state.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require("studies.launch_study")
        if "close" in request.POST:
            form = CloseForm(request.POST)
            if not form.is_valid():
                return self.render_to_response(
                    self.get_context_data(form=form, **kwargs)
                )
            if enqueue(request, tasks.close_study, self.study.pk):
                messages.info(request, "Closing. Raters at work may finish.")
            return self.back()
        if "cap" in request.POST:
            cap = CapForm(request.POST)
            if not self._set_cap(cap):
                return self.render_to_response(self.get_context_data(cap=cap, **kwargs))
        if self.study.state in Study.RUNNING and enqueue(
            request, tasks.advance_study, self.study.pk
        ):
            messages.info(request, "Asked the recruiter for news.")
        return self.back()

    def _set_cap(self, form: CapForm) -> bool:
        if not form.is_valid():
            return False
        by = self.request.user.get_username()
        try:
            change_cap(self.study, form.cleaned_data["hard_cap_usd"], by=by)
        except StudyError as error:
            form.add_error("hard_cap_usd", str(error))
            return False
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = progress(self.study)
        kwargs.setdefault("form", CloseForm())
        shown = {"hard_cap_usd": self.study.hard_cap_usd}
        kwargs.setdefault("cap", CapForm(initial=shown))
        return super().get_context_data(
            progress=now,
            moving=self.study.state in Study.RUNNING,
            closable=self.study.state in (Study.State.LIVE, Study.State.LAUNCHING),
            sessions=[
                (text, now.sessions.get(state, 0))
                for state, text in Assignment.State.choices
            ],
            posting_states=[
                (text, now.postings.get(state, 0))
                for state, text in Posting.State.choices
                if now.postings.get(state)
            ],
            categories=[
                (row, _percent(row.counted, row.wanted)) for row in now.categories
            ],
            simulated=simulated_sessions(self.study),
            events=self.study.events.order_by("-at", "-pk")[:SHOWN_EVENTS],
            links=_posting_links(self.study),
            **kwargs,
        )


def _percent(part: int, whole: int) -> int:
    return min(100, 100 * part // whole) if whole else 0


def _posting_links(study: Study) -> list[tuple[str, str]]:
    """One link per group of postings: the recruiter shows a group as one offer."""
    rows = study.postings.filter(state=Posting.State.OPEN).exclude(url="")
    return [
        (url, group)
        for url, group in rows.values_list("url", "external_group")
        .order_by("url")
        .distinct()
    ][:3]
