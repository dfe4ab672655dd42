"""Leases: who judges what, decided when a rater begins (design, decision 2).

The study's row is locked while items are dealt out, so two raters never get the
same last place; the database forbids it as well (`item_never_over_leased`,
`rater_never_meets_a_clip_twice`).
"""

import random
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet

from studies.errors import RefusedError
from studies.models import Assignment, Item, Study, Trial
from studies.services.design import AMPLE, sample_clip
from studies.services.draw import Candidate, CatchCandidate, draw_items, mix_in


def lock(study: Study) -> Study:
    """Lock the study's row to the end of the transaction."""
    return Study.objects.select_for_update().get(pk=study.pk)


def met_clips(study: Study, rater: str) -> set[int]:
    """Clips that this rater was shown or holds, in any role, or heard in a catch."""
    trials = Trial.objects.filter(study=study, rater=rater).met()
    met = set(trials.values_list("clip_id", flat=True))
    heard = trials.filter(kind=Item.Kind.CATCH).values_list(
        "item__stimuli__sound_clip_id", flat=True
    )
    return met | {clip for clip in heard if clip is not None}


def allocate(assignment: Assignment) -> int:
    """Lease items to a new assignment; return the number of scored ones.

    Runs inside the caller's transaction, which holds the study's lock. Raises
    RefusedError("nothing_left") when no item can be given to this rater.
    """
    study = assignment.study
    number = assignment.posting.number if assignment.posting else 0
    rng = random.Random(f"{study.seed}:{number}:{assignment.rater}")
    met = met_clips(study, assignment.rater)
    if (sample := sample_clip(study, number)) is not None:
        # the preview showed it before anybody was known
        met.add(sample)
    given = _held(assignment).count()
    count = min(study.items_per_session, study.max_votes_per_rater - given)
    first = not Trial.objects.filter(
        study=study, rater=assignment.rater, kind=Item.Kind.PRACTICE
    ).exists()
    candidates = _candidates(study, met)
    practice: list[Item] = []
    if first and study.practice_items:
        practice = _practice(study, met, candidates, rng)
    aside = {item.clip_id for item in practice}
    drawn = draw_items([c for c in candidates if c.clip not in aside], count, rng)
    if not drawn:
        raise RefusedError(
            "nothing_left", "There is nothing left in this study that you can judge."
        )
    catches = _catches(study, met | aside, drawn, rng)
    order = mix_in(drawn, catches, rng)
    _take({candidate.item for candidate in drawn})
    _deal(assignment, [item.pk for item in practice] + order)
    return len(drawn)


def _candidates(study: Study, met: Iterable[int]) -> list[Candidate]:
    rows = (
        Item.objects.filter(study=study)
        .wanting()
        .exclude(clip_id__in=set(met))
        .order_by("pk")
        .values_list(
            "pk", "clip_id", "category_id", "system_id", "places", "taken", "stage"
        )
    )
    return [
        Candidate(pk, clip, category, system or 0, places - taken, stage)
        for pk, clip, category, system, places, taken, stage in rows
    ]


def _practice(
    study: Study, met: set[int], candidates: list[Candidate], rng: random.Random
) -> list[Item]:
    """Items of unmet clips set aside: real and generated sounds in random order.

    The clips whose items need fewest votes lend themselves, so that practice costs
    the pool as little as possible. Without an unmet clip there is no practice.
    """
    need: dict[int, int] = {}
    for candidate in candidates:
        need[candidate.clip] = need.get(candidate.clip, 0) + candidate.need
    by_clip: dict[int, list[Item]] = {}
    lent = Item.objects.filter(study=study, kind=Item.Kind.PRACTICE)
    for item in lent.exclude(clip_id__in=met).order_by("pk"):
        by_clip.setdefault(item.clip_id, []).append(item)
    clips = list(by_clip)
    rng.shuffle(clips)
    clips.sort(key=lambda clip: need.get(clip, 0))
    chosen: list[Item] = []
    # the last unmet clip is there to be judged
    for clip in clips[:-1]:
        wanted = study.practice_items - len(chosen)
        if not wanted:
            break
        real = [item for item in by_clip[clip] if item.truth == "real"]
        fake = [item for item in by_clip[clip] if item.truth == "fake"]
        rng.shuffle(fake)
        chosen += (real + fake)[:wanted]
    rng.shuffle(chosen)
    return chosen


