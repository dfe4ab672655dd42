"""A net of stub features or demo clips is offered as one for trying only."""

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest

from studies.services.runs import read_net, runs_told
from tests.generation.sample.world import tiny_checkpoint


@pytest.fixture
def root(settings: Any, tmp_path: Path) -> Path:
    settings.RUNS_ROOT = tmp_path / "runs"
    return tmp_path / "runs"


def net(folder: Path, *, features: Any = None, demo: Any = None) -> None:
    """What torch writes of a net, as far as it is read here."""
    meta: dict[str, Any] = {
        "config": {"method": "frame"},
        "data": {"categories": ["Drum"]},
    }
    if features is not None:
        meta["features"] = features
    if demo is not None:
        meta["data"]["is_demo"] = demo
    content = {"kind": "net", "version": 1, "meta": json.dumps(meta)}
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "best.net", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(content, protocol=2))


def test_a_net_as_training_writes_it_tells_its_stub_features(tmp_path: Path) -> None:
    found = read_net(tiny_checkpoint(tmp_path / "best.net"))
    assert (found.is_stub, found.is_demo) == (True, False)


@pytest.mark.parametrize(
    ("stub", "demo", "said"),
    [
        (True, False, "; for trying only: of stub features"),
        (None, True, "; for trying only: of demo clips"),
        (True, True, "; for trying only: of demo clips and stub features"),
        (False, False, ""),
        (None, None, ""),
        ("yes", 1, ""),
    ],
)
def test_the_list_says_what_a_net_is_for(
    root: Path, stub: Any, demo: Any, said: str
) -> None:
    net(root / "x1", features=None if stub is None else {"is_stub": stub}, demo=demo)
    assert runs_told() == [("x1", f"frame: Drum{said}")]


def test_a_folder_tells_how_many_of_its_nets_are_for_trying(root: Path) -> None:
    net(root / "two" / "a", features={"is_stub": True})
    net(root / "two" / "b", features={"is_stub": False})
    assert dict(runs_told())["two"] == (
        "frame: Drum; 1 of 2 for trying only: of stub features"
    )


def test_features_that_are_no_record_are_a_damaged_net(root: Path) -> None:
    net(root / "odd", features="odd")
    said = "cannot be read: no net of this program, or damaged"
    assert runs_told() == [("odd", said)]
