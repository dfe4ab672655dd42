"""The messages of requesters."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marketplace import clock, services
from marketplace.models import Worker
from marketplace.site.pages import page
from marketplace.site.session import for_workers

SHOWN = 200


@require_safe
@for_workers
def messages(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What requesters wrote to the worker, the newest first; seen from now on."""
    found = worker.messages.select_related("requester").order_by("-pk")[:SHOWN]
    response = page(request, "messages", {"letters": list(found), "shown": SHOWN})
    services.read_all(worker, clock.now())
    return response
