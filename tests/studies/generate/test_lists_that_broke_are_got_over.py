"""What lies between sampling and storing may be wiped away or damaged meanwhile."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from studies.models import Generation, GenerationJob, Study
from studies.services import generate
from studies.services import generation_files as files
from studies.services.generation_jobs import ask
from studies.services.generation_storing import store
from tests.studies.generate.booth import FakeSampler

STATES = Generation.State


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(bytes(range(256))),
    "of other columns": lambda path: path.write_text("a,b\n1,2\n"),
    "a folder": a_folder,
}


def sampled(study: Study) -> Generation:
    """A request of which everything is sampled and nothing stored."""
    asked = ask(study, Path("/r"), now=timezone.now())
    for number in generate.plan(asked, now=timezone.now()):
        generate.sample_job(GenerationJob.objects.get(pk=number), now=timezone.now())
    return asked


def sounds(study: Study) -> int:
    return study.stimuli.filter(system__name="frame").count()


@pytest.mark.parametrize("how", DAMAGES)
def test_a_list_of_what_was_handed_over_is_not_missed(
    study: Study, fake: FakeSampler, how: str
) -> None:
    asked = sampled(study)
    DAMAGES[how](files.job_folder(asked.jobs.all()[0]) / "clips.csv")
    store(asked, now=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, asked.summary) == (STATES.DONE, "2 sounds stored.")


@pytest.mark.parametrize("how", DAMAGES)
def test_without_either_list_the_clips_are_named_and_made_again(
    study: Study, fake: FakeSampler, how: str
) -> None:
    asked = sampled(study)
    folder = files.job_folder(asked.jobs.all()[0])
    DAMAGES[how](folder / "clips.csv")
    (folder / "manifest.csv").unlink()
    store(asked, now=timezone.now())
    asked.refresh_from_db()
    assert asked.state == STATES.FAILED
    assert asked.problem.startswith("1 sound stored, 1 not: dog-0 by frame\n")
    shutil.rmtree(folder)
    store(sampled(study), now=timezone.now())
    assert sounds(study) == 2


def test_with_everything_wiped_away_it_fails_and_is_made_again(
    study: Study, fake: FakeSampler
) -> None:
    asked = sampled(study)
    shutil.rmtree(files.folder_of(asked))
    store(asked, now=timezone.now())
    asked.refresh_from_db()
    assert asked.state == STATES.FAILED
    first, *jobs = asked.problem.splitlines()
    assert first == "nothing that was sampled is there any more; generate again"
    assert [line.partition(": ")[0] for line in jobs] == [
        "dog, frame, 2 s",
        "drum, frame, 2 s",
    ]
    store(sampled(study), now=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, sounds(study)) == (STATES.DONE, 2)


def test_a_defect_while_it_is_told_leaves_a_request_that_can_be_stopped(
    study: Study, fake: FakeSampler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError

    asked = sampled(study)
    with monkeypatch.context() as patch:
        patch.setattr(files, "tidy", broken)
        patch.setattr(files, "handed_over", broken)
        with pytest.raises(ZeroDivisionError):
            store(asked, now=timezone.now())
    asked.refresh_from_db()
    assert asked.state == STATES.SAMPLING
    # all is stored: the same once more tells so
    store(asked, now=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, sounds(study)) == (STATES.DONE, 2)
