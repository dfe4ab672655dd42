"""What a launch would publish and cost, before anything is spent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import F, Sum

from analysis.votes import counted
from studies.errors import RecruiterError
from studies.models import Generation, Stimulus, Study
from studies.recruiters.base import Recruiter
from studies.selectors import committed_usd, open_places
from studies.services.catalogue import gaps
from studies.services.comparisons import misfit, thin
from studies.services.design import practice_clips, session_size, votes_of_one
from studies.services.recruiting import get_recruiter
from studies.services.shares import Share, divide, misfits, read_shares

SPARE = 3
"""Sessions that may be sold for each that was planned: what is unusable is topped
up, but never without end (recruitment spirals have burnt whole budgets)."""

UNBUILT = (Study.State.DRAFT, Study.State.BUILDING)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What one recruiter sells and what it costs, in dollars.

    `reward_usd` and `fee_usd` are of one session, `rewards_usd` and `fees_usd` of all.
    """

    recruiter: str
    text: str
    sessions: int
    postings: int
    places_per_posting: int
    reward_usd: Decimal
    fee_usd: Decimal
    rewards_usd: Decimal
    fees_usd: Decimal
    real_money: bool
    balance_usd: Decimal | None = None

    @property
    def total_usd(self) -> Decimal:
        """Rewards and fees."""
        return self.rewards_usd + self.fees_usd


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """Figures of the page before the launch button: a line per recruiter, and all."""

    items: int
    votes: int
    session_items: int
    lines: tuple[PlanLine, ...]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def sessions(self) -> int:
        """Sessions of all recruiters."""
        return sum(line.sessions for line in self.lines)

    @property
    def postings(self) -> int:
        """Postings of all recruiters."""
        return sum(line.postings for line in self.lines)

    @property
    def total_usd(self) -> Decimal:
        """Rewards and fees of all recruiters."""
        return sum((line.total_usd for line in self.lines), Decimal("0.00"))

    @property
    def real_money(self) -> bool:
        """Whether any of them spends what is not play money."""
        return any(line.real_money for line in self.lines)


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


def recruiting_cap(study: Study) -> tuple[Decimal, str]:
    """The sum up to which places are sold, and its name: the lower one of the caps."""
    soft = study.soft_cap_usd
    if soft is not None and soft < study.hard_cap_usd:
        return soft, f"soft cap of ${soft:.2f}"
    return study.hard_cap_usd, f"hard cap of ${study.hard_cap_usd:.2f}"


