"""What the jobs' processes do; arguments and answers are plain JSON."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from marketplace import services as market
from marketplace.models import HIT, LedgerEntry, Requester, Worker
from studies import tasks
from studies.errors import RefusedError
from studies.models import Assignment, Payment, Posting, Stimulus, Study, Trial, Vote
from studies.recruiters.base import Entry
from studies.recruiters.mturk import _client
from studies.selectors import get_study, votes_frame
from studies.services import collect, publish, recruiting, sessions, stimuli, votes
from studies.services import ingest as ingesting
from studies.services.design import freeze
from studies.services.media import media_url
from tests import worlds


def warm_up() -> None:
    """Load what takes long: the AWS client reads its service model."""
    if not settings.S3_BUCKET:
        _client(recruiting.local_endpoint())


def seed_study(slug: str, *, live: int = 0, **world: Any) -> None:
    """Make a built study; with `live` postings it is open for raters."""
    made = worlds.World(slug=slug, **world)
    if not live:
        worlds.built_study(made)
        return
    study = worlds.live_study(made)
    for _ in range(live - 1):
        worlds.add_posting(study)


def ingest(manifest: str, slug: str) -> list[int]:
    """Take a manifest in; return the files stored and known."""
    done = ingesting.ingest(Path(manifest), slug=slug)
    return [done.stored, done.known]


def build(slug: str, workers: int = 2) -> list[int]:
    """Render a study; return the files built and kept."""
    done = stimuli.build(get_study(slug), workers=workers)
    return [done.built, done.kept]


def launch(slug: str) -> str:
    """Launch, or go on launching; a study that is live is left alone."""
    study = get_study(slug)
    if study.state != Study.State.LIVE:
        publish.launch(study, "mturk")
    return str(study.state)


def commit_only(slug: str) -> None:
    """Write the postings of a launch, and publish none."""
    study = get_study(slug)
    publish._commit_to_launch(study, "mturk")


def advance(slug: str) -> str:
    """Do whatever is due."""
    return collect.advance(get_study(slug)).text()


def close(slug: str) -> None:
    """Take no more raters."""
    publish.close(get_study(slug))


def crowd(slug: str, count: int, spammers: int = 0, first: int = 0) -> int:
    """Let workers accept, rate and submit without a browser; return how many did.

    The first `spammers` always say real, the others always know. Workers have the
    same names in every study, and so does chance.
    """
    study = get_study(slug)
    worked = 0
    for number in range(first, first + count):
        name = f"AWORKER{number:04d}"
        worker, _ = Worker.objects.get_or_create(worker_id=name, name=name)
        hits = HIT.objects.with_room(timezone.now()).filter(
            hit_id__in=study.postings.filter(state=Posting.State.OPEN).values(
                "external_id"
            )
        )
        hit = hits.order_by("pk").first()
        if hit is None:
            break
        worked += _session(study, worker, hit, spams=number < first + spammers)
    return worked


def _session(study: Study, worker: Worker, hit: HIT, *, spams: bool) -> bool:
    now = timezone.now()
    place = market.accept(worker, hit, now)
    posting = study.postings.get(external_id=hit.hit_id)
    entry = Entry(False, worker.worker_id, place.assignment_id, hit.hit_id)
    try:
        mine = sessions.begin(study, posting, entry, now=now, client={})
    except RefusedError:
        market.give_back(place, now)
        return False
    while (view := votes.next_trial(mine, now)) is not None:
        truth = mine.trials.get(key=view.key).item.truth
        choice = "real" if spams else truth
        given = {"real": choice}
        sent = votes.Answer(view.key, str(uuid.uuid4()), given, {"ended": True})
        votes.record_answer(mine, sent, now)
    form = votes.finish(mine, now)
    fields = {k: v for k, v in form.fields.items() if k != "assignmentId"}
    market.submit(place.assignment_id, fields, now)
    return True


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


def open_up(slug: str) -> None:
    """Open a built study for raters without a recruiter."""
    study = get_study(slug)
    freeze(study)
    study.recruiter, study.state = "mturk", Study.State.LIVE
    study.save()
    worlds.add_posting(study)


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


def set_up(slug: str, **fields: Any) -> None:
    """Change a study's settings."""
    Study.objects.filter(slug=slug).update(**fields)


def send(task: str, slug: str) -> None:
    """Hand a task to the background worker."""
    study = get_study(slug)
    more = {"launch_study": ("mturk",)}.get(task, ())
    arguments = () if task == "advance_all" else (study.pk, *more)
    getattr(tasks, task).delay(*arguments)


def study_state(slug: str) -> list[str]:
    """Return a study's state and problem."""
    study = get_study(slug)
    return [study.state, study.problem]
