"""What fails for one category is told; the others are sampled and stored."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from studies import tasks
from studies.models import Generation, GenerationJob, Study
from studies.services import generate, generation_storing
from studies.services.generation_jobs import ask
from tests.studies.generate.booth import FakeError, FakeSampler, FakeTrained
from tests.studies.generate.test_a_run_sounds_a_study import RUN, arms


def run(study: Study) -> Generation:
    asked = ask(study, RUN, now=timezone.now())
    tasks.generate_sounds.delay(asked.pk)
    asked.refresh_from_db()
    return asked


def test_the_other_category_is_stored_and_the_failed_one_is_done_again(
    study: Study, fake: FakeSampler
) -> None:
    fake.stops = [FakeError("dog.net: not a checkpoint")]
    asked = run(study)
    assert asked.state == Generation.State.FAILED
    assert asked.problem.splitlines() == [
        "1 sound stored, but:",
        "dog, frame, 2 s: dog.net: not a checkpoint",
    ]
    assert arms(study) == [("drum-0", "frame")]
    assert run(study).state == Generation.State.DONE
    assert fake.calls == [("drum-0",), ("dog-0",)]


def test_a_defect_rises_and_is_told_and_the_others_are_stored(
    study: Study, fake: FakeSampler
) -> None:
    fake.stops = [RuntimeError("CUDA error: an illegal memory access\nat some line")]
    asked = ask(study, RUN, now=timezone.now())
    jobs = generate.plan(asked, now=timezone.now())
    with pytest.raises(RuntimeError, match="illegal memory access"):
        tasks.generate_bucket(jobs[0])
    tasks.generate_bucket(jobs[1])
    asked.refresh_from_db()
    assert asked.state == Generation.State.FAILED
    said = "dog, frame, 2 s: RuntimeError: CUDA error: an illegal memory access"
    assert asked.problem.splitlines() == ["1 sound stored, but:", said]
    assert arms(study) == [("drum-0", "frame")]


def test_one_reason_for_several_is_told_once(study: Study, fake: FakeSampler) -> None:
    fake.stops = [FakeError("no weights"), FakeError("no weights")]
    asked = run(study)
    assert asked.problem == "dog, frame, 2 s; drum, frame, 2 s: no weights"
    assert arms(study) == []


def test_a_category_without_a_net_is_named(study: Study, fake: FakeSampler) -> None:
    fake.trained = [FakeTrained(Path("/r/best.net"), "a" * 64, categories=("Dog",))]
    said = "No net of frame for drum."
    assert run(study).summary == f"1 sound stored. {said}"
    assert run(study).summary == f"Every clip has its sound already. {said}"


def test_a_full_disk_is_told_and_leaves_no_half_file(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    def elsewhere(*_paths: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        patch.setattr(os, "link", elsewhere)
        asked = run(study)
    assert asked.state == Generation.State.FAILED
    assert "cannot be handed over (No space left on device); make room" in asked.problem
    folder = Path(settings.DATA_DIR) / "generated"
    assert not [path for path in folder.rglob("*") if path.is_file()]
    assert run(study).state == Generation.State.DONE


def test_a_disk_that_is_full_when_sounds_are_stored_is_told(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(generation_storing, "ingest", full)
        asked = run(study)
    assert asked.state == Generation.State.FAILED
    assert "No space left on device" in asked.problem
    assert set(GenerationJob.objects.values_list("state", flat=True)) == {"done"}
    assert run(study).state == Generation.State.DONE
    assert len(arms(study)) == 2