def affordable(study: Study, recruiter: Recruiter, sessions: int) -> int:
    """How many of `sessions` fit under both caps, all that is open counted in."""
    per = places_per_posting(study, recruiter, sessions)
    one = recruiter.cost(1, study.reward_usd, per).total_usd
    if not one:
        return sessions
    left = recruiting_cap(study)[0] - committed_usd(study)
    return max(0, min(sessions, int(left // one)))


def places_per_posting(study: Study, recruiter: Recruiter, sessions: int) -> int:
    """Places that one posting of this recruiter holds when `sessions` are sold."""
    return study.places_per_posting if recruiter.splits_places else max(1, sessions)


def price(study: Study, recruiter: Recruiter, sessions: int) -> PlanLine:
    """Work out what `sessions` cost at one recruiter; nobody is asked for a balance."""
    per = places_per_posting(study, recruiter, sessions)
    cost = recruiter.cost(sessions, study.reward_usd, per)
    one = recruiter.cost(1, study.reward_usd, per)
    return PlanLine(
        recruiter=recruiter.name,
        text=recruiter.describe(),
        sessions=sessions,
        postings=math.ceil(sessions / per),
        places_per_posting=per,
        reward_usd=one.reward_usd,
        fee_usd=one.fee_usd,
        rewards_usd=cost.reward_usd,
        fees_usd=cost.fee_usd,
        real_money=recruiter.spends_real_money,
    )


def price_shares(study: Study, shares: Sequence[Share]) -> tuple[PlanLine, ...]:
    """Work out a line per recruiter for all that an unlaunched study needs."""
    parts = divide(shares, sessions_wanted(study))
    return tuple(
        price(study, get_recruiter(share.recruiter), sessions)
        for share, sessions in zip(shares, parts, strict=True)
    )


def plan(study: Study, *asked: str) -> LaunchPlan:
    """Work out a launch: items, votes, postings, places, fees, and what forbids it.

    `asked` names each recruiter as `Share.read` reads it: `mturk`, `link=20`.
    """
    shares = read_shares(asked)
    items = study.items.scored().count()
    lines: list[PlanLine] = []
    problems = misfits(shares, sessions_wanted(study))
    for line in price_shares(study, shares):
        try:
            balance = get_recruiter(line.recruiter).balance()
        except RecruiterError as error:
            problems.append(str(error))
            balance = None
        lines.append(replace(line, balance_usd=balance))
        problems += too_poor(lines[-1])
    if not items:
        problems.append("nothing is built yet: build the stimuli first")
    if unfit := misfit(study):
        problems.append(unfit)
    total = sum(line.total_usd for line in lines)
    cap, name = recruiting_cap(study)
    if total > cap:
        problems.append(
            f"the study costs ${total:.2f}, more than its {name}: "
            "raise the cap or ask for less"
        )
    return LaunchPlan(
        items=items,
        votes=items * study.votes_per_item,
        session_items=session_size(study),
        lines=tuple(lines),
        problems=tuple(problems),
        warnings=tuple(_warnings(study, lines)),
    )


def too_poor(line: PlanLine) -> list[str]:
    """Say so where a recruiter's account does not hold what its line costs."""
    if line.balance_usd is None or line.balance_usd >= line.total_usd:
        return []
    held, cost = f"${line.balance_usd:.2f}", f"${line.total_usd:.2f}"
    return [
        f"the {line.recruiter} account holds {held}, the sessions there cost {cost}"
    ]


def _warnings(study: Study, lines: Sequence[PlanLine]) -> list[str]:
    sessions = sum(line.sessions for line in lines)
    found = [
        f"each person does one session: invite at least {line.sessions}"
        for line in lines
        if line.sessions and not get_recruiter(line.recruiter).resells_places
    ]
    if len(lines) > 1:
        found.append(
            "recruiters do not tell whether two of theirs are one person: who comes "
            "through both counts as two people"
        )
    size = session_size(study)
    if size < study.items_per_session:
        clips, aside = study.clips.count(), practice_clips(study)
        found.append(
            f"sessions hold {counted(size, 'item')}, not {study.items_per_session}: a "
            f"rater meets each clip once, and there {'is' if clips == 1 else 'are'} "
            + counted(clips, "clip")
            + (f", {aside} of them kept for practice" if aside else "")
        )
    if not misfit(study) and (text := thin(study)):
        found.append(text)
    if (people := _people(study)) > 1:
        found.append(f"at least {people} people are needed")
    found += _lacks(study)
    if sessions and not study.contact_email:
        found.append("no contact address is set: raters have nobody to ask")
    return found


def _lacks(study: Study) -> list[str]:
    found = []
    if not study.systems.filter(is_real=False).exists():
        found.append("there is no system but real: nothing is compared")
    found += gaps(study)
    # those that are asked for come with the build
    to_come = study.catch_items and study.state in UNBUILT
    if not (to_come or study.stimuli.exclude(kind=Stimulus.Kind.ARM).exists()):
        found.append("there are no catch items")
    if study.generations.filter(state__in=Generation.GOING_ON).exists():
        found.append(
            "sounds are being generated for this study: launched now, it goes without "
            "them"
        )
    return found


def _people(study: Study) -> int:
    """Fewest raters who can give all votes, each meeting a clip once."""
    per_clip = study.items.scored().values("clip").annotate(n=Sum("places"))
    wanted: list[int] = [row["n"] for row in per_clip]
    return max(math.ceil(sum(wanted) / votes_of_one(study)), *wanted, 0)
