"""Presses and workers that overlap break nothing off, and nothing is told wrongly."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from studies import tasks
from studies.errors import StudyError
from studies.models import Generation, GenerationJob, Study
from studies.services import generate, generation_stops
from studies.services.generation_jobs import DEAD_AFTER, ask
from studies.services.generation_stops import SILENT_AFTER, left_behind, silence
from studies.services.generation_storing import store
from studies.services.progress import Silent
from tests.studies.generate.booth import FakeError, FakeSampler, real_study
from tests.studies.generate.test_a_run_sounds_a_study import RUN, arms
from tests.studies.generate.test_stopping_and_going_on import halt, second_by_second

JOBS = GenerationJob.State
LONG = DEAD_AFTER + timedelta(minutes=1)


def ago(time: timedelta) -> datetime:
    return timezone.now() - time


def planned(study: Study) -> tuple[Generation, list[GenerationJob]]:
    generation = ask(study, RUN, now=timezone.now())
    todo = generate.plan(generation, now=timezone.now())
    generation.refresh_from_db()
    return generation, list(GenerationJob.objects.filter(pk__in=todo).order_by("pk"))


def test_a_long_job_is_not_broken_off_by_asking_again(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_by_second(monkeypatch)
    generation, _ = planned(study)

    def again(_clip: str) -> None:
        Generation.objects.update(touched_at=ago(LONG))
        asked = ask(study, RUN, now=timezone.now())
        assert asked.state == Generation.State.SAMPLING

    fake.seen = again
    for job in generation.jobs.all():
        tasks.generate_bucket.delay(job.pk)
    generation.refresh_from_db()
    assert generation.state == Generation.State.DONE
    assert len(fake.calls) == len(arms(study)) == 2


def test_one_whose_worker_is_dead_waits_when_it_is_asked_again(
    study: Study, fake: FakeSampler
) -> None:
    generation, _ = planned(study)
    generation.jobs.update(state=JOBS.RUNNING, seen_at=ago(LONG))
    Generation.objects.update(touched_at=ago(LONG))
    asked = ask(study, RUN, now=timezone.now())
    assert asked.state == Generation.State.WAITING


def test_a_job_that_was_claimed_while_it_was_stopped_is_free_at_once(
    study: Study, fake: FakeSampler
) -> None:
    generation, (job, _) = planned(study)

    def claimed_after_all(_clip: str) -> None:
        halt(generation)
        GenerationJob.objects.filter(pk=job.pk).update(state=JOBS.RUNNING)

    fake.seen = claimed_after_all
    assert not generate.sample_job(job, now=timezone.now())
    job.refresh_from_db()
    assert job.state == JOBS.PLANNED


def test_a_worker_that_dies_before_it_has_cut_leaves_a_request_that_waits(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_args: Any, **_named: Any) -> None:
        raise SystemExit

    generation = ask(study, RUN, now=ago(LONG))
    with monkeypatch.context() as patch:
        patch.setattr(generate, "cut", killed)
        with pytest.raises(SystemExit):
            generate.plan(generation, now=ago(LONG))
    tasks.take_up_what_was_left.delay()
    generation.refresh_from_db()
    assert generation.summary == "2 sounds stored."


@pytest.mark.parametrize("error", [StudyError("no net there"), None])
def test_one_stopped_while_its_nets_are_read_stays_stopped(
    study: Study,
    fake: FakeSampler,
    monkeypatch: pytest.MonkeyPatch,
    error: StudyError | None,
) -> None:
    generation = ask(study, RUN, now=timezone.now())
    read = generate._sources

    def stopped(asked: Generation) -> Any:
        halt(asked)
        if error:
            raise error
        return read(asked)

    monkeypatch.setattr(generate, "_sources", stopped)
    tasks.generate_sounds.delay(generation.pk)
    generation.refresh_from_db()
    assert (generation.state, generation.problem) == (generation.State.STOPPED, "")
    assert fake.calls == []


def test_a_job_that_ends_while_it_is_missed_stays_ended(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, (first, second) = planned(study)
    GenerationJob.objects.update(seen_at=ago(LONG))
    find = generation_stops._ids

    def found(rows: Any) -> list[int]:
        keys = find(rows)
        if rows.model is GenerationJob:
            assert keys == [first.pk, second.pk]
            GenerationJob.objects.filter(pk=first.pk).update(state=JOBS.DONE)
        return keys

    monkeypatch.setattr(generation_stops, "_ids", found)
    left_behind(timezone.now())
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (JOBS.DONE, JOBS.PLANNED)


def test_storing_tells_that_it_moves_on(study: Study, fake: FakeSampler) -> None:
    generation, jobs = planned(study)
    for job in jobs:
        generate.sample_job(job, now=timezone.now())
    silences = []

    class Watched(Silent):
        def done(self) -> None:
            generation.refresh_from_db()
            at = timezone.now() + SILENT_AFTER / 2
            silences.append(silence(generation, generation.jobs.all(), now=at))
            assert generation.state == Generation.State.STORING

    # claimed a while ago, as far as the row says
    GenerationJob.objects.update(seen_at=ago(LONG))
    store(generation, now=ago(LONG), progress=Watched())
    assert silences == [None]


def test_jobs_that_wait_while_workers_are_at_another_study_are_not_missed(
    study: Study, fake: FakeSampler, tmp_path: Path
) -> None:
    generation, _ = planned(study)
    other, _ = planned(real_study(tmp_path / "other", slug="other"))
    later = timezone.now() + 3 * SILENT_AFTER
    other.jobs.update(state=JOBS.RUNNING, seen_at=later)
    assert silence(generation, generation.jobs.all(), now=later) is None
    other.jobs.update(seen_at=later - SILENT_AFTER)
    assert silence(generation, generation.jobs.all(), now=later) is not None


def test_a_job_that_failed_after_long_is_a_sign_of_life(
    study: Study, fake: FakeSampler
) -> None:
    generation, (job, _) = planned(study)
    fake.stops = [FakeError("no weights")]
    generate.sample_job(job, now=ago(LONG))
    generation.refresh_from_db()
    assert generation.touched_at > ago(SILENT_AFTER)


def test_sounds_flagged_before_are_not_counted_again(
    study: Study, fake: FakeSampler, tmp_path: Path
) -> None:
    fake.flagged = ("white noise throughout",)
    tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    real_study(tmp_path / "more", clips=["dog-0", "frog-0"])
    fake.flagged = ()
    generation = ask(study, RUN, now=timezone.now())
    tasks.generate_sounds.delay(generation.pk)
    generation.refresh_from_db()
    assert generation.summary == "1 sound stored."
