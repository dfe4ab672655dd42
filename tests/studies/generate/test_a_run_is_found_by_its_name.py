"""The command takes a run by the name that the Generate page lists it under."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from studies.models import Generation, Study
from studies.services.runs import find_run
from tests.studies.generate.booth import FakeSampler


@pytest.fixture
def root(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.RUNS_ROOT = tmp_path / "runs"
    (tmp_path / "runs" / "vegas" / "frame-drum").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "runs"


def test_the_command_takes_a_name_below_the_runs(
    root: Path, study: Study, fake: FakeSampler
) -> None:
    call_command("generate", study=study.slug, run=Path("vegas/frame-drum"), now=True)
    assert Generation.objects.get().run == str(root / "vegas" / "frame-drum")
    # the path of the same run is the same request
    path = root / "vegas" / "frame-drum"
    call_command("generate", study=study.slug, run=path, now=True)
    assert Generation.objects.count() == 1


def test_a_path_that_is_there_goes_first(root: Path) -> None:
    Path("vegas").mkdir()
    assert find_run(Path("vegas")) == Path("vegas")
    assert find_run(Path("vegas/frame-drum")) == root / "vegas/frame-drum"


@pytest.mark.parametrize("name", ["nothing", "../runs2", "~/r", "n" * 300, "/no/such"])
def test_what_is_nowhere_is_returned_as_named(root: Path, name: str) -> None:
    (root.parent / "runs2").mkdir()
    assert find_run(Path(name)) == Path(name)


def test_no_name_leads_above_the_runs(root: Path) -> None:
    (root.parent / "other").mkdir()
    assert find_run(Path("vegas/../../other")) == Path("vegas/../../other")
