"""What a worker earned and how the work was judged."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marketplace import clock, services
from marketplace.models import Assignment, Worker
from marketplace.selectors import earnings as sums
from marketplace.services.eligibility import Standing
from marketplace.services.system_types import NUMBER_APPROVED, PERCENT_APPROVED
from marketplace.site.pages import page
from marketplace.site.session import for_workers

ROWS_PER_PAGE = 100
Status = Assignment.Status


@require_safe
@for_workers
def dashboard(request: HttpRequest, worker: Worker) -> HttpResponse:
    """The worker's figures at a glance."""
    now = clock.now()
    services.settle(now)
    totals = sums.totals(worker)
    bonuses = sums.bonuses(worker)
    standing = Standing(worker)
    return page(
        request,
        "dashboard",
        {
            "approved": totals[Status.APPROVED],
            "pending": totals[Status.SUBMITTED],
            "rejected": totals[Status.REJECTED],
            "returned": totals[Status.RETURNED],
            "abandoned": totals[Status.ABANDONED],
            "held": totals[Status.ACCEPTED],
            "bonuses": bonuses,
            "earned": totals[Status.APPROVED].cents + bonuses.cents,
            "submitted": sum(totals[status].count for status in Assignment.FINISHED),
            "percent": standing.value(PERCENT_APPROVED),
            "number": standing.value(NUMBER_APPROVED),
            "days": sums.by_day(worker, now),
            "requesters": sums.by_requester(worker),
            "rejections": sums.rejections(worker),
        },
    )


@require_safe
@for_workers
def earnings(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What this worker submitted, one by one, and the bonuses."""
    services.settle(clock.now())
    totals = sums.totals(worker)
    mine = worker.assignments.filter(status__in=Assignment.FINISHED)
    latest = mine.select_related("hit__hit_type", "hit__requester").order_by(
        "-submitted_at", "-pk"
    )
    rows = Paginator(latest, ROWS_PER_PAGE)
    return page(
        request,
        "earnings",
        {
            "sums": [(status.label, totals[status]) for status in Assignment.FINISHED],
            "rows": rows.get_page(request.GET.get("page")),
            "bonuses": sums.bonuses_of(worker)[:ROWS_PER_PAGE],
            "bonus_total": sums.bonuses(worker),
            "shown": ROWS_PER_PAGE,
        },
    )
