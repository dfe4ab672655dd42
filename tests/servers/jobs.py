"""What the jobs' processes do; arguments and answers are plain JSON."""

import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from marketplace import services as market
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, Worker
from studies import tasks
from studies.errors import RefusedError
from studies.models import Payment, Posting, Study
from studies.recruiters.base import Entry
from studies.recruiters.mturk_wire import client
from studies.selectors import get_study
from studies.services import (
    bonuses,
    collect,
    extending,
    publish,
    recruiting,
    sessions,
    settle,
    stimuli,
    votes,
)
from studies.services import ingest as ingesting
from studies.services.design import freeze
from studies.services.launch_plan import price_shares
from studies.services.shares import Share
from tests import worlds


def warm_up() -> None:
    """Load what takes long: all pages, and the service model of the AWS client."""
    reverse("rating:media", args=["name"])
    if not settings.S3_BUCKET:
        client(recruiting.local_endpoint())


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
    shares = (Share("mturk"),)
    publish._commit_to_launch(study, shares, price_shares(study, shares))


def advance(slug: str) -> str:
    """Do whatever is due."""
    return collect.advance(get_study(slug)).text()


def advance_often(slug: str, times: int) -> None:
    """Do what is due, again and again."""
    for _ in range(times):
        collect.advance(get_study(slug))


def expire_posting(slug: str, number: int = 1) -> None:
    """Let the time of a posting be over, at the marketplace and here."""
    study = get_study(slug)
    posting = study.postings.get(number=number)
    recruiting.get_recruiter(posting.recruiter).expire(posting.external_id)
    study.postings.filter(pk=posting.pk).update(state=Posting.State.CLOSED)


def close(slug: str) -> None:
    """Take no more raters."""
    publish.close(get_study(slug))


def close_whole(slug: str) -> str:
    """Take no more raters, and do what is due until the study is closed."""
    study = get_study(slug)
    if study.state == Study.State.LIVE:
        publish.close(study)
    return collect.advance(study).text()


def bonus(slug: str, amount: str = "0.10", reason: str = "Thank you") -> int:
    """Give every used session a bonus; ordered before, only what waits is sent."""
    study = get_study(slug)
    used = bonuses.bonus_sessions(study).filter(used=True).select_related("posting")
    order = bonuses.BonusOrder(Decimal(amount), reason)
    if not Payment.objects.filter(assignment__study=study, kind="bonus").exists():
        planned = bonuses.plan_bonuses(study, used, order)
        bonuses.order_bonuses(study, planned, by="somebody", confirmed_usd=None)
    # whoever died before is known to be dead: nobody else sends at the same time
    return settle.settle(study, patience=timedelta(0))


def extend(slug: str, number: int = 1, places: int = 6) -> int:
    """Grow a posting."""
    return extending.extend(get_study(slug), number, places).places


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
    try:
        place = market.accept(worker, hit, now)
    except WorkerRefusalError:
        return False
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


def open_up(slug: str) -> None:
    """Open a built study for raters without a recruiter."""
    study = get_study(slug)
    freeze(study)
    study.recruiter, study.state = "mturk", Study.State.LIVE
    study.save()
    study.channels.create(recruiter="mturk", sessions=9)
    worlds.add_posting(study)


def set_up(slug: str, **fields: Any) -> None:
    """Change a study's settings."""
    Study.objects.filter(slug=slug).update(**fields)


def send(task: str, slug: str) -> None:
    """Hand a task to the background worker."""
    study = get_study(slug)
    more = {"launch_study": (["mturk"],)}.get(task, ())
    arguments = () if task == "advance_all" else (study.pk, *more)
    getattr(tasks, task).delay(*arguments)


def an_age_later() -> None:
    """Let every payment have been touched long ago."""
    Payment.objects.update(changed_at=timezone.now() - timedelta(hours=1))
