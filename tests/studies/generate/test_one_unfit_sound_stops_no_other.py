"""A sound that cannot be used is told by name; the others are stored, it is redone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from generation.manifest import write_manifest
from studies import tasks
from studies.models import Generation, GenerationJob, Study
from studies.services.generation_jobs import ask
from tests.studies.generate.booth import FakeSampled, FakeSampler, real_study
from tests.studies.generate.test_a_run_sounds_a_study import RUN, arms

CLIPS = ("dog-0", "dog-1", "drum-0")


@pytest.fixture
def study(db: None, tmp_path: Path) -> Study:
    """Three clips, two of them of one category."""
    return real_study(tmp_path / "clips", clips=CLIPS)


def spoilt(
    fake: FakeSampler, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], object]
) -> None:
    """Let the next call for dog-1 spoil its file, as a disk that fails would."""
    whole = fake.sample_clips
    done: list[Path] = []

    def once(checkpoint: Path, manifest: Path, out: Path, **more: Any) -> FakeSampled:
        made = whole(checkpoint, manifest, out, **more)
        path = out / "sounds" / "dog-1.wav"
        if path.exists() and not done:
            done.append(path)
            spoil(path)
        return made

    monkeypatch.setattr(fake, "sample_clips", once)


SPOILS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "no sound": lambda path: path.write_bytes(b"no sound" * 99),
    "its list is gone": lambda path: (path.parents[1] / "manifest.csv").unlink(),
    "unlisted": lambda path: write_manifest([], path.parents[1] / "manifest.csv"),
}


@pytest.mark.parametrize("how", SPOILS)
def test_the_others_are_stored_and_it_alone_is_made_again(
    study: Study, fake: FakeSampler, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(fake, monkeypatch, SPOILS[how])
    tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    generation = Generation.objects.get()
    assert generation.state == Generation.State.FAILED
    whole_list = how in ("its list is gone", "unlisted")
    left = ["dog-0", "dog-1"] if whole_list else ["dog-1"]
    assert arms(study) == [(clip, "frame") for clip in CLIPS if clip not in left]
    head = generation.problem.splitlines()[0]
    assert head.startswith(f"{3 - len(left)} sound")
    assert head.endswith(f"not: {', '.join(left)} by frame")
    failed = GenerationJob.objects.get(state=GenerationJob.State.FAILED)
    assert failed.category.name == "dog"
    assert failed.problem == f"not stored: {', '.join(left)}"
    before = len(fake.calls)
    tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    assert fake.calls[before:] == [tuple(left)]
    generation.refresh_from_db()
    assert (generation.state, generation.problem) == (Generation.State.DONE, "")
    assert arms(study) == [(clip, "frame") for clip in CLIPS]
    folder = Path(settings.DATA_DIR) / "generated" / str(study.pk)
    assert not list(folder.rglob("*.wav"))


def test_the_admin_names_the_file_and_what_is_wrong_with_it(
    study: Study, fake: FakeSampler, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(fake, monkeypatch, SPOILS["empty"])
    tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    client.force_login(User.objects.create_superuser("ada", password="x"))
    where = reverse("admin:studies_study_generate", args=[study.pk])
    page = client.get(where).content.decode()
    assert "2 sounds stored, 1 not: dog-1 by frame" in page
    assert "dog-1.wav: the file is empty" in page


def test_the_terminal_names_it_too_and_the_same_command_goes_on(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(fake, monkeypatch, SPOILS["empty"])
    command = ("generate", "--study", "foley", "--run", str(RUN), "--now")
    with pytest.raises(CommandError, match=r"dog-1\.wav: the file is empty") as told:
        call_command(*command)
    assert str(told.value).startswith("2 sounds stored, 1 not: dog-1 by frame")
    call_command(*command)
    assert len(arms(study)) == 3


def test_clips_that_have_gone_meanwhile_are_told_and_done_again(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be taken in must not end as done, its sounds thrown away."""
    whole = fake.sample_clips
    real = Path(settings.DATA_DIR) / "generated" / str(study.pk) / "real"

    def losing(checkpoint: Path, manifest: Path, out: Path, **more: Any) -> FakeSampled:
        made = whole(checkpoint, manifest, out, **more)
        min(real.iterdir()).unlink()
        return made

    with monkeypatch.context() as once:
        once.setattr(fake, "sample_clips", losing)
        tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    generation = Generation.objects.get()
    assert generation.state == Generation.State.FAILED
    left = 3 - len(arms(study))
    assert left in (1, 2)
    assert f"stored, {left} not: " in generation.problem
    tasks.generate_sounds.delay(ask(study, RUN, now=timezone.now()).pk)
    assert arms(study) == [(clip, "frame") for clip in CLIPS]
