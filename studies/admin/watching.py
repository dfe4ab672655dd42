"""Watch a study fill, nudge it, close it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from analysis.votes import counted
from studies import tasks
from studies.admin.base import StudyPage, enqueue
from studies.admin.forms import CapForm, CloseForm
from studies.admin.money import money_todo
from studies.admin.recruiting import RecruitForm
from studies.errors import StudyError
from studies.models import Assignment, Posting, Study
from studies.selectors import progress, simulated_sessions
from studies.selectors.channels import channel_progress
from studies.services.channels import plan_recruiting
from studies.services.irregular import count_irregular
from studies.services.latecomers import may_come_late
from studies.services.looks import look_state, look_text, take_look, waiting
from studies.services.publish import require_confirmed
from studies.services.study_settings import change_caps

SHOWN_EVENTS = 30
Act = Callable[[QueryDict], dict[str, Any]]
"""What a form asks for; returns what to show it with again, if anything is wrong."""


class WatchPage(StudyPage):
    step = "watch"
    title = "Watch"
    template_name = "admin/studies/study/watch.html"
    fragment = "admin/studies/study/watch_state.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.require("studies.launch_study")
        acts: dict[str, Act] = {
            "close": self._close,
            "cap": self._cap,
            "recruit": self._recruit,
            "stop": self._stop,
            "advance": self._advance,
            "look": self._look,
        }
        for name, act in acts.items():
            if name in request.POST:
                # a form that does not hold is shown again, with what is wrong
                if wrong := act(request.POST):
                    return self.render_to_response(
                        self.get_context_data(**wrong, **kwargs)
                    )
                break
        return self.back()

    def _close(self, sent: QueryDict) -> dict[str, Any]:
        form = CloseForm(sent)
        if not form.is_valid():
            return {"form": form}
        if enqueue(self.request, tasks.close_study, self.study.pk):
            messages.info(self.request, "Closing. Raters at work may finish.")
        return {}

    def _cap(self, sent: QueryDict) -> dict[str, Any]:
        form = CapForm(sent)
        if not self._set_cap(form):
            return {"cap": form}
        return self._advance(sent)

    def _advance(self, _sent: QueryDict) -> dict[str, Any]:
        late = may_come_late(self.study, timezone.now())
        asks = self.study.state in Study.RUNNING or late
        if asks and enqueue(self.request, tasks.advance_study, self.study.pk):
            messages.info(self.request, "Asked the recruiter for news.")
        return {}

    def _look(self, _sent: QueryDict) -> dict[str, Any]:
        try:
            take_look(self.study, now=timezone.now())
        except StudyError as error:
            messages.error(self.request, str(error))
        return {}

    def _set_cap(self, form: CapForm) -> bool:
        if not form.is_valid():
            return False
        by = self.request.user.get_username()
        try:
            change_caps(
                self.study,
                hard_usd=form.cleaned_data["hard_cap_usd"],
                soft_usd=form.cleaned_data["soft_cap_usd"],
                by=by,
            )
        except StudyError as error:
            form.add_error("hard_cap_usd", str(error))
            return False
        return True

    def _stop(self, sent: QueryDict) -> dict[str, Any]:
        name = sent["stop"]
        if enqueue(self.request, tasks.stop_recruiter, self.study.pk, name):
            text = f"No more raters are taken through {name}."
            messages.info(self.request, text)
        return {}

    def _recruit(self, sent: QueryDict) -> dict[str, Any]:
        """Work out the price first: what cannot be sold is said beside the form."""
        form = RecruitForm(sent)
        if not form.is_valid():
            return {"more": form}
        name, number = form.cleaned_data["recruiter"], form.cleaned_data["sessions"]
        try:
            line = plan_recruiting(self.study, name, number)
            require_confirmed([line], form.cleaned_data["amount"])
        except StudyError as error:
            form.add_error(None, str(error))
            return {"more": form}
        args = (self.study.pk, name, line.sessions, str(line.total_usd))
        if enqueue(self.request, tasks.recruit_more, *args):
            text = f"{counted(line.sessions, 'session')} more by {name}: "
            messages.info(self.request, f"{text}${line.total_usd:.2f}")
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = progress(self.study)
        kwargs.setdefault("form", CloseForm())
        shown = {
            "hard_cap_usd": self.study.hard_cap_usd,
            "soft_cap_usd": self.study.soft_cap_usd,
        }
        kwargs.setdefault("cap", CapForm(initial=shown))
        kwargs.setdefault("more", RecruitForm())
        return super().get_context_data(
            progress=now,
            channels=channel_progress(self.study),
            irregular=count_irregular(self.study),
            moving=self.study.state in Study.RUNNING,
            launched=self.study.state not in Study.UNLAUNCHED,
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
            posting_links=_posting_links(self.study),
            may_write_off=self.request.user.has_perm("studies.write_off_payment"),
            # a fragment leaves it out, and some recruiters are asked over the network
            **({} if "is_fragment" in kwargs else money_todo(self.study)),
            **({} if "is_fragment" in kwargs else _looks(self.study)),
            **kwargs,
        )


def _looks(study: Study) -> dict[str, Any]:
    """What the card of the looks shows; nothing where none were declared."""
    state = look_state(study) if study.state not in Study.UNLAUNCHED else None
    if state is None:
        return {}
    told = [look_text(look, state.plan) for look in state.taken]
    return {"look_state": state, "look_lines": told, "look_waits": waiting(state)}


def _percent(part: int, whole: int) -> int:
    return min(100, 100 * part // whole) if whole else 0


def _posting_links(study: Study) -> list[tuple[str, str]]:
    """One link per group of postings: the recruiter shows a group as one offer."""
    rows = study.postings.filter(state=Posting.State.OPEN).exclude(url="")
    return list(rows.values_list("url", "recruiter").order_by("url").distinct()[:3])
