"""Doing HITs: accept, the page with the timer, return, queue."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from marketplace import clock, money, services
from marketplace.errors import WorkerRefusalError
from marketplace.forms import FaultyAnswersError, Posted
from marketplace.models import HIT, Assignment, HITType, Worker
from marketplace.services.eligibility import Action, Standing
from marketplace.site.pages import countdown, not_found, page, refused_page
from marketplace.site.session import for_workers
from marketplace.site.showing import form_page, question_page

GOES_ON_WITHIN = timedelta(seconds=30)
Status = Assignment.Status


@require_POST
@for_workers
def accept_hit(request: HttpRequest, worker: Worker, hit_id: str) -> HttpResponse:
    """Accept one HIT, then work on it."""
    hit = HIT.objects.listed().filter(hit_id=hit_id).first()
    if hit is None:
        return not_found(request, "HIT")
    try:
        assignment = services.accept(worker, hit, clock.now())
    except WorkerRefusalError as refused:
        return _refused(request, refused)
    return redirect("marketplace:work", assignment_id=assignment.assignment_id)


@require_POST
@for_workers
def accept_group(request: HttpRequest, worker: Worker, group_id: str) -> HttpResponse:
    """Accept the next HIT of a group, then work on it."""
    kind = HITType.objects.filter(group_id=group_id).first()
    if kind is None:
        return not_found(request, "group of HITs")
    try:
        assignment = services.accept_next(worker, kind, clock.now())
    except WorkerRefusalError as refused:
        return _refused(request, refused)
    return redirect("marketplace:work", assignment_id=assignment.assignment_id)


@require_safe
@for_workers
def work(request: HttpRequest, worker: Worker, assignment_id: str) -> HttpResponse:
    """The page a worker works on: the question in a frame, and the time left."""
    assignment = _own(worker, assignment_id)
    if assignment is None:
        return not_found(request, "assignment")
    if assignment.status != Status.ACCEPTED:
        return redirect("marketplace:submitted", assignment_id=assignment_id)
    return question_page(
        request, "work", _around(assignment), assignment.hit, assignment
    )


@require_POST
@for_workers
def answer(request: HttpRequest, worker: Worker, assignment_id: str) -> HttpResponse:
    """Submit the answers to a QuestionForm, or show it again with what is wrong."""
    assignment = _own(worker, assignment_id)
    if assignment is None or assignment.hit.question_kind != HIT.Kind.FORM:
        return not_found(request, "assignment")
    posted: Posted = dict(request.POST.lists())
    try:
        services.submit_form(worker, assignment_id, posted, clock.now())
    except FaultyAnswersError as refused:
        return form_page(request, _around(assignment), assignment, posted, refused)
    except WorkerRefusalError as refused:
        return _refused(request, refused)
    return redirect("marketplace:submitted", assignment_id=assignment_id)


@require_POST
@for_workers
def give_back(request: HttpRequest, worker: Worker, assignment_id: str) -> HttpResponse:
    """Return a HIT without doing it."""
    assignment = _own(worker, assignment_id)
    if assignment is None:
        return not_found(request, "assignment")
    try:
        services.give_back(assignment, clock.now())
    except WorkerRefusalError as refused:
        return _refused(request, refused)
    return redirect("marketplace:submitted", assignment_id=assignment_id)


@require_safe
@for_workers
def submitted(request: HttpRequest, worker: Worker, assignment_id: str) -> HttpResponse:
    """What became of an assignment, and the way to the next HIT of its group."""
    assignment = _own(worker, assignment_id)
    if assignment is None:
        return not_found(request, "assignment")
    if assignment.status == Status.ACCEPTED:
        return redirect("marketplace:work", assignment_id=assignment_id)
    kind = assignment.hit.hit_type
    now = clock.now()
    more = Standing(worker).allows(kind, Action.ACCEPT) and services.open_to(
        worker, kind, now
    )
    return page(
        request,
        "submitted",
        {
            "assignment": assignment,
            # not when the page is looked at again later
            "goes_on": worker.accepts_next
            and assignment.submitted_at is not None
            and now - assignment.submitted_at < GOES_ON_WITHIN,
            "reward": money.dollars(assignment.reward_cents),
            "group_id": kind.group_id if more else None,
        },
    )


@require_safe
@for_workers
def queue(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The HITs this worker holds, the most urgent first."""
    now = clock.now()
    services.settle(now)
    held = Assignment.objects.filter(worker=worker, status=Status.ACCEPTED)
    rows = [
        {
            "assignment": assignment,
            "reward": money.dollars(assignment.reward_cents),
            "minutes": int((assignment.deadline - now).total_seconds() // 60),
        }
        for assignment in held.select_related(
            "hit__hit_type", "hit__requester"
        ).order_by("deadline")
    ]
    return page(request, "queue", {"rows": rows})


def _own(worker: Worker, assignment_id: str) -> Assignment | None:
    """The worker's assignment, settled; another worker's is not found."""
    mine = Assignment.objects.select_related("hit__hit_type", "hit__requester").filter(
        worker=worker, assignment_id=assignment_id
    )
    found = mine.order_by("-pk").first()
    if found is None:
        return None
    services.settle(clock.now(), hit=found.hit)
    return mine.get(pk=found.pk)


def _around(assignment: Assignment) -> dict[str, Any]:
    """What the page around a question says."""
    return {
        "assignment": assignment,
        "reward": money.dollars(assignment.reward_cents),
        **countdown(assignment.accepted_at, assignment.deadline),
    }


def _refused(request: HttpRequest, refused: WorkerRefusalError) -> HttpResponse:
    return refused_page(request, "Not possible", refused)
