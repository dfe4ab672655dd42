"""Of two processes in one folder the second is told who works there."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from generation.__main__ import main
from generation.files import InUseError, StorageError, owned
from tests.generation.dataset.folders import touch
from tests.generation.train.prepared import prepared

HOLD = """
import os, sys, time
from pathlib import Path
from generation.files import owned
with owned(Path(sys.argv[1])):
    if sys.argv[2] == "forks":
        ready, said = os.pipe()
        if os.fork() == 0:
            os.write(said, b".")
            time.sleep(60)
        os.read(ready, 1)
    print(os.getpid(), flush=True)
    time.sleep(60)
"""


def holder(folder: Path, kind: str = "alone") -> subprocess.Popen[str]:
    """A process that holds the folder."""
    command = [sys.executable, "-c", HOLD, str(folder), kind]
    found = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert found.stdout is not None
    assert found.stdout.readline().strip() == str(found.pid)
    return found


@pytest.mark.parametrize("kind", ["alone", "forks"])
def test_the_second_is_told_who_and_since_when_and_a_killed_one_lets_go(
    tmp_path: Path, kind: str
) -> None:
    first = holder(tmp_path / "out", kind)
    try:
        year = time.strftime("%Y-")
        told = f"out: process {first.pid} on .* works there since {year}.*; wait"
        with pytest.raises(InUseError, match=told), owned(tmp_path / "out"):
            pass
        first.kill()
        first.wait()
        # its forked child lives on, and is no owner
        with owned(tmp_path / "out"):
            pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(first.pid, signal.SIGKILL)


def test_a_folder_is_let_go_and_held_again(tmp_path: Path) -> None:
    for _ in range(2):
        with (
            owned(tmp_path),
            pytest.raises(InUseError, match=str(os.getpid())),
            owned(tmp_path),
        ):
            pass
    with owned(tmp_path), owned(tmp_path, is_wanted=False):
        pass


def test_where_no_lock_can_be_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(StorageError, match="may not be written to"), owned(tmp_path):
        pass


@pytest.mark.parametrize("command", ["prepare", "recipe", "train"])
def test_a_command_says_who_works_in_its_folder(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    touch(tmp_path / "set" / "Dog" / "a.mp4", tmp_path / "set" / "Dog" / "b.mp4")
    clips = prepared(tmp_path / "data", train=(2,), test=(1,))
    assert clips.cache is not None
    out = str(tmp_path / "out")
    features = clips.cache.info.identity
    net = ["--method", "frame", "--category", "all", "--preset", "ci", "--out", out]
    given = {
        "prepare": ["--layout", "folder", "--test", "1", "--out", out],
        "recipe": [out],
        "train": [*net, "--data", str(clips.folder), "--features", features],
    }
    place = [str(tmp_path / "set")] if command == "prepare" else []
    with owned(tmp_path / "out"):
        assert main([command, *place, *given[command]]) == 1
    told = capsys.readouterr().err
    assert f"error: {out}: process {os.getpid()} on " in told
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".lock"]
