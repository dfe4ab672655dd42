"""What a dead worker left of a launched study is told as broken off."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies import tasks
from studies.models import Category, Generation, GenerationJob, Study
from studies.services.generation_jobs import DEAD_AFTER
from studies.services.generation_stops import SILENT_AFTER, break_off

STATES, JOBS = Generation.State, GenerationJob.State
LONG = DEAD_AFTER + timedelta(minutes=1)


@pytest.fixture
def study(db: None) -> Study:
    return Study.objects.create(slug="live", title="Live", state=Study.State.LIVE)


def left(study: Study, state: str, seen_at: datetime) -> Generation:
    """A request that moved eleven minutes ago, and a job that was seen since."""
    generation = Generation.objects.create(
        study=study,
        run=f"/{state}",
        seed=1,
        state=state,
        touched_at=timezone.now() - LONG,
    )
    category, _ = Category.objects.get_or_create(study=study, name="dog", order=0)
    GenerationJob.objects.create(
        generation=generation,
        category=category,
        method="frame",
        seconds=2,
        system="frame",
        clips=1,
        state=JOBS.RUNNING,
        seen_at=seen_at,
    )
    return generation


def page(study: Study, client: Client) -> str:
    path = reverse("admin:studies_study_generate", args=[study.pk])
    return client.get(path).content.decode()


def test_what_is_left_is_told_as_broken_off(study: Study, ada: Client) -> None:
    for state in Generation.GOING_ON:
        left(study, state, timezone.now() - LONG)
    tasks.take_up_what_was_left()
    assert set(Generation.objects.values_list("state", flat=True)) == {STATES.FAILED}
    assert set(GenerationJob.objects.values_list("state", flat=True)) == {JOBS.PLANNED}
    said = page(study, ada)
    assert said.count("broken off: no worker is at this any more") == 3
    # nor is anything promised that no press brings
    assert "generating again goes on" not in said
    told = study.events.filter(kind="problem").values_list("message", flat=True)
    assert {text.partition(":")[0] for text in told} == {
        f"/{state}" for state in Generation.GOING_ON
    }
    tasks.take_up_what_was_left()
    assert study.events.count() == 3


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        # its worker is alive
        (Study.State.LIVE, SILENT_AFTER),
        # it is taken up, and goes on
        (Study.State.READY, LONG),
    ],
)
def test_what_goes_on_is_not_broken_off(
    study: Study, state: str, seen: timedelta
) -> None:
    Study.objects.update(state=state)
    generation = left(study, STATES.SAMPLING, timezone.now() - seen)
    break_off(timezone.now())
    generation.refresh_from_db()
    assert (generation.state, generation.problem) == (STATES.SAMPLING, "")


def test_until_then_no_help_is_offered_that_is_none(study: Study, ada: Client) -> None:
    left(study, STATES.SAMPLING, timezone.now() - 3 * SILENT_AFTER)
    said = page(study, ada)
    assert "not heard from for 3 minutes. It is broken off after 10 minutes" in said
    assert "generate again" not in said
