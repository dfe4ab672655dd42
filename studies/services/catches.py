"""Catch stimuli, made from the study's own clips: the answer is known beforehand."""

import random

from studies.models import Clip, Item, Stimulus, Study
from studies.services.design import pool_of
from studies.services.media import drop

SLACK_SECONDS = 0.05
"""So much shorter another sound may be: silence fills it, unnoticed."""

_Kinds = dict[str, Clip | None]


def plan_catches(study: Study) -> None:
    """Write the rows of catch stimuli: muted, and with the sound of another category.

    The same clips and seed give the same catches, however often clips were added on
    the way: what is no longer wanted is deleted with its file. The other sound is
    real, at least as long as what raters see of the clip and not the same file; where
    there is none, that clip has no such catch.
    """
    wanted = _wanted(study) if study.catch_items else {}
    stale = []
    have = set()
    for row in study.stimuli.exclude(kind=Stimulus.Kind.ARM):
        kinds = wanted.get(row.clip_id, {})
        if row.kind in kinds and kinds[row.kind] == row.sound_clip:
            have.add((row.clip_id, row.kind))
        else:
            stale.append(row)
    _remove(study, stale)
    Stimulus.objects.bulk_create(
        Stimulus(study=study, clip_id=clip, kind=kind, sound_clip=sound)
        for clip, kinds in wanted.items()
        for kind, sound in kinds.items()
        if (clip, kind) not in have
    )


def _wanted(study: Study) -> dict[int, _Kinds]:
    """By clip, which kinds of catch there are, and whose sound each takes."""
    reals = {
        row.clip_id: row
        for row in study.stimuli.filter(system__is_real=True, kind="arm")
        .select_related("clip")
        .order_by("clip__order")
    }
    wanted: dict[int, _Kinds] = {}
    for clip in pool_of(study):
        mine = reals.get(clip.pk)
        if mine is None:
            continue
        wanted[clip.pk] = {Stimulus.Kind.MUTED: None}
        rng = random.Random(f"{study.seed}:swap:{clip.key}")
        length = _length(study, mine) - SLACK_SECONDS
        others = [
            row.clip
            for row in reals.values()
            if row.clip.category_id != clip.category_id
            and row.source_sha256 != mine.source_sha256
            and _seconds(row, "audio_seconds") >= length
        ]
        if others:
            wanted[clip.pk][Stimulus.Kind.SWAP] = rng.choice(others)
    return wanted


def _remove(study: Study, rows: list[Stimulus]) -> None:
    if not rows:
        return
    study.items.filter(kind=Item.Kind.CATCH).delete()
    study.stimuli.filter(pk__in=[row.pk for row in rows]).delete()
    drop(row.file for row in rows if row.file)


def _length(study: Study, real: Stimulus) -> float:
    """Return the length in seconds of a clip's shortest arm: what raters will see."""
    arms = study.stimuli.filter(clip=real.clip, kind=Stimulus.Kind.ARM)
    return min(
        _seconds(real, "video_seconds"),
        *(_seconds(arm, "audio_seconds") for arm in arms),
    )


def _seconds(row: Stimulus, name: str) -> float:
    return float(row.source_facts.get(name) or 0.0)
