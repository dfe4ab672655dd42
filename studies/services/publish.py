"""Launch and close: rows first, calls after, resumable at any line."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from analysis.votes import counted
from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Posting, Study
from studies.recruiters.base import PostingHandle, PostingSpec, Recruiter
from studies.selectors.channels import recruiters_of
from studies.services.allocate import lock
from studies.services.calls import Calls
from studies.services.design import clips_shown, freeze, lay_out, session_seconds
from studies.services.events import note
from studies.services.launch_plan import (
    PlanLine,
    places_per_posting,
    plan,
    price_shares,
)
from studies.services.recruiting import get_recruiter
from studies.services.shares import Share, read_shares

AUTO_APPROVE_SECONDS = 259_200


def launch(study: Study, *asked: str, confirmed_usd: Decimal | None = None) -> Study:
    """Freeze the design, write the postings, publish them.

    `asked` names each recruiter as `Share.read` reads it: `mturk`, `link=20`. Run
    again it takes up where it was stopped and publishes nothing twice. Where money is
    real, `confirmed_usd` must be the plan's total to the cent.
    """
    shares = read_shares(asked)
    study.refresh_from_db()
    if study.state == Study.State.LAUNCHING:
        return resume(study)
    if study.state != Study.State.READY:
        raise WrongStateError(_why_not(study))
    planned = plan(study, *asked)
    if planned.problems:
        raise StudyError(f"{study.slug}: " + "; ".join(planned.problems))
    require_confirmed(planned.lines, confirmed_usd)
    with transaction.atomic():
        _commit_to_launch(study, shares, planned.lines)
    return resume(study)


def require_confirmed(lines: Sequence[PlanLine], confirmed_usd: Decimal | None) -> None:
    """Raise StudyError unless the sum is confirmed to the cent, or no money is real."""
    real = [line for line in lines if line.real_money]
    total = sum(line.total_usd for line in lines)
    if real and confirmed_usd != total:
        where = " and ".join(line.text for line in real)
        raise StudyError(
            f"this spends ${total:.2f} at {where}; "
            f"confirm exactly this amount (--yes-spend {total:.2f})"
        )


def _why_not(study: Study) -> str:
    if study.state == Study.State.LIVE:
        return f"{study.slug} is live already: nothing was published"
    waits = study.state in (Study.State.DRAFT, Study.State.BUILDING)
    hint = " (run build first)" if waits else ""
    state = study.get_state_display().lower()
    return f"{study.slug} is {state}; only a ready study can be launched{hint}"


@transaction.atomic
def _commit_to_launch(
    study: Study, shares: Sequence[Share], planned: Sequence[PlanLine]
) -> None:
    fresh = lock(study)
    if fresh.state != Study.State.READY:
        raise WrongStateError(f"{study.slug} is being launched elsewhere")
    lay_out(fresh)
    lines = price_shares(fresh, shares)
    # what was confirmed is what is bought, or nothing
    if lines != tuple(replace(line, balance_usd=None) for line in planned):
        raise WrongStateError(
            f"{study.slug} was changed while it was being launched: look at the plan "
            "again, then launch"
        )
    fresh.recruiter = shares[0].recruiter
    freeze(fresh)
    fresh.state = Study.State.LAUNCHING
    fresh.save()
    for line in lines:
        fresh.channels.create(recruiter=line.recruiter, sessions=line.sessions)
        plan_postings(fresh, line.recruiter, line.sessions)
    shared = ", ".join(f"{line.sessions} by {line.recruiter}" for line in lines)
    sessions = counted(sum(line.sessions for line in lines), "session")
    text = f"Launched for {sessions} ({shared}), spec {fresh.spec_hash[:12]}"
    note(fresh, "launch", text)
    study.refresh_from_db()


def plan_postings(study: Study, name: str, sessions: int) -> int:
    """Write postings of the recruiter `name`, or make room in the one that holds all.

    The caller holds the study's lock. Returns the number of new postings.
    """
    recruiter = get_recruiter(name)
    if not recruiter.splits_places:
        mine = study.postings.filter(recruiter=name)
        taking = mine.exclude(state=Posting.State.CLOSED).order_by("number")
        if (grown := taking.last()) is not None:
            grown.places += sessions
            grown.save(update_fields=["places"])
            return 0
    last = study.postings.aggregate(n=Max("number"))["n"] or 0
    per = places_per_posting(study, recruiter, sessions)
    one = recruiter.cost(1, study.reward_usd, per)
    made = 0
    while sessions > 0:
        places = min(sessions, per)
        made += 1
        Posting.objects.create(
            study=study,
            recruiter=name,
            number=last + made,
            places=places,
            key=secrets.token_hex(12),
            token=f"{study.slug[:20]}-{last + made}-{secrets.token_hex(16)}"[:64],
            reward_usd=one.reward_usd,
            fee_usd=one.fee_usd,
        )
        sessions -= places
    return made


def resume(study: Study) -> Study:
    """Publish every posting that is planned or was being sent, and go live.

    One recruiter that publishes all of its own is enough to go live; RecruiterError
    is raised afterwards when another one did not.
    """
    calls = Calls(recruiters_of(study))
    for name in calls.names:
        with calls.to(name):
            publish_postings(study, name)
    go_live(study, calls)
    calls.raise_faults()
    return study


def go_live(study: Study, calls: Calls) -> None:
    """Take raters, where a recruiter has published all that it was to publish."""
    if calls.answering:
        Study.objects.filter(pk=study.pk, state=Study.State.LAUNCHING).update(
            state=Study.State.LIVE, launched_at=timezone.now()
        )
    study.refresh_from_db()


def publish_postings(study: Study, name: str) -> int:
    """Send what is planned at one recruiter; look up first what was being sent.

    The recruiter forgets our tokens after 24 hours, so a posting that may have been
    published before a worker died is first looked for by its annotation. Returns how
    many were published.
    """
    recruiter = get_recruiter(name)
    mine = study.postings.filter(recruiter=name)
    waiting = mine.filter(state__in=[Posting.State.PLANNED, Posting.State.SENDING])
    published = _publish(study, recruiter, list(waiting))
    _extend(recruiter, mine.filter(state=Posting.State.OPEN))
    return published


def _extend(recruiter: Recruiter, postings: "QuerySet[Posting]") -> None:
    """Tell the recruiter of places that were added here; told twice is harmless."""
    for posting in postings.filter(told_places__lt=F("places")):
        recruiter.extend(posting.external_id, posting.places)
        Posting.objects.filter(pk=posting.pk).update(
            told_places=posting.places,
            expires_at=recruiter.status(posting.external_id).expires_at,
        )


def _publish(study: Study, recruiter: Recruiter, waiting: Sequence[Posting]) -> int:
    if not waiting:
        return 0
    doubtful = [row.token for row in waiting if row.state == Posting.State.SENDING]
    known: Mapping[str, PostingHandle] = {}
    if doubtful:
        known = recruiter.find(doubtful)
    published = 0
    for posting in waiting:
        row = Posting.objects.filter(pk=posting.pk)
        row.filter(state=Posting.State.PLANNED).update(state=Posting.State.SENDING)
        if not row.filter(state=Posting.State.SENDING).exists():
            # closed meanwhile, and nobody would close what is opened now
            continue
        handle = known.get(posting.token)
        # one that was found may have been sent with fewer places
        told = 0 if handle else posting.places
        handle = handle or recruiter.open(_spec(study, posting))
        published += row.filter(state=Posting.State.SENDING).update(
            state=Posting.State.OPEN,
            external_id=handle.external_id,
            external_group=handle.external_group,
            url=handle.url,
            expires_at=handle.expires_at,
            told_places=told,
            opened_at=timezone.now(),
        )
    return published


def entry_url(posting: Posting) -> str:
    """Return the address of the rater's page for a posting."""
    page = reverse("rating:page", args=[posting.study.slug])
    return f"{settings.SITE_URL}{page}?p={posting.key}"


