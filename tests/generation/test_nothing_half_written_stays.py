"""A full disk leaves every file as it was, no draft, and a message that names it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import time

import numpy as np
import pytest

from generation.__main__ import main
from generation.clip import ClipRecord
from generation.dataset.splits import Split, write_split
from generation.features.cache import FeatureCache
from generation.features.own import OwnConfig, OwnNet, save_own
from generation.features.stub import StubFeatures
from generation.files import (
    StorageError,
    draft_of,
    drafted_folder,
    remove_drafts,
    write_text,
)
from generation.manifest import write_manifest
from generation.media import Sound, write_wav
from tests.generation.makers import files_of_at_most

NAMES = tuple(f"clip {number}" for number in range(999))


def _manifest(folder: Path) -> None:
    records = [ClipRecord(n, "Dog", "real", folder / "a.mp4") for n in NAMES]
    write_manifest(records, folder / "file")


def _features(folder: Path) -> None:
    info = StubFeatures(4).info
    FeatureCache.create(folder, info).store("key", np.zeros((999, 4), np.float16))


def _source(folder: Path) -> None:
    FeatureCache.create(folder, StubFeatures(4).info)


WRITERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a manifest": (_manifest, "file"),
    "a split": (lambda f: write_split(Split("last", 0, NAMES, ()), f / "file"), "file"),
    "features": (_features, "key.npy"),
    "their source": (_source, "source.json"),
    "an encoder": (
        lambda f: save_own(
            OwnNet(OwnConfig()), f / "file", is_demo=True, steps=1, seed=0
        ),
        "file",
    ),
    "a sound": (
        lambda f: write_wav(f / "file", Sound(np.zeros(9999, np.float32), 48_000)),
        "file",
    ),
}


@pytest.mark.parametrize("what", WRITERS)
def test_on_a_full_disk_the_file_is_named_and_no_draft_stays(
    tmp_path: Path, what: str
) -> None:
    write, name = WRITERS[what]
    (tmp_path / "file").write_text("before")
    size = 50 if what == "their source" else 1000
    with (
        files_of_at_most(size),
        pytest.raises(StorageError, match=rf"{name}: cannot be written .*; make room"),
    ):
        write(tmp_path)
    assert (tmp_path / "file").read_text() == "before"
    assert not list(tmp_path.rglob("*.part"))


def test_tables_are_written_in_one_move_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scores.csv").write_text("method,metric,value\nseq,fad,3\n")
    taken = tmp_path / "table"
    taken.mkdir()
    noise = np.random.default_rng(1).uniform(-0.1, 0.1, 48_000).astype(np.float32)
    records = []
    for system in ("real", "hiss"):
        write_wav(tmp_path / f"{system}.wav", Sound(noise, 48_000))
        records.append(ClipRecord("a", "Dog", system, tmp_path / f"{system}.wav"))
    write_manifest(records, listed := tmp_path / "manifest.csv")
    assert main(["evaluate", str(listed), "--csv", str(taken)]) == 1
    told = capsys.readouterr()
    assert "hiss" in told.out
    assert f"{taken}: cannot be written" in told.err
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def stopped() -> None:
        with drafted_folder(out) as draft:
            write_text(draft / "real" / "a.txt", "a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not out.exists()
    with drafted_folder(out) as draft:
        write_text(draft / "real" / "a.txt", "a")
        assert not (out / "real").exists()
    assert [path.name for path in out.iterdir()] == ["real"]


def by(process: int, path: Path, *, machine: str = "") -> Path:
    """A draft that another process left, of this machine unless told."""
    *name, here, thread, _, part = draft_of(path).name.split(".")
    named = [*name, machine or here, thread, str(process), part]
    return path.with_name(".".join(named))


def test_what_another_thread_or_process_writes_is_left_alone(tmp_path: Path) -> None:
    # number 1 is another process, and lives; none has the other number
    other, dead = by(1, tmp_path / "other"), by(999_999_999, tmp_path / "dead")
    with ThreadPoolExecutor(1) as pool:
        living = pool.submit(draft_of, tmp_path / "living").result()
        for draft in (living, draft_of(tmp_path / "own"), other, dead):
            draft.touch()
        remove_drafts([tmp_path])
        assert sorted(tmp_path.iterdir()) == sorted([living, other])
    remove_drafts([tmp_path])
    # however long it takes
    remove_drafts([tmp_path], clock=lambda: time() + 10_000)
    assert list(tmp_path.iterdir()) == [other]


def test_what_another_machine_writes_is_left_for_an_hour(tmp_path: Path) -> None:
    folder = by(999_999_999, tmp_path / "folder", machine="0" * 8)
    folder.mkdir()
    for draft in (
        by(999_999_999, tmp_path / "elsewhere", machine="0" * 8),
        tmp_path / ".of another program.part",
        folder / "inside",
    ):
        draft.touch()
    remove_drafts([tmp_path], clock=lambda: time() + 3_500)
    assert len(list(tmp_path.iterdir())) == 3
    remove_drafts([tmp_path], clock=lambda: time() + 3_700)
    assert not list(tmp_path.iterdir())
