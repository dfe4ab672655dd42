"""How a HIT's question appears on the pages around it: in a frame, or as a form."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from marketplace import conf
from marketplace.forms import FaultyAnswersError, Posted, QuestionForm, lay_out
from marketplace.models import HIT, Assignment
from marketplace.questions import NOT_ACCEPTED, frame_url, read_question
from marketplace.services.holding import submit_to
from marketplace.site.pages import page


def question_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    hit: HIT,
    assignment: Assignment | None = None,
) -> HttpResponse:
    """A page with the HIT's question; without an assignment it is a preview."""
    if hit.question_kind == HIT.Kind.FORM:
        shown = {**context, "hit": hit, "sheets": lay_out(form_of(hit))}
        return page(request, template, shown, media=True)
    kept = hit.question_kind == HIT.Kind.HTML
    source = frame_url(
        reverse("marketplace:hosted", args=[hit.hit_id]) if kept else hit.external_url,
        assignment_id=NOT_ACCEPTED if assignment is None else assignment.assignment_id,
        hit_id=hit.hit_id,
        worker_id=None if assignment is None else assignment.worker.worker_id,
        submit_to=None if assignment is None else submit_to(assignment),
    )
    return page(
        request,
        template,
        {**context, "hit": hit, "source": source, "kept": kept},
        frames=conf.public_url() if kept else hit.external_url,
    )


def form_page(
    request: HttpRequest,
    context: Mapping[str, Any],
    assignment: Assignment,
    posted: Posted,
    refused: FaultyAnswersError,
) -> HttpResponse:
    """The work page once more, with what the worker gave and what was wrong with it."""
    return page(
        request,
        "work",
        {
            **context,
            "hit": assignment.hit,
            "sheets": lay_out(form_of(assignment.hit), posted, refused.faults),
            "sentence": refused.sentence,
        },
        media=True,
        status=422,
    )


def form_of(hit: HIT) -> QuestionForm:
    """The form of a HIT whose question is one."""
    question = read_question(hit.question)
    if not isinstance(question, QuestionForm):
        raise TypeError(f"The question of HIT {hit.hit_id} is no QuestionForm.")
    return question
