"""What fails for want of room says so, where the program that failed does not."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from generation.checkpoint import CheckpointError, save_checkpoint
from generation.dataset import make_split, open_dataset, prepare
from generation.files import StorageError
from tests.generation.checkpoint.small import small
from tests.generation.makers import files_of_at_most, video


class Room(NamedTuple):
    """A disk's bytes."""

    total: int = 2**30
    used: int = 2**30
    free: int = 0


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Room())


@pytest.mark.usefixtures("full")
def test_a_net_that_finds_no_room(tmp_path: Path) -> None:
    with (
        files_of_at_most(500),
        pytest.raises(CheckpointError, match=r"one\.net: .*no room left on its disk"),
    ):
        save_checkpoint(tmp_path / "one.net", small())


@pytest.mark.usefixtures("full")
def test_clips_are_not_blamed(tmp_path: Path) -> None:
    (tmp_path / "set" / "cat").mkdir(parents=True)
    for name in ("a", "b"):
        video(tmp_path / "set" / "cat" / f"{name}.mp4", seconds=0.3)
    data = open_dataset("folder", tmp_path / "set")
    split = make_split(data.records, "last", count=1)
    with (
        files_of_at_most(500),
        pytest.raises(StorageError, match=r"out: no room left on its disk"),
    ):
        prepare(data, split, tmp_path / "out", workers=1)
    assert not list((tmp_path / "out").rglob("*.part"))
