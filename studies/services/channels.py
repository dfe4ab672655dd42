"""A live study's recruiters: one more, more of one, or one fewer."""

from dataclasses import replace
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from analysis.votes import counted
from studies.errors import StudyError, WrongStateError
from studies.models import Channel, Study
from studies.services.allocate import lock
from studies.services.events import note
from studies.services.launch_plan import (
    PlanLine,
    affordable,
    price,
    recruiting_cap,
    sessions_wanted,
    too_poor,
)
from studies.services.publish import (
    expire_postings,
    plan_postings,
    publish_postings,
    require_confirmed,
)
from studies.services.recruiting import get_recruiter
from studies.services.shares import MOST


def plan_recruiting(study: Study, name: str, sessions: int | None = None) -> PlanLine:
    """Work out what `sessions` more through the recruiter `name` cost.

    Without a number, as many as the study still lacks. StudyError where it lacks none,
    or where the hard cap or the account does not hold what they cost.
    """
    recruiter = get_recruiter(name)
    _require_live(study)
    number = sessions_wanted(study) if sessions is None else sessions
    if sessions is None and not number:
        raise StudyError(
            f"every place that {study.slug} needs is sold: give a number of sessions "
            "(--sessions), or stop another recruiter first"
        )
    if not 1 <= number <= MOST:
        raise StudyError(f"ask for 1 to {MOST:,} sessions, not {number:,}")
    fit = affordable(study, recruiter, number)
    if fit < number:
        raise StudyError(
            f"{counted(fit, 'session')} more at {name} fit under the "
            f"{recruiting_cap(study)[1]}, not {number}: raise the cap or ask for less"
        )
    line = replace(price(study, recruiter, number), balance_usd=recruiter.balance())
    if problems := too_poor(line):
        raise StudyError("; ".join(problems))
    return line


def recruit(
    study: Study,
    name: str,
    sessions: int | None = None,
    *,
    confirmed_usd: Decimal | None = None,
) -> PlanLine:
    """Sell more places of a live study through one recruiter, new or known.

    A stopped one is open again. Where money is real, `confirmed_usd` must be the sum
    of `plan_recruiting` to the cent. RecruiterError when the recruiter does not
    publish now: `advance` tries again.
    """
    line = plan_recruiting(study, name, sessions)
    require_confirmed([line], confirmed_usd)
    with transaction.atomic():
        fresh = lock(study)
        _require_live(fresh)
        recruiter = get_recruiter(name)
        # what was confirmed still fits, whoever sold something meanwhile
        if affordable(fresh, recruiter, line.sessions) < line.sessions:
            raise StudyError("something else was sold meanwhile: look again")
        channel, _ = fresh.channels.get_or_create(
            recruiter=name, defaults={"sessions": 0}
        )
        fresh.channels.filter(pk=channel.pk).update(
            state=Channel.State.OPEN, sessions=F("sessions") + line.sessions, problem=""
        )
        plan_postings(fresh, name, line.sessions)
        note(fresh, "recruit", f"{counted(line.sessions, 'session')} more by {name}")
    publish_postings(study, name)
    return line


def stop(study: Study, name: str) -> Study:
    """Take no more raters through one recruiter; those at work may finish.

    What its raters leave open is sold through the others. RecruiterError when the
    recruiter cannot be told now: `advance` tells it.
    """
    with transaction.atomic():
        fresh = lock(study)
        _require_live(fresh)
        channel = fresh.channels.filter(recruiter=name).first()
        if channel is None:
            known = ", ".join(fresh.channels.values_list("recruiter", flat=True))
            raise StudyError(f"{fresh.slug} recruits by {known}, not by {name}")
        stopped = fresh.channels.filter(pk=channel.pk, state=Channel.State.OPEN)
        if stopped.update(state=Channel.State.STOPPED):
            note(fresh, "stop", f"No more raters are taken through {name}")
    expire_postings(study, name)
    return study


def _require_live(study: Study) -> None:
    if study.state != Study.State.LIVE:
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}; only a live study "
            "takes or stops a recruiter"
        )