def _catches(
    study: Study, known: set[int], drawn: list[Candidate], rng: random.Random
) -> list[CatchCandidate]:
    """Catch items of different kinds that leave this session's clips unmet.

    In a large study they come on clips of their own; in a small one on clips that
    the rater knows already (practice, earlier sessions), and only then on a clip of
    this session, after it was judged.
    """
    if not study.catch_items:
        return []
    session = {candidate.clip for candidate in drawn}
    ample = study.clips.count() - len(known | session) >= AMPLE * len(drawn)
    rows = list(
        Item.objects.filter(study=study, kind=Item.Kind.CATCH)
        .order_by("pk")
        .values_list("pk", "clip_id", "stimuli__kind", "stimuli__sound_clip_id")
    )
    rng.shuffle(rows)

    def cost(clip: int, sound: int | None) -> tuple[bool, bool]:
        fresh = clip not in known and sound not in known
        return (clip in session or sound in session, fresh is not ample)

    rows.sort(key=lambda row: cost(row[1], row[3]))
    kinds: dict[str, list[CatchCandidate]] = {}
    for pk, clip, kind, sound in rows:
        touched = frozenset({clip} if sound is None else {clip, sound})
        kinds.setdefault(kind, []).append(CatchCandidate(pk, touched))
    chosen: list[CatchCandidate] = []
    names = sorted(kinds)
    rng.shuffle(names)
    while len(chosen) < study.catch_items and any(kinds.values()):
        for name in names:
            if kinds[name] and len(chosen) < study.catch_items:
                chosen.append(kinds[name].pop(0))
    return chosen


def _held(assignment: Assignment) -> QuerySet[Trial]:
    return Trial.objects.filter(
        study=assignment.study, rater=assignment.rater, kind=Item.Kind.SCORED
    ).exclude(state=Trial.State.RELEASED)


def _take(items: set[int]) -> None:
    taken = Item.objects.filter(pk__in=items, taken__lt=F("places")).update(
        taken=F("taken") + 1
    )
    if taken != len(items):
        # the study's lock makes this impossible; if it happens, nothing is leased
        raise RefusedError("full", "All clips were taken just now. Please try again.")


def _deal(assignment: Assignment, items: list[int]) -> None:
    rows = Item.objects.in_bulk(items)
    Trial.objects.bulk_create(
        [
            Trial(
                assignment=assignment,
                item=rows[pk],
                index=index,
                kind=rows[pk].kind,
                study=assignment.study,
                rater=assignment.rater,
                clip_id=rows[pk].clip_id,
            )
            for index, pk in enumerate(items)
        ]
    )


@transaction.atomic
def release(assignment: Assignment, state: str, reason: str) -> bool:
    """Put everything that this assignment holds back into the pool; return if it was.

    Votes stay where they are; they no longer count. One that was handed in since it
    was read keeps what it holds.
    """
    lock(assignment.study)
    fresh = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if fresh.state not in Assignment.OPEN:
        return False
    release_trials(fresh.trials.all())
    fresh.state = state
    fresh.used = False
    fresh.unused_reason = reason
    fresh.save(update_fields=["state", "used", "unused_reason"])
    assignment.refresh_from_db()
    return True


def release_trials(trials: QuerySet[Trial]) -> None:
    """Give back the places of these trials; the caller holds the study's lock."""
    held = trials.exclude(state=Trial.State.RELEASED)
    scored = list(held.filter(kind=Item.Kind.SCORED).values_list("item_id", flat=True))
    held.update(state=Trial.State.RELEASED)
    Item.objects.filter(pk__in=scored, taken__gt=0).update(taken=F("taken") - 1)


def retake(assignment: Assignment) -> int:
    """Lease again what a returned or expired assignment held, as far as it is free.

    Clips that its rater met in another session meanwhile stay released. Runs under the
    study's lock; returns the number of scored trials held.
    """
    others = Trial.objects.filter(
        study=assignment.study, rater=assignment.rater, kind=Item.Kind.SCORED
    ).exclude(assignment=assignment)
    elsewhere = set(others.met().values_list("clip_id", flat=True))
    for trial in assignment.trials.filter(state=Trial.State.RELEASED):
        answered = trial.votes.exists()
        if trial.kind == Item.Kind.SCORED:
            if trial.clip_id in elsewhere:
                continue
            free = Item.objects.filter(pk=trial.item_id, taken__lt=F("places"))
            if not free.update(taken=F("taken") + 1):
                continue
        trial.state = Trial.State.ANSWERED if answered else Trial.State.LEASED
        trial.save(update_fields=["state"])
    return assignment.trials.filter(
        kind=Item.Kind.SCORED, state__in=[Trial.State.LEASED, Trial.State.ANSWERED]
    ).count()


def recount(study: Study) -> int:
    """Set every item's count of held places from its trials; return the repairs.

    The counts are kept in step by each service; this is the proof, run by advance.
    """
    repaired = 0
    with transaction.atomic():
        lock(study)
        held: dict[int, int] = {}
        rows = Trial.objects.filter(study=study, kind=Item.Kind.SCORED).exclude(
            state=Trial.State.RELEASED
        )
        for item in rows.values_list("item_id", flat=True):
            held[item] = held.get(item, 0) + 1
        for pk, taken in (
            Item.objects.filter(study=study).scored().values_list("pk", "taken")
        ):
            if held.get(pk, 0) != taken:
                repaired += 1
                Item.objects.filter(pk=pk).update(taken=held.get(pk, 0))
    return repaired
