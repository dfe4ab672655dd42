"""Studies that are looked at while they run, with votes as they are wanted."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from studies.models import Assignment, Item, Study, Trial, Vote
from studies.services.design import lay_out
from studies.services.study_settings import change_settings
from tests.worlds import NOW, World, built_study, live_study

TWELVE = World(categories=3, clips_per_category=4)
PEOPLE = 12
"""Raters there are: with fewer than ten no clustered error is estimated."""
Says = Callable[[Item, int], bool]


def plan_of(kind: str = "obrien-fleming", looks: int = 3) -> dict[str, Any]:
    """The plan of flow against frame."""
    return {"kind": kind, "looks": looks, "one": "flow", "other": "frame"}


def declared(plan: Mapping[str, Any], world: World = TWELVE) -> Study:
    """A READY study with such a plan."""
    study = built_study(world)
    return change_settings(study, {"comparisons": {"sequential": plan}})


def looked_at(plan: Mapping[str, Any], world: World = TWELVE) -> Study:
    """A LIVE study with such a plan, dealt into its stages."""
    study = live_study(world)
    study.comparisons = {"sequential": dict(plan)}
    study.save()
    lay_out(study)
    return study


def fill(study: Study, stage: int, says: Says, *, raters: int = 3) -> None:
    """Give every item of a stage votes by `raters` of the PEOPLE."""
    items = list(study.items.scored().filter(stage=stage).order_by("pk"))
    pairs = [
        (item, (place + turn) % PEOPLE)
        for place, item in enumerate(items)
        for turn in range(raters)
    ]
    sessions = [_session(study, person) for person in range(PEOPLE)]
    begin = Trial.objects.filter(study=study).count()
    trials = Trial.objects.bulk_create(
        Trial(
            assignment=sessions[person],
            item=item,
            index=begin + index,
            kind=Item.Kind.SCORED,
            state=Trial.State.ANSWERED,
            study=study,
            rater=sessions[person].rater,
            clip_id=item.clip_id,
            shown_at=NOW,
            # these few people meet a clip with several of its sounds
            allocated_here=False,
        )
        for index, (item, person) in enumerate(pairs)
    )
    Vote.objects.bulk_create(
        Vote(
            trial=trial,
            question="real",
            choice="real" if says(item, person) else "fake",
            client_uuid=trial.key,
            received_at=NOW,
        )
        for trial, (item, person) in zip(trials, pairs, strict=True)
    )
    Item.objects.filter(pk__in=[item.pk for item in items]).update(taken=raters)


def _session(study: Study, person: int) -> Assignment:
    made, _ = Assignment.objects.get_or_create(
        study=study,
        rater=f"mturk:A{person}",
        defaults={
            "state": Assignment.State.APPROVED,
            "used": True,
            "started_at": NOW,
            "last_seen_at": NOW,
            "deadline": NOW,
            "submitted_at": NOW,
        },
    )
    return made


def mostly_flow(item: Item, rater: int) -> bool:
    """Flow passes for real but for one rater now and then; frame rarely does."""
    assert item.system is not None
    odd = (item.clip.order + rater) % 5 == 0
    return odd if item.system.name == "frame" else not odd


def no_difference(item: Item, rater: int) -> bool:
    """Every system passes for real half the time: a coin, the same each time."""
    assert item.system is not None
    coin = random.Random(f"{item.clip.key} {item.system.name} {rater}")
    return coin.random() < 0.5
