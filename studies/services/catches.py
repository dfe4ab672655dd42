"""Catch stimuli, made from the study's own clips: the answer is known beforehand."""

import random

from studies.models import Stimulus, Study
from studies.services.design import pool_of

CODEC_SLACK_SECONDS = 0.04
"""What codecs' frames leave at a sound's end; the renderer pads as much."""


def plan_catches(study: Study) -> None:
    """Write the rows of catch stimuli: muted, and with the sound of another category.

    The other sound is real and at least as long as the clip, so that the catch never
    shortens the clip's arms; where there is none, that clip has no such catch.
    """
    if not study.catch_items:
        study.items.filter(kind="catch").delete()
        study.stimuli.exclude(kind=Stimulus.Kind.ARM).delete()
        return
    reals = {
        row.clip_id: row
        for row in study.stimuli.filter(system__is_real=True, kind="arm")
        .select_related("clip")
        .order_by("clip__order")
    }
    for clip in pool_of(study):
        mine = reals.get(clip.pk)
        if mine is None:
            continue
        Stimulus.objects.get_or_create(
            study=study, clip=clip, kind=Stimulus.Kind.MUTED, system=None
        )
        rng = random.Random(f"{study.seed}:swap:{clip.key}")
        length = _length(study, mine) - CODEC_SLACK_SECONDS
        others = [
            row
            for row in reals.values()
            if row.clip.category_id != clip.category_id
            and _seconds(row, "audio_seconds") >= length
        ]
        if others:
            Stimulus.objects.get_or_create(
                study=study,
                clip=clip,
                kind=Stimulus.Kind.SWAP,
                system=None,
                defaults={"sound_clip": rng.choice(others).clip},
            )


def _length(study: Study, real: Stimulus) -> float:
    """Return the length in seconds of a clip's shortest arm: what raters will see."""
    arms = study.stimuli.filter(clip=real.clip, kind=Stimulus.Kind.ARM)
    return min(
        _seconds(real, "video_seconds"),
        *(_seconds(arm, "audio_seconds") for arm in arms),
    )


def _seconds(row: Stimulus, name: str) -> float:
    return float(row.source_facts.get(name) or 0.0)
