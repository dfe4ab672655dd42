"""One command from nothing to candidates, and every experiment on what came of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from generation.__main__ import main
from generation.manifest import read_manifest
from generation.recipe import Recipe, cook
from generation.sample import Silent
from tests.generation.probing import probed_once

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _probed_once() -> Iterator[None]:
    with probed_once():
        yield


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """A recipe that was cooked: one held-out clip of each of ten categories."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    made = Recipe(
        out=tmp_path_factory.mktemp("recipe"),
        per_category=2,
        test=1,
        encoder_steps=4,
        epochs=1,
        seconds=(1.0, 1.0),
    )
    cook(made, progress=Silent(), tell=str)
    torch.set_num_threads(threads)
    return made


def manifest(recipe: Recipe) -> Path:
    return recipe.out / "candidates" / "manifest.csv"


def test_the_manifest_has_the_real_clip_and_three_candidates_of_each(
    recipe: Recipe,
) -> None:
    reading = read_manifest(manifest(recipe))
    assert reading.faults == ()
    by_clip: dict[str, set[str]] = {}
    for record in reading.records:
        by_clip.setdefault(record.clip, set()).add(record.system)
        # whatever is made of demo clips says so wherever it goes
        assert record.is_demo
    assert len(by_clip) == 10
    assert set(map(frozenset, by_clip.values())) == {
        frozenset({"real", "frame", "seq", "flow"})
    }


def test_cooked_again_it_changes_no_file(recipe: Recipe) -> None:
    before = {
        path: path.stat().st_mtime_ns
        for path in (recipe.out / "candidates").rglob("*.wav")
    }
    assert len(before) == 30
    cook(recipe, progress=Silent(), tell=str)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_losses_are_printed_for_every_net_and_one_clip_is_not_retrieved(
    recipe: Recipe, capsys: pytest.CaptureFixture[str]
) -> None:
    nets = [str(recipe.out / "runs" / name / "best.net") for name in ("frame", "seq")]
    prepared = str(recipe.out / "prepared")
    assert main(["losses", prepared, *nets, "--part", "test"]) == 0
    said = capsys.readouterr().out
    assert "frame" in said
    assert "Average" in said
    assert main(["likelihood", prepared, nets[0], "--windows", "1"]) == 1
    assert "Baby crying: one test clip" in capsys.readouterr().err


def test_systems_are_measured_drawn_and_handed_on(
    recipe: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = str(manifest(recipe))
    table = tmp_path / "table.json"
    assert main(["evaluate", listed, "--truth", "--json", str(table)]) == 0
    assert json.loads(table.read_text())
    assert "frame, shuffled" in capsys.readouterr().out
    clip = read_manifest(manifest(recipe)).records[0].clip
    drawn = tmp_path / "figure3"
    assert main(["waveforms", listed, "--clip", clip, "--out", str(drawn)]) == 0
    assert drawn.with_suffix(".svg").read_text().startswith("<")
    assert drawn.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert main(["export", listed, "--out", str(tmp_path / "folders")]) == 0
    assert len(list((tmp_path / "folders" / "frame").glob("*.wav"))) == 10


def test_an_unknown_clip_is_named_with_status_1(
    recipe: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "x")
    listed = str(manifest(recipe))
    assert main(["waveforms", listed, "--clip", "nobody", "--out", out]) == 1
    assert "nobody" in capsys.readouterr().err
