"""From built stimuli to items: balanced, seeded, frozen and hashed at launch."""

import hashlib
import hmac
import json
import math
import random
from collections import defaultdict
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Avg

from generation.media import RenderSpec
from studies.errors import StudyError, WrongStateError
from studies.models import Clip, Item, ItemStimulus, Stimulus, Study
from studies.services.designs import get_design
from studies.services.instructions import instructions_sha256
from studies.services.stages import deal_stages

POOL_CLIPS = 24
"""Clips that lend themselves to practice and catch items; more add nothing."""

# a session's likely seconds, besides the clips themselves
_SETUP_SECONDS = 90
_PLAYS_PER_CLIP = 1.3
_SECONDS_PER_ANSWER = 5

AMPLE = 3
"""Clips per item of a session from which on preview and catch items take clips of
their own."""

DEFAULT_RULES: dict[str, Any] = {
    # a vote counts only when the page saw its clip end
    "require_full_play": True,
    # a session counts only when at least this share of its catch items is right
    "min_catch_share": 0.5,
    # a session counts only when its median answer took at least so long; 0: any
    "min_answer_seconds": 0,
    # a session of so many votes or more counts only when they differ; 0: any
    "straightline_votes": 0,
}


def opaque(study: Study, what: str) -> str:
    """Return a name of 32 hexadecimal digits that tells nothing and stays the same."""
    text = f"{study.salt}:{what}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]


def render_spec(study: Study) -> RenderSpec:
    """Return how this study's stimuli are rendered."""
    return RenderSpec.from_json(study.render)


def pool_of(study: Study) -> list[Clip]:
    """Return the clips used for practice and catch items: seeded, over categories."""
    rng = random.Random(f"{study.seed}:pool")
    by_category: defaultdict[int, list[Clip]] = defaultdict(list)
    for clip in Clip.objects.filter(study=study).order_by("order"):
        by_category[clip.category_id].append(clip)
    for clips in by_category.values():
        rng.shuffle(clips)
    pool: list[Clip] = []
    while len(pool) < POOL_CLIPS and any(by_category.values()):
        for clips in by_category.values():
            if clips and len(pool) < POOL_CLIPS:
                pool.append(clips.pop())
    return pool


def session_size(study: Study) -> int:
    """Scored items that a first session can hold, never less than one."""
    return min(study.items_per_session, votes_of_one(study))


def votes_of_one(study: Study) -> int:
    """Votes that one person can give in all sessions, never less than one."""
    clips = Clip.objects.filter(study=study).count()
    return max(1, min(study.max_votes_per_rater, clips - practice_clips(study)))


def practice_clips(study: Study) -> int:
    """Clips set aside for practice: as many as it needs, an item for each system."""
    if Clip.objects.filter(study=study).count() < 2:
        return 0
    return math.ceil(study.practice_items / max(1, study.systems.count()))


def clips_shown(study: Study) -> int:
    """Clips that a first session shows, practice and catch items among them."""
    practice = study.practice_items if practice_clips(study) else 0
    catches = study.items.filter(kind=Item.Kind.CATCH).count()
    return session_size(study) + practice + min(study.catch_items, catches)


def session_seconds(study: Study) -> int:
    """Return the seconds that a first session is likely to take, in whole minutes."""
    clip = study.stimuli.aggregate(mean=Avg("seconds"))["mean"] or 0.0
    each = clip * _PLAYS_PER_CLIP + _SECONDS_PER_ANSWER
    return 60 * math.ceil((_SETUP_SECONDS + clips_shown(study) * each) / 60)


