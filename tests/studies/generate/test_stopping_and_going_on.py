"""A person stops a request; the worker at it ends, and asked again it goes on."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from studies import tasks
from studies.errors import StudyError
from studies.models import Generation, GenerationJob, Study
from studies.services import generate, progress
from studies.services.generation_jobs import ask
from studies.services.generation_stops import SILENT_AFTER, silence, stop
from studies.services.launch_plan import plan
from studies.services.progress import Silent
from tests.studies.generate.booth import FakeSampler
from tests.studies.generate.test_a_run_sounds_a_study import RUN, arms

JOBS = GenerationJob.State


@pytest.fixture
def asked(study: Study) -> Generation:
    return ask(study, RUN, now=timezone.now())


def halt(generation: Generation) -> bool:
    return stop(generation, now=timezone.now(), by="ada")


def test_one_that_waits_is_not_begun(asked: Generation, fake: FakeSampler) -> None:
    assert halt(asked)
    tasks.generate_sounds.delay(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.summary) == (asked.State.STOPPED, "Stopped by ada.")
    assert fake.calls == []
    assert not halt(asked)


def test_the_worker_ends_and_the_same_request_goes_on(
    asked: Generation, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_by_second(monkeypatch)
    fake.seen = lambda _clip: halt(asked)
    tasks.generate_sounds.delay(asked.pk)
    asked.refresh_from_db()
    assert asked.state == Generation.State.STOPPED
    assert len(fake.calls) == 1
    assert set(asked.jobs.values_list("state", flat=True)) == {JOBS.PLANNED}
    assert arms(asked.study) == []
    fake.seen = str
    tasks.generate_sounds.delay(ask(asked.study, RUN, now=timezone.now()).pk)
    asked.refresh_from_db()
    assert asked.state == Generation.State.DONE
    assert len(arms(asked.study)) == 2


def second_by_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a second pass between any two steps."""
    told, seconds = progress.RowProgress.__init__, iter(range(1000))
    clock = {"clock": lambda: float(next(seconds))}
    monkeypatch.setattr(
        told, "__kwdefaults__", {**(told.__kwdefaults__ or {}), **clock}
    )


def test_on_the_terminal_it_is_said(asked: Generation, fake: FakeSampler) -> None:
    fake.seen = lambda _clip: halt(asked)
    with pytest.raises(StudyError, match="Stopped by ada"):
        generate.run_here(asked, progress=Silent())


def test_what_is_done_is_not_stopped(asked: Generation, fake: FakeSampler) -> None:
    tasks.generate_sounds.delay(asked.pk)
    assert not halt(asked)
    assert Generation.objects.get().state == Generation.State.DONE


def test_a_worker_that_says_nothing_is_missed_after_a_minute(
    asked: Generation, fake: FakeSampler
) -> None:
    begun = timezone.now()
    first, second = generate.plan(asked, now=begun)
    GenerationJob.objects.filter(pk=first).update(state=JOBS.RUNNING, seen_at=begun)
    later = begun + SILENT_AFTER
    assert silence(asked, asked.jobs.all(), now=later - timedelta(seconds=1)) is None
    assert silence(asked, asked.jobs.all(), now=later) == SILENT_AFTER
    # of two workers the dead one is missed, and what waits its turn is not
    GenerationJob.objects.filter(pk=second).update(state=JOBS.RUNNING, seen_at=later)
    assert silence(asked, asked.jobs.all(), now=later) == SILENT_AFTER
    GenerationJob.objects.filter(pk=first).update(state=JOBS.PLANNED)
    assert silence(asked, asked.jobs.all(), now=later) is None


def test_a_launch_meanwhile_is_warned_of(asked: Generation, fake: FakeSampler) -> None:
    said = "sounds are being generated for this study"
    assert any(said in text for text in plan(asked.study, "link").warnings)
    halt(asked)
    assert not any(said in text for text in plan(asked.study, "link").warnings)


def test_a_request_that_waits_or_is_over_is_not_missed(
    asked: Generation, fake: FakeSampler, tmp_path: Path
) -> None:
    later = timezone.now() + timedelta(days=1)
    assert silence(asked, asked.jobs.all(), now=later) is None
    tasks.generate_sounds.delay(asked.pk)
    asked.refresh_from_db()
    assert silence(asked, asked.jobs.all(), now=later) is None
