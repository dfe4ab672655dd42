"""The Generate page: runs below RUNS_ROOT, asked for by who may change the study."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studies.models import Generation, Study
from studies.services import generate
from studies.services.runs import runs_below
from tests.studies.generate.booth import FakeError, FakeSampler, FakeTrained, real_study

pytestmark = pytest.mark.usefixtures("looked_at_once")


@pytest.fixture
def runs(settings: Any, tmp_path: Path) -> Path:
    """Two runs of one experiment, and what is no run."""
    root = tmp_path / "runs"
    for name in ("paper/frame", "paper/seq", "alone"):
        (root / name).mkdir(parents=True)
        (root / name / "best.net").write_bytes(b"")
    (root / "empty").mkdir()
    (root / ".hidden").mkdir()
    (root / ".hidden" / "best.net").write_bytes(b"")
    settings.RUNS_ROOT = root
    return root


@pytest.fixture
def study(db: None, tmp_path: Path) -> Study:
    return real_study(tmp_path / "clips")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, runs: Path) -> FakeSampler:
    sampler = FakeSampler([FakeTrained(runs / "alone" / "best.net", "a" * 64)])
    monkeypatch.setattr(generate, "sampler", lambda: sampler)
    return sampler


def page(study: Study) -> str:
    return reverse("admin:studies_study_generate", args=[study.pk])


def test_runs_and_folders_of_several_runs_are_offered(runs: Path) -> None:
    assert runs_below() == ["alone", "paper", "paper/frame", "paper/seq"]


def test_without_runs_the_page_says_where_they_would_lie(
    study: Study, ada: Client, settings: Any, tmp_path: Path
) -> None:
    settings.RUNS_ROOT = tmp_path / "nothing"
    assert b"There is no training run below" in ada.get(page(study)).content


def test_asking_a_run_sounds_the_study(
    study: Study,
    ada: Client,
    fake: FakeSampler,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ada.post(page(study), {"run": "alone", "system": ""})
    answer = ada.get(page(study)).content.decode()
    assert "2 sounds stored." in answer
    generation = Generation.objects.get()
    assert str(generation.by) == "ada"
    assert study.stimuli.filter(system__name="frame").count() == 2


def test_flagged_sounds_are_pointed_to_and_named_on_clips(
    study: Study,
    ada: Client,
    fake: FakeSampler,
    django_capture_on_commit_callbacks: Any,
) -> None:
    fake.flagged = ("white noise throughout",)
    with django_capture_on_commit_callbacks(execute=True):
        ada.post(page(study), {"run": "alone", "system": ""})
    assert b"Flagged sounds carry a warning" in ada.get(page(study)).content
    clips = ada.get(reverse("admin:studies_study_clips", args=[study.pk])).content
    assert b"dog-0 / frame</strong>: white noise throughout" in clips


def test_a_failed_request_is_asked_again_from_its_card(
    study: Study,
    ada: Client,
    fake: FakeSampler,
    django_capture_on_commit_callbacks: Any,
) -> None:
    fake.stops = [FakeError("features vgg19-1 are not there; name it with --weights")]
    with django_capture_on_commit_callbacks(execute=True):
        ada.post(page(study), {"run": "alone", "system": "ours"})
    said = ada.get(page(study)).content.decode()
    assert "/weights</code> on the machine that samples" in said
    assert "Generate again" in said
    assert "Hear them" in said
    assert '<input type="hidden" name="run" value="alone">' in said
    assert '<input type="hidden" name="system" value="ours">' in said


@pytest.mark.parametrize(
    ("run", "is_offered"),
    [("alone", True), ("alone/best.net", False), ("empty", False), ("..", False)],
)
def test_what_the_page_cannot_ask_it_does_not_offer_again(
    study: Study, ada: Client, runs: Path, run: str, is_offered: bool
) -> None:
    path = str((runs / run).resolve())
    Generation.objects.create(
        study=study, run=path, seed=1, state="stopped", touched_at=timezone.now()
    )
    assert (b"Generate again" in ada.get(page(study)).content) == is_offered


def test_stopping_is_for_those_who_may_change_and_takes_any_number(
    study: Study, ada: Client, staff: Callable[..., Client], fake: FakeSampler
) -> None:
    ada.post(page(study), {"run": "alone", "system": ""})
    number = str(Generation.objects.get().pk)
    assert staff("view_study").post(page(study), {"stop": number}).status_code == 403
    for wrong in ("", "0", "-1", "x", "9" * 40, "٣"):
        assert ada.post(page(study), {"stop": wrong}).status_code == 302
    assert Generation.objects.get().state == Generation.State.WAITING
    ada.post(page(study), {"stop": number})
    assert Generation.objects.get().summary == "Stopped by ada."


@pytest.mark.parametrize("run", ["../clips", "/etc", "empty", ".hidden", ""])
def test_nothing_but_a_listed_run_can_be_asked(
    run: str, study: Study, ada: Client, fake: FakeSampler
) -> None:
    answer = ada.post(page(study), {"run": run, "system": ""})
    assert answer.status_code == 200
    assert not Generation.objects.exists()


def test_a_run_that_vanished_since_the_page_was_loaded_is_told(
    study: Study, ada: Client, runs: Path, fake: FakeSampler
) -> None:
    shutil.rmtree(runs / "alone")
    said = ada.post(page(study), {"run": "alone", "system": ""}).content.decode()
    assert "There is no run alone any more." in said
    assert '<option value="paper">' in said
    assert not Generation.objects.exists()


def test_what_is_refused_stands_on_the_page(
    study: Study, ada: Client, fake: FakeSampler
) -> None:
    answer = ada.post(page(study), {"run": "alone", "system": "real"})
    assert "kept for the clips" in answer.content.decode()


def test_looking_is_for_viewers_and_asking_for_those_who_may_change(
    study: Study, staff: Callable[..., Client], fake: FakeSampler
) -> None:
    bob = staff("view_study")
    seen = bob.get(page(study))
    assert seen.status_code == 200
    assert b'name="run"' not in seen.content
    assert bob.post(page(study), {"run": "alone"}).status_code == 403
    assert not Generation.objects.exists()


def test_a_launched_study_has_no_such_step(
    study: Study, ada: Client, fake: FakeSampler
) -> None:
    Study.objects.update(state=Study.State.LIVE)
    assert (
        page(study)
        not in ada.get(
            reverse("admin:studies_study_clips", args=[study.pk])
        ).content.decode()
    )
    Generation.objects.create(
        study=study, run="/r", seed=1, state="done", touched_at=timezone.now()
    )
    said = ada.get(page(study)).content.decode()
    assert "no sound can be added any more" in said
    Generation.objects.all().delete()
    ada.post(page(study), {"run": "alone", "system": ""})
    assert not Generation.objects.exists()


@pytest.mark.parametrize(
    ("state", "problem", "advice"),
    [
        ("waiting", "", "If this stays, see that one is running"),
        ("failed", "name it with --weights", "copy the file there and generate again"),
    ],
)
def test_a_launched_study_is_not_advised_to_go_on(
    study: Study, ada: Client, state: str, problem: str, advice: str
) -> None:
    Generation.objects.create(
        study=study,
        run="/r",
        seed=1,
        state=state,
        problem=problem,
        touched_at=timezone.now(),
    )
    assert advice in ada.get(page(study)).content.decode()
    Study.objects.update(state=Study.State.LIVE)
    said = ada.get(page(study)).content.decode()
    assert advice not in said
    assert ("Not begun before the launch" in said) == (state == "waiting")


def test_the_fragment_renews_itself_only_while_work_goes_on(
    study: Study, ada: Client, fake: FakeSampler
) -> None:
    ada.post(page(study), {"run": "alone", "system": ""})
    going = ada.get(page(study), headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" in going
    Generation.objects.update(state=Generation.State.DONE)
    ended = ada.get(page(study), headers={"HX-Request": "true"}).content.decode()
    assert "hx-get" not in ended
