"""Generate: sounds for the study's clips from a training run, with the work watched."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from studies import tasks
from studies.admin.base import StudyPage, enqueue, label, number_of
from studies.errors import StudyError
from studies.models import Generation, Study
from studies.services.generation_jobs import DEAD_AFTER, ask
from studies.services.generation_stops import dismiss, silence, stop
from studies.services.generation_storing import stored
from studies.services.runs import run_path, runs_below, runs_told

STATES = {
    Generation.State.WAITING: "default",
    Generation.State.SAMPLING: "info",
    Generation.State.STORING: "info",
    Generation.State.DONE: "success",
    Generation.State.FAILED: "danger",
    Generation.State.STOPPED: "default",
}


class GenerateForm(forms.Form):
    """Which run, and what its system is called here."""

    run = forms.ChoiceField(
        label="Training run",
        help_text="A folder of several runs sounds every category with its own net.",
        # the page may be older than what lies there now
        error_messages={"invalid_choice": "There is no run %(value)s any more."},
        widget=UnfoldAdminSelectWidget(),
    )
    system = forms.CharField(
        required=False,
        max_length=200,
        label="Name of the system",
        help_text="A column of the report. Left empty, systems are named by their "
        "method: frame, seq, flow.",
        widget=UnfoldAdminTextInputWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["run"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, f"{name} ({what})") for name, what in runs_told()]

    @property
    def has_runs(self) -> bool:
        """Whether there is anything to choose."""
        field = self.fields["run"]
        assert isinstance(field, forms.ChoiceField)
        return bool(field.choices)


class GeneratePage(StudyPage):
    step = "generate"
    title = "Generate"
    template_name = "admin/studies/study/generate.html"
    fragment = "admin/studies/study/generate_state.html"

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.require("studies.change_study")
        for name, act in (("stop", stop), ("dismiss", dismiss)):
            if name in request.POST:
                return self._act(request, name, act)
        form = GenerateForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        data = form.cleaned_data
        try:
            generation = ask(
                self.study,
                run_path(data["run"]),
                now=timezone.now(),
                system=data["system"],
                by=request.user if request.user.is_authenticated else None,
            )
        except StudyError as error:
            form.add_error(None, str(error))
            return self.render_to_response(self.get_context_data(form=form))
        if generation.state == Generation.State.WAITING:
            enqueue(request, tasks.generate_sounds, generation.pk)
        else:
            messages.info(request, "This run is at work for the study already.")
        return self.back()

    def _act(
        self, request: HttpRequest, name: str, act: Callable[..., bool]
    ) -> HttpResponse:
        number = number_of(request.POST[name])
        found = self.study.generations.filter(pk=number or 0).first()
        if found is None or not act(found, now=timezone.now(), by=str(request.user)):
            messages.info(request, f"There is nothing to {name} any more.")
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = list(
            self.study.generations.filter(dismissed_at=None)
            .prefetch_related("jobs__category")
            .select_related("by")
        )
        sounds = stored(self.study)
        return super().get_context_data(
            **{
                # the part that renews itself does without: runs lie on a disk
                "form": None if kwargs.get("is_fragment") else GenerateForm(),
                "rows": [_row(each, sounds) for each in asked],
                "going_on": any(row.state in Generation.GOING_ON for row in asked),
                "is_open": _is_open(self.study),
                "has_clips": self.study.clips.exists(),
                "runs_root": settings.RUNS_ROOT,
                **kwargs,
            }
        )


def _is_open(study: Study) -> bool:
    """Whether sounds can be added."""
    return study.state in Study.UNLAUNCHED and not study.is_import


def _name(run: Path) -> str:
    """What a run is called on the page: below RUNS_ROOT, or by its last two folders."""
    root = Path(settings.RUNS_ROOT)
    if run != root and run.is_relative_to(root):
        return run.relative_to(root).as_posix()
    return "/".join(run.parts[-2:])


def _is_offered(run: Path) -> bool:
    """Whether the page lets a run be chosen.

    Another, a single file say, is asked again by the command that asked it first.
    """
    return run.is_relative_to(settings.RUNS_ROOT) and _name(run) in runs_below()


def _silent(minutes: int, *, may_stop: bool, is_open: bool) -> str:
    missed = (
        f"A worker at this was not heard from for {minutes} "
        f"minute{'' if minutes == 1 else 's'}."
    )
    after = f"after {DEAD_AFTER // timedelta(minutes=1)} minutes"
    if not is_open:
        return f"{missed} It is broken off {after}: the study is launched."
    at_once = ", or at once when you stop it here and generate again"
    return (
        f"{missed} See that a worker runs: celery -A evalsite worker --queues gpu "
        f"--pool solo. What a dead one was at is taken up where it was {after}"
        f"{at_once if may_stop else ''}."
    )


def _row(generation: Generation, sounds: set[tuple[str, str]]) -> dict[str, Any]:
    jobs = [job for job in generation.jobs.all() if job.clips]
    clips = sum(job.clips for job in jobs)
    done = sum(job.clips * job.percent for job in jobs)
    state = Generation.State(generation.state)
    ended_early = state in Generation.ENDED_EARLY
    silent = silence(generation, jobs, now=timezone.now())
    may_stop = state in (Generation.State.WAITING, Generation.State.SAMPLING)
    return {
        "generation": generation,
        "name": _name(Path(generation.run)),
        "ended_early": ended_early,
        "is_offered": ended_early and _is_offered(Path(generation.run)),
        "label": label(generation.get_state_display(), STATES[state]),
        "jobs": jobs,
        "clips": clips,
        "percent": done // clips if clips else 0,
        "going_on": state in Generation.GOING_ON,
        # what an earlier press of it stored is to be heard as well
        "may_hear": state not in Generation.GOING_ON
        and any((j.system, j.sha256) in sounds for j in generation.jobs.all()),
        "flagged": sum(job.flagged for job in jobs),
        "may_stop": may_stop,
        "stop_id": format_html('id="stop-{}"', generation.pk),
        "silent": _silent(
            silent // timedelta(minutes=1),
            may_stop=may_stop,
            is_open=_is_open(generation.study),
        )
        if silent
        else "",
    }
