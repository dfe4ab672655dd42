"""What cannot be asked of a run is refused in words, before anything is sampled."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from studies import tasks
from studies.errors import StudyError
from studies.models import Generation, Study
from studies.services.generate import run_here
from studies.services.generation_jobs import ask, bucket_of
from studies.services.progress import Silent
from tests.studies.generate.booth import FakeSampler, FakeTrained
from tests.worlds import built_study

RUN = Path("/runs/r")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"system": "Real"}, "kept for the clips' own"),
        ({"system": " frame"}, "plain name"),
        ({"system": "a\nb"}, "plain name"),
        ({"temperature": 0.0}, "--temperature 0.0: give a number from 1e-06"),
        ({"temperature": 1e-300}, "give a number from 1e-06"),
        ({"temperature": float("nan")}, "give a number from 1e-06"),
        ({"temperature": float("inf")}, "give a number from 1e-06"),
        ({"seed": -1}, "--seed -1: give a number from 0"),
        ({"seed": 2**63}, "give a number from 0"),
    ],
)
def test_a_senseless_request_is_refused(
    more: dict[str, object], said: str, study: Study
) -> None:
    with pytest.raises(StudyError, match=said):
        ask(study, RUN, now=timezone.now(), **more)  # type: ignore[arg-type]
    assert not Generation.objects.exists()


def test_a_system_spelled_another_way_is_told_at_once(
    study: Study, fake: FakeSampler
) -> None:
    run_here(ask(study, RUN, now=timezone.now()), progress=Silent())
    with pytest.raises(StudyError, match=r"--system 'FRAME': .* spells it 'frame'"):
        ask(study, RUN, now=timezone.now(), system="FRAME")
    assert Generation.objects.count() == 1


@pytest.mark.parametrize("option", ["--run", "--weights"])
def test_the_path_of_an_unset_variable_is_refused(option: str, study: Study) -> None:
    given = ["--study", study.slug, "--run", "/r", option, ""]
    with pytest.raises(CommandError, match=f"{option}: empty; name a file or a folder"):
        call_command("generate", *given)
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (os.fsdecode(b"/caf\xe9"), r"--run '/caf\\udce9': give it a plain path"),
        ("/runs/two\nlines", r"--run '/runs/two\\nlines': give it a plain path"),
        ("/" + "long/" * 300, "give it a plain path of at most 1000 letters"),
        ("~nobody of that name/r", "--run ~nobody of that name/r: no such folder"),
    ],
)
def test_a_path_that_no_row_can_hold_is_refused(
    run: str, said: str, study: Study
) -> None:
    with pytest.raises(StudyError, match=said):
        ask(study, Path(run), now=timezone.now())
    assert not Generation.objects.exists()


@pytest.mark.parametrize("state", ["launching", "live", "closing", "closed"])
def test_a_launched_study_takes_no_sounds(state: str, study: Study) -> None:
    Study.objects.update(state=state)
    study.refresh_from_db()
    with pytest.raises(StudyError, match="only before the launch"):
        ask(study, RUN, now=timezone.now())


def test_a_study_without_clips_says_what_to_do(db: None) -> None:
    empty = Study.objects.create(slug="empty", title="Empty")
    with pytest.raises(StudyError, match="run ingest first"):
        ask(empty, RUN, now=timezone.now())


def test_another_seed_needs_another_name(study: Study, fake: FakeSampler) -> None:
    ask(study, RUN, now=timezone.now(), seed=1)
    with pytest.raises(StudyError, match="with seed 1: give them another --system"):
        ask(study, RUN, now=timezone.now(), seed=2)
    assert ask(study, RUN, now=timezone.now(), seed=2, system="frame 2").seed == 2


def problem(study: Study, **more: object) -> str:
    generation = ask(study, RUN, now=timezone.now(), **more)  # type: ignore[arg-type]
    tasks.generate_sounds.delay(generation.pk)
    generation.refresh_from_db()
    return generation.problem


def test_a_run_without_a_checkpoint_is_told(study: Study, fake: FakeSampler) -> None:
    fake.trained = []
    assert "no best.net in it" in problem(study)


def test_a_run_that_sounds_no_category_is_told(study: Study, fake: FakeSampler) -> None:
    fake.trained = [FakeTrained(Path("/r/best.net"), "a" * 64, categories=("Snoring",))]
    assert "they were trained on Snoring" in problem(study)


def test_one_name_for_several_methods_is_told(study: Study, fake: FakeSampler) -> None:
    fake.trained = [
        FakeTrained(Path("/r/frame/best.net"), "a" * 64, "frame"),
        FakeTrained(Path("/r/seq/best.net"), "b" * 64, "seq"),
    ]
    assert "leave --system out" in problem(study, system="ours")


def test_two_checkpoints_that_would_do_are_told(
    study: Study, fake: FakeSampler
) -> None:
    fake.trained = [
        FakeTrained(Path("/r/one/best.net"), "a" * 64),
        FakeTrained(Path("/r/two/best.net"), "b" * 64),
    ]
    assert "/r/one/best.net, /r/two/best.net" in problem(study)


def test_a_net_trained_further_needs_another_name(
    study: Study, fake: FakeSampler
) -> None:
    assert problem(study) == ""
    fake.trained = [FakeTrained(Path("/runs/r/best.net"), "b" * 64)]
    assert "another checkpoint made" in problem(study)
    assert problem(study, system="frame, longer") == ""


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [
        ({"video_seconds": 0.5, "audio_seconds": 0.6}, 2),
        ({"video_seconds": 2.0, "audio_seconds": 9.0}, 2),
        ({"video_seconds": 9.0, "audio_seconds": 2.01}, 4),
        ({"video_seconds": 10.0, "audio_seconds": 10.0}, 10),
        ({"video_seconds": 60.0, "audio_seconds": 60.0}, 10),
        ({}, 10),
    ],
)
def test_clips_share_a_job_by_their_length(
    facts: dict[str, float], seconds: int, db: None
) -> None:
    row = built_study().stimuli.first()
    assert row is not None
    row.source_facts = facts
    assert bucket_of(row) == seconds
