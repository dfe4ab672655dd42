"""What a launch would publish and cost, before anything is spent."""

import math
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from analysis.votes import counted
from studies.errors import RecruiterError
from studies.models import Stimulus, Study
from studies.recruiters.base import Recruiter
from studies.selectors import open_places, spent_usd
from studies.services.design import practice_clips, session_size, votes_of_one
from studies.services.recruiting import get_recruiter

SPARE = 3
"""Sessions that may be sold for each that was planned: what is unusable is topped
up, but never without end (recruitment spirals have burnt whole budgets)."""


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """Figures of the page before the launch button."""

    items: int
    votes: int
    session_items: int
    sessions: int
    postings: int
    places_per_posting: int
    reward_usd: Decimal
    fee_usd: Decimal
    rewards_usd: Decimal
    fees_usd: Decimal
    total_usd: Decimal
    balance_usd: Decimal | None
    recruiter_text: str
    real_money: bool
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def sessions_wanted(study: Study) -> int:
    """Sessions needed for the votes that nobody holds yet, beyond the places open.

    A session asks for at most one vote per clip, so a clip that lacks n votes needs
    n more raters however few clips are left.
    """
    wanting = study.items.all().wanting()
    need: int = wanting.aggregate(n=Sum(F("places") - F("taken")))["n"] or 0
    if not need:
        return 0
    per_clip = wanting.values("clip").annotate(n=Sum(F("places") - F("taken")))
    deepest: int = max(row["n"] for row in per_clip)
    sessions = max(math.ceil(need / session_size(study)), deepest)
    return max(0, sessions - open_places(study))


def session_cap(study: Study) -> int:
    """Sessions that may be sold in all."""
    votes: int = study.items.scored().aggregate(n=Sum("places"))["n"] or 0
    clips = study.clips.count()
    planned = max(
        math.ceil(votes / session_size(study)), math.ceil(votes / max(1, clips))
    )
    return SPARE * planned + 10


def affordable(study: Study, recruiter: Recruiter, sessions: int) -> int:
    """How many of `sessions` fit under the hard cap, all that is open counted in."""
    per = study.places_per_posting
    one = recruiter.cost(1, study.reward_usd, per).total_usd
    if not one:
        return sessions
    committed = spent_usd(study) + one * (open_places(study) + _unpaid(study))
    return max(0, min(sessions, int((study.hard_cap_usd - committed) // one)))


def places_per_posting(study: Study, recruiter: Recruiter, sessions: int) -> int:
    """Places that one posting of this recruiter holds when `sessions` are sold."""
    return study.places_per_posting if recruiter.splits_places else max(1, sessions)


def _unpaid(study: Study) -> int:
    """Sessions at work or submitted whose payment is not counted as spent yet."""
    open_states = ("active", "completed", "submitted")
    ahead = Q(payments__isnull=True) | Q(payments__state="failed")
    return study.assignments.filter(ahead, state__in=open_states).count()


def plan(study: Study, recruiter_name: str) -> LaunchPlan:
    """Work out a launch: items, votes, postings, places, fees, and what forbids it."""
    recruiter = get_recruiter(recruiter_name)
    items = study.items.scored().count()
    votes = items * study.votes_per_item
    sessions = sessions_wanted(study)
    per = places_per_posting(study, recruiter, sessions)
    cost = recruiter.cost(sessions, study.reward_usd, per)
    one = recruiter.cost(1, study.reward_usd, per)
    problems: list[str] = []
    balance: Decimal | None = None
    try:
        balance = recruiter.balance()
    except RecruiterError as error:
        problems.append(str(error))
    if not items:
        problems.append("nothing is built yet: build the stimuli first")
    if cost.total_usd > study.hard_cap_usd:
        problems.append(
            f"the study costs ${cost.total_usd:.2f}, more than its hard cap of "
            f"${study.hard_cap_usd:.2f}: raise the cap or ask for less"
        )
    if balance is not None and balance < cost.total_usd:
        problems.append(
            f"the recruiter's account holds ${balance:.2f}, "
            f"the study costs ${cost.total_usd:.2f}"
        )
    return LaunchPlan(
        items=items,
        votes=votes,
        session_items=session_size(study),
        sessions=sessions,
        postings=math.ceil(sessions / per),
        places_per_posting=per,
        reward_usd=one.reward_usd,
        fee_usd=one.fee_usd,
        rewards_usd=cost.reward_usd,
        fees_usd=cost.fee_usd,
        total_usd=cost.total_usd,
        balance_usd=balance,
        recruiter_text=recruiter.describe(),
        real_money=recruiter.spends_real_money,
        problems=tuple(problems),
        warnings=tuple(
            _warnings(study, sessions, one_each=not recruiter.splits_places)
        ),
    )


def _warnings(study: Study, sessions: int, *, one_each: bool) -> list[str]:
    found: list[str] = []
    if one_each and sessions:
        found.append(f"each person does one session: invite at least {sessions}")
    size = session_size(study)
    if size < study.items_per_session:
        clips, aside = study.clips.count(), practice_clips(study)
        found.append(
            f"sessions hold {counted(size, 'item')}, not {study.items_per_session}: a "
            f"rater meets each clip once, and there {'is' if clips == 1 else 'are'} "
            + counted(clips, "clip")
            + (f", {aside} of them kept for practice" if aside else "")
        )
    if (people := _people(study)) > 1:
        found.append(f"at least {people} people are needed")
    if not study.systems.filter(is_real=False).exists():
        found.append("there is no system but real: nothing is compared")
    if not Stimulus.objects.filter(study=study).exclude(kind="arm").exists():
        found.append("there are no catch items")
    if sessions and not study.contact_email:
        found.append("no contact address is set: raters have nobody to ask")
    return found


def _people(study: Study) -> int:
    """Fewest raters who can give all votes, each meeting a clip once."""
    per_clip = study.items.scored().values("clip").annotate(n=Sum("places"))
    wanted: list[int] = [row["n"] for row in per_clip]
    return max(math.ceil(sum(wanted) / votes_of_one(study)), *wanted, 0)
