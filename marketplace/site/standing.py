"""A worker's qualifications, and the messages of requesters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from marketplace import clock, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import Qualification, QualificationType, Worker
from marketplace.services.eligibility import NUMBER_APPROVED, PERCENT_APPROVED, Standing
from marketplace.site.pages import not_found, page, refusal
from marketplace.site.session import for_workers

SHOWN = 200


@require_safe
@for_workers
def qualifications(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What the worker is qualified for, and what can be had for the asking."""
    now = clock.now()
    services.settle(now)
    held = worker.qualifications.filter(status=Qualification.Status.GRANTED)
    automatic = QualificationType.objects.filter(
        auto_granted=True, deleted_at__isnull=True
    ).select_related("requester")
    standing = Standing(worker)
    return page(
        request,
        "qualifications",
        {
            "held": held.select_related("type__requester").order_by("-granted_at"),
            "offered": [
                kind
                for kind in automatic.order_by("-pk")[:SHOWN]
                if services.requestable_by(worker, kind, now) is None
            ],
            "approved": standing.value(NUMBER_APPROVED),
            "percent": standing.value(PERCENT_APPROVED),
        },
    )


@require_POST
@for_workers
def request_qualification(
    request: HttpRequest, worker: Worker, type_id: str
) -> HttpResponse:
    """Ask for a qualification that is granted automatically."""
    kind = QualificationType.objects.filter(type_id=type_id).first()
    if kind is None:
        return not_found(request, "qualification")
    try:
        services.request_qualification(worker, kind, clock.now())
    except WorkerRefusalError as refused:
        return refusal(request, "Not possible", refused.sentence, status=409)
    return redirect("marketplace:qualifications")


@require_safe
@for_workers
def messages(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What requesters wrote to the worker, the newest first; seen from now on."""
    found = worker.messages.select_related("requester").order_by("-pk")[:SHOWN]
    response = page(request, "messages", {"letters": list(found), "shown": SHOWN})
    services.read_all(worker, clock.now())
    return response