@transaction.atomic
def lay_out(study: Study) -> int:
    """Make the study's items from its built stimuli; return the number of scored ones.

    Done again it makes the same items. Refused once raters have been given any.
    """
    if study.trials.exists():
        raise WrongStateError(f"{study.slug}: raters have begun, the design is fixed")
    stimuli = list(
        Stimulus.objects.filter(study=study, built_at__isnull=False).select_related(
            "clip", "system"
        )
    )
    arms = [stimulus for stimulus in stimuli if stimulus.kind == Stimulus.Kind.ARM]
    if not arms:
        raise StudyError(f"{study.slug}: nothing is built yet; run build first")
    Item.objects.filter(study=study).delete()
    order = list(range(len(arms)))
    random.Random(f"{study.seed}:order").shuffle(order)
    pool = {clip.pk for clip in pool_of(study)}
    stages = deal_stages(study)
    items = [
        _item(study, arm, Item.Kind.SCORED, place, stages.get(arm.clip_id, 0))
        for arm, place in zip(arms, order, strict=True)
    ]
    used = [*arms]
    if study.practice_items:
        lent = [arm for arm in arms if arm.clip_id in pool]
        items += [_item(study, arm, Item.Kind.PRACTICE, 0) for arm in lent]
        used += lent
    if study.catch_items:
        caught = [stimulus for stimulus in stimuli if stimulus.kind != "arm"]
        items += [_item(study, stimulus, Item.Kind.CATCH, 0) for stimulus in caught]
        used += caught
    made = Item.objects.bulk_create(items, batch_size=500)
    ItemStimulus.objects.bulk_create(
        [
            ItemStimulus(item=item, stimulus=stimulus)
            for item, stimulus in zip(made, used, strict=True)
        ],
        batch_size=500,
    )
    return len(arms)


def _item(
    study: Study, stimulus: Stimulus, kind: str, order: int, stage: int = 0
) -> Item:
    real = stimulus.kind == "arm" and bool(stimulus.system and stimulus.system.is_real)
    return Item(
        study=study,
        key=opaque(study, f"item:{kind}:{stimulus.pk}"),
        kind=kind,
        clip=stimulus.clip,
        category_id=stimulus.clip.category_id,
        system=stimulus.system,
        truth="real" if real else "fake",
        order=order,
        stage=stage,
        places=study.votes_per_item if kind == Item.Kind.SCORED else 0,
    )


def declared_spec(study: Study) -> dict[str, Any]:
    """Everything that decides the outcome, as it is frozen and printed."""
    design = get_design(study.design)
    return {
        "design": design.key,
        "questions": {
            question.key: [choice.value for choice in question.choices]
            for question in design.questions
        },
        "seed": study.seed,
        "votes_per_item": study.votes_per_item,
        "items_per_session": study.items_per_session,
        "practice_items": study.practice_items,
        "catch_items": study.catch_items,
        "max_votes_per_rater": study.max_votes_per_rater,
        "reward_usd": str(study.reward_usd),
        "categories": list(study.categories.values_list("name", flat=True)),
        "systems": list(study.systems.values_list("name", flat=True)),
        "clips": study.clips.count(),
        "rules": {**DEFAULT_RULES, **study.rules},
        "comparisons": study.comparisons,
        "render": render_spec(study).to_json(),
        "stimuli_sha256": _stimuli_hash(study),
        "instructions_sha256": instructions_sha256(study),
    }


def freeze(study: Study) -> None:
    """Write the declared spec and its hash on the study; the caller saves."""
    study.rules = {**DEFAULT_RULES, **study.rules}
    study.spec = declared_spec(study)
    text = json.dumps(study.spec, sort_keys=True, ensure_ascii=False)
    study.spec_hash = hashlib.sha256(text.encode()).hexdigest()


def _stimuli_hash(study: Study) -> str:
    digest = hashlib.sha256()
    rows = study.stimuli.filter(built_at__isnull=False).order_by(
        "clip__key", "kind", "system__name"
    )
    for row in rows.values_list("clip__key", "kind", "system__name", "sha256"):
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    return digest.hexdigest()


def sample_clip(study: Study, posting_number: int) -> int | None:
    """Return the clip that a posting's preview shows with its sound, or None.

    Its raters then never judge it. Only a study with clips to spare can afford that;
    postings take turns, so that every clip still finds its raters.
    """
    if study.clips.count() < AMPLE * session_size(study):
        return None
    pool = sorted(clip.pk for clip in pool_of(study))
    return pool[posting_number % len(pool)]


def sample_item(study: Study, posting_number: int) -> Item | None:
    """Return the item of a preview: it allocates nothing, and tells no rater a truth.

    The real sound of the posting's sample clip; where clips are few, a picture without
    its sound, which teaches nothing about the item that shows it again.
    """
    items = study.items.select_related("clip").order_by("pk")
    clip = sample_clip(study, posting_number)
    if clip is None:
        return items.filter(kind=Item.Kind.CATCH, stimuli__kind="muted").first()
    real = items.filter(clip=clip, truth="real")
    return (
        real.filter(kind=Item.Kind.PRACTICE).first()
        or real.filter(kind=Item.Kind.SCORED).first()
    )
