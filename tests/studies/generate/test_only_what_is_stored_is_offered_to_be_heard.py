"""The Generate page leads to Clips where sounds of a request are stored, only so."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies.models import Generation, GenerationJob, Stimulus, Study, System

STATES = Generation.State
MADE = "a" * 64


@pytest.fixture
def asked(study: Study) -> Generation:
    """A request whose one job sampled, of which nothing is stored."""
    generation = Generation.objects.create(
        study=study, run="/r", seed=1, state=STATES.FAILED, touched_at=timezone.now()
    )
    GenerationJob.objects.create(
        generation=generation,
        category=study.categories.order_by("order")[0],
        method="frame",
        seconds=2,
        system="frame",
        sha256=MADE,
        clips=1,
        state=GenerationJob.State.DONE,
        seen_at=timezone.now(),
    )
    return generation


def add_sound(study: Study, name: str, checkpoint: str) -> None:
    system = System.objects.create(study=study, name=name, order=9)
    clip = study.clips.order_by("order")[0]
    Stimulus.objects.create(
        study=study, clip=clip, system=system, checkpoint=checkpoint
    )


def offers(asked: Generation, ada: Client) -> bool:
    path = reverse("admin:studies_study_generate", args=[asked.study_id])
    return "Hear them" in ada.get(path).content.decode()


def test_nothing_is_to_be_heard_before_something_is_stored(
    asked: Generation, ada: Client
) -> None:
    assert not offers(asked, ada)
    add_sound(asked.study, "frame", MADE)
    for state in STATES.values:
        Generation.objects.update(state=state)
        assert offers(asked, ada) == (state not in Generation.GOING_ON)


def test_what_is_stored_of_another_net_is_not_taken_for_it(
    asked: Generation, ada: Client
) -> None:
    add_sound(asked.study, "frame", "b" * 64)
    add_sound(asked.study, "seq", MADE)
    assert not offers(asked, ada)


def test_a_launched_study_is_heard_and_not_built(
    asked: Generation, ada: Client
) -> None:
    add_sound(asked.study, "frame", MADE)
    Generation.objects.update(state=STATES.DONE)
    Study.objects.update(state=Study.State.LIVE)
    path = reverse("admin:studies_study_generate", args=[asked.study_id])
    said = ada.get(path).content.decode()
    assert "Hear them" in said
    # the steps name it, no button does
    assert said.count("build/") == 1
