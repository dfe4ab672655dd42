"""Asked, cut into jobs, sampled, stored: once, whatever is run twice or dies."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from studies import tasks
from studies.models import Generation, GenerationJob, Stimulus, Study
from studies.services import generate
from studies.services.generation_jobs import DEAD_AFTER, ask
from studies.services.generation_stops import left_behind
from studies.services.progress import Silent
from studies.services.removal import remove
from tests.studies.generate.booth import (
    FakeError,
    FakeSampler,
    FakeTrained,
    real_study,
)

RUN = Path("/runs/r")


def asked(study: Study, **more: object) -> Generation:
    return ask(study, RUN, now=timezone.now(), **more)  # type: ignore[arg-type]


def arms(study: Study) -> list[tuple[str, str]]:
    rows = study.stimuli.arms().exclude(system__is_real=True)
    return sorted(rows.values_list("clip__key", "system__name"))


def test_the_tasks_sample_every_clip_and_store_its_sound(
    study: Study, fake: FakeSampler
) -> None:
    generation = asked(study)
    tasks.generate_sounds.delay(generation.pk)
    generation.refresh_from_db()
    assert generation.state == Generation.State.DONE
    assert generation.summary == "2 sounds stored."
    assert arms(study) == [("dog-0", "frame"), ("drum-0", "frame")]
    arm = Stimulus.objects.filter(system__name="frame").first()
    assert arm is not None
    assert (arm.seed, arm.checkpoint) == (11, "a" * 64)
    # a job per category, for one method and one length
    assert sorted(fake.calls) == [("dog-0",), ("drum-0",)]


def test_asking_again_samples_nothing_again(study: Study, fake: FakeSampler) -> None:
    for _ in range(3):
        tasks.generate_sounds.delay(asked(study).pk)
    assert Generation.objects.count() == 1
    assert len(fake.calls) == 2
    assert len(arms(study)) == 2
    assert Generation.objects.get().summary == "Every clip has its sound already."


def test_clips_that_came_later_are_sounded_and_no_others(
    study: Study, fake: FakeSampler, tmp_path: Path
) -> None:
    tasks.generate_sounds.delay(asked(study).pk)
    real_study(tmp_path / "more", clips=["dog-0", "dog-1"])
    tasks.generate_sounds.delay(asked(study).pk)
    assert fake.calls[2:] == [("dog-1",)]
    assert len(arms(study)) == 3


def test_sounds_and_copies_are_removed_once_they_are_stored(
    study: Study, fake: FakeSampler
) -> None:
    tasks.generate_sounds.delay(asked(study).pk)
    folder = Path(settings.DATA_DIR) / "generated" / str(study.pk)
    assert folder.is_dir()
    assert not list(folder.rglob("*.wav"))
    assert not list(folder.rglob("*.mp4"))
    remove(study)
    assert not folder.exists()


def test_every_category_gets_the_net_that_was_trained_on_it(
    study: Study, fake: FakeSampler
) -> None:
    fake.trained = [
        FakeTrained(
            Path(f"/runs/r/{method}-{name}/best.net"), f"{n}" * 64, method, (name,)
        )
        for n, (method, name) in enumerate(
            [("frame", "Dog"), ("frame", "Drum"), ("seq", "Dog"), ("seq", "Snoring")]
        )
    ]
    tasks.generate_sounds.delay(asked(study).pk)
    assert arms(study) == [("dog-0", "frame"), ("dog-0", "seq"), ("drum-0", "frame")]
    jobs = GenerationJob.objects.values_list("category__name", "method", "sha256")
    assert set(jobs) == {
        ("dog", "frame", "0" * 64),
        ("drum", "frame", "1" * 64),
        ("dog", "seq", "2" * 64),
    }


def test_words_of_a_category_may_be_joined_otherwise(
    study: Study, fake: FakeSampler
) -> None:
    study.categories.filter(name="dog").update(name="rail transport")
    fake.trained = [
        FakeTrained(Path("/r/best.net"), "1" * 64, "frame", ("Rail_Transport",))
    ]
    tasks.generate_sounds.delay(asked(study).pk)
    assert arms(study) == [("dog-0", "frame")]


def test_a_killed_worker_is_taken_up_and_ends_the_same(
    study: Study, fake: FakeSampler
) -> None:
    generation = asked(study)
    todo = generate.plan(generation, now=timezone.now())
    # killed: the row still says that somebody is at it
    GenerationJob.objects.filter(pk=todo[0]).update(state=GenerationJob.State.RUNNING)
    assert not generate.sample_job(
        GenerationJob.objects.get(pk=todo[0]), now=timezone.now()
    )
    assert fake.calls == []
    later = timezone.now() + DEAD_AFTER + timedelta(seconds=1)
    assert left_behind(later) == ([], todo, [])
    assert left_behind(later) == ([], [], [])
    for job in todo:
        tasks.generate_bucket.delay(job)
    assert len(arms(study)) == 2
    assert Generation.objects.get().state == Generation.State.DONE


def test_the_clock_takes_up_what_was_left_at_every_step(
    study: Study, fake: FakeSampler
) -> None:
    old = timezone.now() - DEAD_AFTER - timedelta(seconds=1)
    generation = ask(study, RUN, now=old)
    tasks.take_up_what_was_left.delay()
    generation.refresh_from_db()
    assert generation.state == Generation.State.DONE
    # killed while it stored
    Generation.objects.update(state=Generation.State.STORING, touched_at=old)
    study.stimuli.filter(system__name="frame").delete()
    for job in generation.jobs.all():
        assert not generate.sample_job(job, now=timezone.now())


def test_stopped_by_ctrl_c_it_goes_on_at_once(study: Study, fake: FakeSampler) -> None:
    fake.stops = [KeyboardInterrupt()]
    generation = asked(study)
    with pytest.raises(KeyboardInterrupt):
        generate.run_here(generation, progress=Silent())
    generate.run_here(asked(study), progress=Silent())
    assert len(arms(study)) == 2


def test_killed_at_any_state_run_here_goes_on_at_once(
    study: Study, fake: FakeSampler
) -> None:
    generation = asked(study)
    generate.plan(generation, now=timezone.now())
    GenerationJob.objects.update(state=GenerationJob.State.RUNNING)
    generate.run_here(asked(study), progress=Silent())
    assert len(arms(study)) == 2


def test_what_goes_wrong_is_told_and_can_be_tried_again(
    study: Study, fake: FakeSampler
) -> None:
    fake.stops = [FakeError("features vgg19-1 need a VGG19 file")]
    tasks.generate_sounds.delay(asked(study).pk)
    generation = Generation.objects.get()
    assert generation.state == Generation.State.FAILED
    assert "need a VGG19 file" in generation.problem
    assert arms(study) == [("drum-0", "frame")]
    tasks.generate_sounds.delay(asked(study).pk)
    assert len(arms(study)) == 2


def test_a_study_that_is_being_built_is_stored_when_that_is_done(
    study: Study, fake: FakeSampler
) -> None:
    Study.objects.update(state=Study.State.BUILDING)
    tasks.generate_sounds.delay(asked(study).pk)
    assert arms(study) == []
    assert Generation.objects.get().state == Generation.State.SAMPLING
    Study.objects.update(state=Study.State.DRAFT)
    old = timezone.now() - DEAD_AFTER - timedelta(seconds=1)
    Generation.objects.update(touched_at=old)
    tasks.take_up_what_was_left.delay()
    assert len(arms(study)) == 2


def test_flagged_sounds_are_counted_and_carry_a_warning(
    study: Study, fake: FakeSampler
) -> None:
    fake.flagged = ("white noise throughout",)
    tasks.generate_sounds.delay(asked(study).pk)
    assert Generation.objects.get().summary == "2 sounds stored; 2 sounds are flagged."
    for row in study.stimuli.filter(system__name="frame"):
        assert "white noise throughout" in row.warnings
