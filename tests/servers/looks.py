"""What the jobs' processes tell of their site, as plain JSON."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.http import HttpResponse
from django.utils import timezone

from marketplace import services as market
from marketplace.models import HIT, Bonus, LedgerEntry, Requester, Worker
from marketplace.models import Assignment as MarketAssignment
from marketplace.site import session
from studies.models import Assignment, Payment, Stimulus, Trial, Vote
from studies.selectors import get_study, votes_frame
from studies.services.media import media_url
from tests.marketplace.books import check_books


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
        "bonuses": sorted(
            Bonus.objects.filter(
                assignment__assignment_id__in=study.assignments.values_list(
                    "external_id", flat=True
                )
            ).values_list("assignment__worker__name", "amount_cents")
        ),
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


def money(slug: str) -> dict[str, Any]:
    """Return what the books of both sides say of a study's payments.

    `paid_twice` are sessions with more than one reward in the marketplace's ledger,
    `unmatched` whatever the study's payments and that ledger do not agree on.
    """
    check_books()
    study = get_study(slug)
    ours = dict(
        Payment.objects.filter(
            assignment__study=study, kind="reward", state="confirmed"
        ).values_list("assignment__external_id", "amount_usd")
    )
    rewards = LedgerEntry.objects.filter(
        reason="reward",
        about__in=MarketAssignment.objects.filter(
            hit__question__contains=f"/rate/{slug}/"
        ).values("assignment_id"),
    )
    theirs: dict[str, list[int]] = {}
    for about, cents in rewards.values_list("about", "amount_cents"):
        theirs.setdefault(about, []).append(cents)
    return {
        "paid_twice": [about for about, paid in theirs.items() if len(paid) > 1],
        "unmatched": [
            f"{about}: the study paid {ours.get(about)}, the ledger {theirs.get(about)}"
            for about in sorted({*ours, *theirs})
            if round(100 * ours.get(about, 0)) != sum(theirs.get(about, []))
        ],
        "bonuses": sorted(
            Bonus.objects.filter(assignment__assignment_id__in=ours).values_list(
                "assignment__worker__worker_id", "amount_cents"
            )
        ),
        "counted": len(votes_frame(study)),
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


def worker_cookies(count: int) -> list[str]:
    """Open so many workers' accounts; return the cookies of who signed in."""
    cookies = []
    for number in range(count):
        name = f"AVISITOR{number:04d}"
        worker, _ = Worker.objects.get_or_create(
            worker_id=name, name=name, password="!"
        )
        reply = HttpResponse()
        session.remember(reply, worker)
        cookies.append(reply.cookies[session.COOKIE].value)
    return cookies


def groups(slug: str) -> list[str]:
    """Return the groups of HITs that a study has published."""
    found = get_study(slug).postings.exclude(external_group="")
    return sorted(set(found.values_list("external_group", flat=True)))
