"""Finding work: the list of HIT groups, and previews."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from marketplace import clock, money, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, HITType, Worker
from marketplace.services.eligibility import Action, Standing, check_may
from marketplace.site.pages import not_found, page, refusal
from marketplace.site.session import current_worker
from marketplace.site.showing import question_page

GROUPS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the list: HITs of one type, as a worker sees them."""

    group_id: str
    title: str
    description: str
    requester: str
    reward: str
    minutes: int
    available: int


def open_groups(worker: Worker | None, now: datetime) -> list[Group]:
    """Groups with free places, newest first, without HITs this worker has done.

    What the worker may not discover is left out.
    """
    hits = HIT.objects.with_room(now)
    if worker is not None:
        hits = hits.not_done_by(worker).not_blocked_for(worker)
    free = F("max_assignments") - F("pending") - F("submitted") - F("completed")
    places: dict[int, int] = dict(
        hits.order_by()
        .values("hit_type_id")
        .annotate(free=Sum(free))
        .values_list("hit_type_id", "free")
    )
    kinds = HITType.objects.filter(pk__in=places).select_related("requester")
    standing = Standing(worker)
    return [
        Group(
            group_id=kind.group_id,
            title=kind.title,
            description=kind.description,
            requester=kind.requester.name,
            reward=money.dollars(kind.reward_cents),
            minutes=max(1, kind.assignment_seconds // 60),
            available=places[kind.pk],
        )
        for kind in kinds.prefetch_related("requirements").order_by("-pk")
        if standing.allows(kind, Action.DISCOVER)
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of HIT groups; open to everybody."""
    now = clock.now()
    services.settle(now)
    groups = Paginator(open_groups(current_worker(request), now), GROUPS_PER_PAGE)
    shown = groups.get_page(request.GET.get("page"))
    return page(request, "index", {"groups": shown})


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
