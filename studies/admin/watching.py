"""Watch a study fill, nudge it, close it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from studies import tasks
from studies.admin.base import StudyPage, enqueue
from studies.admin.forms import CloseForm
from studies.models import Assignment, Posting, Study
from studies.selectors import progress, simulated_sessions

SHOWN_EVENTS = 30
MOVING = (Study.State.LAUNCHING, Study.State.LIVE, Study.State.CLOSING)


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
        elif self.study.state in MOVING and enqueue(
            request, tasks.advance_study, self.study.pk
        ):
            messages.info(request, "Asked the recruiter for news.")
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = progress(self.study)
        kwargs.setdefault("form", CloseForm())
        return super().get_context_data(
            progress=now,
            moving=self.study.state in MOVING,
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
        for url, group in rows.values_list("url", "external_group").distinct()
    ][:3]
