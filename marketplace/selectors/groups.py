"""The list of HIT groups: what is open to a worker, searched, filtered and sorted."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Sum

from marketplace.models import HIT, HITType, Worker
from marketplace.services.eligibility import Action, Standing

MAX_WORDS = 10
SORTS = {
    "newest": ("Newest", "-pk"),
    "reward": ("Highest reward", "-reward_cents"),
    "time": ("Least time allotted", "assignment_seconds"),
}
_SEARCHED = ("title", "description", "keywords", "requester__name")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker looks for: all of `words`, somewhere; amounts in cents."""

    words: tuple[str, ...] = ()
    min_cents: int = 0
    requester: int | None = None
    qualified: bool = False
    sort: str = "newest"


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the list: HITs of one type, as a worker sees them.

    `hits` are those with free places, `available` the places; `open_to_me` says
    whether this worker meets what is asked of who accepts.
    """

    group_id: str
    title: str
    description: str
    requester: str
    requester_pk: int
    reward_cents: int
    minutes: int
    hits: int
    available: int
    open_to_me: bool


def open_groups(worker: Worker | None, wish: Wish, now: datetime) -> list[Group]:
    """Groups with free places, without HITs this worker has done.

    What the worker may not discover is left out.
    """
    found = {kind: (hits, free) for kind, hits, free in _with_room(worker, now)}
    kinds = _wished(HITType.objects.filter(pk__in=found), wish)
    standing = Standing(worker)
    groups = [
        Group(
            group_id=kind.group_id,
            title=kind.title,
            description=kind.description,
            requester=kind.requester.name,
            requester_pk=kind.requester_id,
            reward_cents=kind.reward_cents,
            minutes=max(1, kind.assignment_seconds // 60),
            hits=found[kind.pk][0],
            available=found[kind.pk][1],
            open_to_me=standing.allows(kind, Action.ACCEPT),
        )
        for kind in kinds.select_related("requester").prefetch_related("requirements")
        if standing.allows(kind, Action.DISCOVER)
    ]
    return [group for group in groups if group.open_to_me or not wish.qualified]


def requesters_at_work(worker: Worker | None, now: datetime) -> list[tuple[int, str]]:
    """Who has HITs open to this worker, by name: the choices of the list's filter."""
    open_kinds = [kind for kind, _, _ in _with_room(worker, now)]
    found = HITType.objects.filter(pk__in=open_kinds).select_related("requester")
    standing = Standing(worker)
    names = {
        (kind.requester_id, kind.requester.name)
        for kind in found.prefetch_related("requirements")
        if standing.allows(kind, Action.DISCOVER)
    }
    return sorted(names, key=lambda each: (each[1].casefold(), each[0]))


def _with_room(worker: Worker | None, now: datetime) -> list[tuple[int, int, int]]:
    hits = HIT.objects.offered(now)
    if worker is not None:
        hits = hits.not_done_by(worker).not_blocked_for(worker)
    free = F("max_assignments") - F("pending") - F("submitted") - F("completed")
    counted = hits.order_by().values("hit_type_id")
    sums = counted.annotate(hits=Count("pk"), free=Sum(free))
    return list(sums.values_list("hit_type_id", "hits", "free"))


def _wished(kinds: QuerySet[HITType], wish: Wish) -> QuerySet[HITType]:
    for word in wish.words[:MAX_WORDS]:
        anywhere = Q()
        for field in _SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": word})
        kinds = kinds.filter(anywhere)
    if wish.requester is not None:
        kinds = kinds.filter(requester=wish.requester)
    return kinds.filter(reward_cents__gte=wish.min_cents).order_by(
        SORTS[wish.sort][1], "-pk"
    )
