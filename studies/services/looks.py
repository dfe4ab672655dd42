"""Looks at a study that runs: as declared before launch, each taken once and kept.

A test that is repeated while votes come in finds differences that are not there. So
there are these looks and no others: at whole clips with all their votes, in the order
drawn before launch, against bounds that allow for all of them.
"""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from django.db import transaction
from django.db.models import Count, Sum

from analysis import sequential
from analysis.report import votes_sha256
from analysis.study import SequentialPlan
from analysis.votes import CodedVotes, counted, encode_votes
from studies.errors import StudyError
from studies.models import Item, Look, Study
from studies.selectors.frames import scored_votes, staged_votes_frame
from studies.services.allocate import lock
from studies.services.comparisons import plan_text, read_comparisons
from studies.services.events import note
from studies.services.export import hash_rater


@dataclass(frozen=True, slots=True)
class LookState:
    """The plan of a study's looks, those taken, and what the next one lacks.

    A look bears the number of the stage at whose end it is: looks 1, 2, ... of a plan
    with fixed looks; where any number is allowed, some are left out. `next_number` is
    0 where no look is left, `lacking` the usable votes still missing for it.
    """

    plan: SequentialPlan
    taken: tuple[Look, ...]
    stages: int
    next_number: int
    lacking: int
    is_closed: bool = False

    @property
    def text(self) -> str:
        """The plan in one line."""
        return plan_text(self.plan)

    @property
    def last(self) -> Look | None:
        """The last look that was taken."""
        return self.taken[-1] if self.taken else None

    @property
    def is_due(self) -> bool:
        """Whether the next look can be taken now."""
        return bool(self.next_number) and not self.lacking

    @property
    def meaning(self) -> str:
        """What the last look means, in words."""
        look = self.last
        if look is None:
            return "No look was taken yet."
        one, other = self.plan.one, self.plan.other
        if look.crossed:
            decided = f"Decided: {one} and {other} differ, as declared."
            if self.is_closed:
                return decided
            return f"{decided} You may close the study; further looks are not taken."
        if look.number >= self.stages:
            return f"It was the last look: {one} and {other} were not told apart."
        return "Not decided: go on. Nothing else is to be tested before the end."


def look_state(study: Study) -> LookState | None:
    """Say how a study's looks stand; None where none were declared."""
    plan = read_comparisons(study).sequential
    wanted = _wanted(study)
    if plan is None or not wanted:
        return None
    taken = tuple(study.looks.all())
    done = taken[-1].number if taken else 0
    over = done >= max(wanted) or any(look.crossed for look in taken)
    missing = _missing(study, wanted)
    stage = 0 if over else done + 1
    if stage and plan.kind == "always-valid":
        # all that is complete is looked at together
        whole = [each for each in missing if each > done and not missing[each]]
        stage = max(whole, default=stage)
    return LookState(
        plan=plan,
        taken=taken,
        stages=max(wanted),
        next_number=stage,
        lacking=missing[stage] if stage else 0,
        is_closed=study.state == Study.State.CLOSED,
    )


def take_look(study: Study, *, now: datetime, number: int = 0) -> tuple[Look, bool]:
    """Take the next look, or find the last one; return it and whether it is new.

    With `number` that look, taken or next. StudyError where no looks were declared, or
    the one asked for (without a number, the first) waits for votes: it says how many.
    """
    with transaction.atomic():
        fresh = lock(study)
        state = _state(fresh)
        known = next((look for look in state.taken if look.number == number), None)
        if known is not None:
            return known, False
        if number and number != state.next_number:
            raise StudyError(f"look {number} is not the next one; {_next(state)}")
        if state.is_due:
            return _take(fresh, state, now), True
        if number or state.last is None:
            raise StudyError(f"{study.slug}: {waiting(state)}")
        return state.last, False


def waiting(state: LookState) -> str:
    """Say what the next look waits for; empty where nothing is waited for."""
    if not state.lacking:
        return ""
    parts = "clips of its stage" if state.next_number == 1 else "clips up to its stage"
    return (
        f"look {state.next_number} waits for "
        f"{counted(state.lacking, 'usable vote')} more on the {parts} "
        f"({state.next_number} of {state.stages})"
    )


def _next(state: LookState) -> str:
    if not state.next_number:
        return f"there is none left. {state.meaning}"
    return waiting(state) or f"look {state.next_number} can be taken now"


def look_text(look: Look, plan: SequentialPlan) -> str:
    """Say in one line what a look found."""
    name = "likelihood ratio" if plan.kind == "always-valid" else "z"
    verdict = "crossed" if look.crossed else "not crossed"
    test = f"{name} {look.statistic:.3f}, bound {look.bound:.3f}: {verdict}"
    if look.note:
        test = f"{test} ({look.note})" if look.statistic else f"untested, {look.note}"
    return (
        f"Look {look.number}: {plan.one} minus {plan.other} "
        f"{100 * look.difference:+.2f} points on {counted(look.videos, 'clip')}, "
        f"{counted(look.votes, 'vote')}; {test}"
    )


def _state(study: Study) -> LookState:
    if study.state in Study.UNLAUNCHED:
        name = study.get_state_display().lower()
        raise StudyError(f"{study.slug} is {name}: it has no votes to look at")
    state = look_state(study)
    if state is None:
        raise StudyError(
            f"{study.slug} declared no looks before its launch: nothing is tested "
            "before its end"
        )
    return state


def _wanted(study: Study) -> dict[int, int]:
    """Usable votes wanted by stage."""
    rows = Item.objects.filter(study=study, stage__gt=0).scored().order_by()
    return dict(rows.values_list("stage").annotate(n=Sum("places")))


def _missing(study: Study, wanted: dict[int, int]) -> dict[int, int]:
    """Usable votes missing on the clips of all stages up to each."""
    rows = scored_votes(study).counted().order_by()
    held = dict(rows.values_list("trial__item__stage").annotate(n=Count("pk")))
    missing, found = 0, {}
    for stage in sorted(wanted):
        missing += max(0, wanted[stage] - held.get(stage, 0))
        found[stage] = missing
    return found


def _take(study: Study, state: LookState, now: datetime) -> Look:
    frame = staged_votes_frame(study, state.next_number)
    names = {rater: hash_rater(study, rater) for rater in frame["worker_id"].unique()}
    frame["worker_id"] = frame["worker_id"].map(names)
    found = sequential.take_look(
        _coded(study, frame),
        state.plan,
        number=state.next_number,
        stage_of=_stage_of(study),
    )
    look = Look.objects.create(
        study=study,
        number=state.next_number,
        at=now,
        videos=found.videos,
        votes=found.votes,
        # what could not be evaluated did not cross, and says so
        difference=found.difference or 0.0,
        statistic=found.statistic or 0.0,
        bound=found.bound,
        crossed=found.crossed,
        votes_sha256=votes_sha256(frame),
        note=found.note,
    )
    note(study, "look", look_text(look, state.plan), number=look.number)
    return look


def _coded(study: Study, frame: pd.DataFrame) -> CodedVotes:
    systems = list(study.systems.values_list("name", "is_real"))
    return encode_votes(
        frame,
        categories=list(study.categories.values_list("name", flat=True)),
        methods=[name for name, _ in systems],
        control=next((name for name, is_real in systems if is_real), "Real"),
    )


def _stage_of(study: Study) -> dict[str, int]:
    rows = study.items.scored().filter(stage__gt=0, system__isnull=False)
    names = rows.values_list("clip__key", "system__name", "stage")
    return {f"{clip}/{system}": stage for clip, system, stage in names}
