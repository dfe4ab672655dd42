"""What the jobs' processes tell of their site, as plain JSON."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from marketplace import services as market
from marketplace.models import HIT, LedgerEntry, Requester
from studies.models import Assignment, Payment, Stimulus, Trial, Vote
from studies.selectors import get_study, votes_frame
from studies.services.media import media_url


def world_of(slug: str) -> dict[str, Any]:
    """Return everything that two runs of the same study must agree on."""
    study = get_study(slug)
    key = settings.MARKETPLACE_LOCAL_REQUESTER["access_key_id"]
    funds = market.balances(Requester.objects.get(access_key_id=key))
    hits = HIT.objects.filter(question__contains=f"/rate/{slug}/")
    now = timezone.now()
    paid = Payment.objects.filter(assignment__study=study)
    return {
        "state": study.state,
        "postings": sorted(study.postings.values_list("number", "places", "state")),
        "hits": sorted(
            (hit.max_assignments, hit.status(now), hit.held_cents) for hit in hits
        ),
        "linked": set(study.postings.values_list("external_id", flat=True))
        == set(hits.values_list("hit_id", flat=True)),
        "sessions": sorted(
            study.assignments.values_list("state", "used", "unused_reason")
        ),
        "payments": sorted(
            [state, str(amount)]
            for state, amount in paid.values_list("state", "amount_usd")
        ),
        "available_cents": funds.available_cents,
        "held_cents": funds.held_cents,
        "earned_cents": LedgerEntry.objects.filter(
            reason="reward",
            about__in=study.assignments.values_list("external_id", flat=True),
        ).aggregate(n=Sum("amount_cents"))["n"]
        or 0,
        "votes": Vote.objects.filter(trial__study=study).count(),
        "counted": len(votes_frame(study)),
        "taken": list(
            study.items.scored().order_by("order").values_list("taken", flat=True)
        ),
        "events": sorted(
            study.events.exclude(kind="payment").values_list("kind", flat=True)
        ),
    }


def audit(slug: str) -> dict[str, Any]:
    """Return what must hold after many raters came at once."""
    study = get_study(slug)
    held = Trial.objects.filter(study=study, kind="scored").exclude(state="released")
    pairs = list(
        Trial.objects.filter(
            study=study, kind="scored", shown_at__isnull=False
        ).values_list("rater", "clip_id")
    )
    per_item: dict[int, int] = {}
    for item in held.values_list("item_id", flat=True):
        per_item[item] = per_item.get(item, 0) + 1
    places = dict(study.items.scored().values_list("pk", "places"))
    taken = dict(study.items.scored().values_list("pk", "taken"))
    return {
        "over_leased": [pk for pk, n in per_item.items() if n > places[pk]],
        "miscounted": [pk for pk, n in taken.items() if n != per_item.get(pk, 0)],
        "met_twice": len(pairs) - len(set(pairs)),
        "votes": {
            str(key): choice
            for key, choice in Vote.objects.filter(trial__study=study).values_list(
                "trial__key", "choice"
            )
        },
        "wanted": sum(places.values()),
        "held": sum(per_item.values()),
        "sessions": study.assignments.count(),
        "open_per_posting": [
            posting.assignments.exclude(state__in=Assignment.GONE).count()
            - posting.places
            for posting in study.postings.all()
        ],
    }


def entries(slug: str) -> list[str]:
    """Return the keys of a study's postings."""
    return list(get_study(slug).postings.values_list("key", flat=True))


def media_urls(slug: str) -> list[str]:
    """Return where a rater's browser gets each stimulus."""
    return [media_url(row) for row in get_study(slug).stimuli.all()]


def files() -> dict[str, str]:
    """Return the hash of each stored file by its name."""
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def rows(slug: str) -> list[Any]:
    """Return the rows of a study's stimuli, without times and row numbers."""
    return list(
        Stimulus.objects.filter(study__slug=slug)
        .order_by("clip__order", "kind", "system__order")
        .annotate(clip_key=F("clip__key"), by=F("system__name"))
        .values_list(
            "clip_key", "by", "kind", "source_file", "file", "sha256", "size_bytes",
            "built_with",
        )
    )  # fmt: skip


def study_state(slug: str) -> list[str]:
    """Return a study's state and problem."""
    study = get_study(slug)
    return [study.state, study.problem]
