"""Finding work: the list of HIT groups, and previews."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from marketplace import clock, money, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, HITType, Worker
from marketplace.selectors import groups
from marketplace.services.eligibility import Action, check_may
from marketplace.site.pages import not_found, page, refusal
from marketplace.site.search import read_search
from marketplace.site.session import current_worker
from marketplace.site.showing import question_page

GROUPS_PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of HIT groups; open to everybody."""
    now = clock.now()
    services.settle(now)
    worker = current_worker(request)
    search = read_search(request.GET)
    found = groups.open_groups(worker, search.wish, now)
    shown = Paginator(found, GROUPS_PER_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "index",
        {
            "groups": shown,
            "group_count": len(found),
            "hit_count": sum(group.hits for group in found),
            "search": search,
            "sorts": [(value, name) for value, (name, _) in groups.SORTS.items()],
            "requesters": groups.requesters_at_work(worker, now),
        },
        status=422 if search.fault else 200,
    )


@require_safe
def preview_group(request: HttpRequest, group_id: str) -> HttpResponse:
    """A preview of the group's next HIT for this worker."""
    kind = HITType.objects.filter(group_id=group_id).first()
    # tools link to groups by the HIT type's id as well
    kind = kind or HITType.objects.filter(hit_type_id=group_id).first()
    if kind is None:
        return not_found(request, "group of HITs")
    now = clock.now()
    services.settle(now)
    worker = current_worker(request)
    refused = _refused(request, worker, kind)
    if refused is not None:
        return refused
    found = services.open_to(worker, kind, now)
    if not found:
        return refusal(
            request,
            "No HITs left",
            "There are no more HITs of this group for you. More may come: places that"
            " others return are given out again.",
            status=200,
        )
    return _preview(request, found[0])


@require_safe
def preview_hit(request: HttpRequest, hit_id: str) -> HttpResponse:
    """A preview of one HIT."""
    now = clock.now()
    hit = (
        HIT.objects.listed()
        .select_related("hit_type", "requester")
        .filter(hit_id=hit_id)
        .first()
    )
    if hit is None:
        return not_found(request, "HIT")
    services.settle(now, hit=hit)
    refused = _refused(request, current_worker(request), hit.hit_type)
    if refused is not None:
        return refused
    return _preview(request, hit)


@require_safe
def preview_by_query(request: HttpRequest) -> HttpResponse:
    """MTurk's older address of a preview: ?groupId=."""
    group_id = request.GET.get("groupId", "")
    if not group_id.isascii() or not group_id.isalnum():
        return not_found(request, "group of HITs")
    return redirect("marketplace:preview-group", group_id=group_id)


def _refused(
    request: HttpRequest, worker: Worker | None, kind: HITType
) -> HttpResponse | None:
    """The page that says why this worker may not preview, None when there is no why."""
    try:
        check_may(worker, kind, Action.PREVIEW)
    except WorkerRefusalError as refused:
        return refusal(request, "Not open to you", refused.sentence, status=403)
    return None


def _preview(request: HttpRequest, hit: HIT) -> HttpResponse:
    return question_page(
        request,
        "preview",
        {
            "reward": money.dollars(hit.hit_type.reward_cents),
            "minutes": max(1, hit.hit_type.assignment_seconds // 60),
        },
        hit,
    )