def _spec(study: Study, posting: Posting) -> PostingSpec:
    return PostingSpec(
        token=posting.token,
        title=study.title[:128],
        description=(
            study.description
            or f"Watch {clips_shown(study)} short videos with sound and say for each "
            "whether its sound is real or fake. Headphones or good speakers."
        )[:2000],
        keywords="video, audio, sound, perception, real, fake, headphones",
        entry_url=entry_url(posting),
        places=posting.places,
        reward_usd=posting.reward_usd,
        estimated_seconds=session_seconds(study),
        assignment_seconds=study.assignment_minutes * 60,
        lifetime_seconds=study.lifetime_hours * 3600,
        auto_approve_seconds=AUTO_APPROVE_SECONDS,
    )


@transaction.atomic
def close(study: Study) -> Study:
    """Take no more raters. Those at work may finish; advance pays and closes."""
    changed = Study.objects.filter(
        pk=study.pk, state__in=[Study.State.LIVE, Study.State.LAUNCHING]
    ).update(state=Study.State.CLOSING)
    study.refresh_from_db()
    if not changed and study.state not in (Study.State.CLOSING, Study.State.CLOSED):
        raise WrongStateError(f"{study.slug} is not live, there is nothing to close")
    if changed:
        note(study, "close", "Closing: no more raters are taken")
    return study


def expire_postings(study: Study, name: str) -> None:
    """Expire every posting at one recruiter; planned ones are never sent."""
    mine = study.postings.filter(recruiter=name)
    mine.filter(state=Posting.State.PLANNED).update(state=Posting.State.CLOSED)
    recruiter = get_recruiter(name)
    # one that was being sent may exist out there: find it, or it sells for ever
    for posting in mine.filter(state=Posting.State.SENDING):
        try:
            _publish(study, recruiter, [posting])
        except RecruiterError as error:
            if not error.permanent:
                raise
            # looked for, not found, and refused for good: it is nowhere
            posting.state, posting.problem = Posting.State.CLOSED, str(error)
            posting.save(update_fields=["state", "problem"])
    for posting in mine.filter(state=Posting.State.OPEN):
        recruiter.expire(posting.external_id)
        posting.state = Posting.State.CLOSED
        posting.save(update_fields=["state"])


def lapsed(posting: Posting) -> bool:
    """Whether the posting's lifetime is over by our clock, with a minute's grace."""
    return posting.expires_at is not None and (
        posting.expires_at + timedelta(minutes=1) < timezone.now()
    )
