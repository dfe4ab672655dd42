"""A demo set that is broken off leaves no half clip, and says so."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from generation.demoset import apart, render_demoset
from generation.files import StorageError

SHORT = (1.0, 1.0)


def begun(out: Path, workers: int = 1) -> subprocess.Popen[str]:
    """A process that has rendered its first clip, and has many to go."""
    command = [*(sys.executable, "-m", "generation", "demoset", str(out))]
    options = ["--per-category", "99", "--workers", str(workers)]
    process = subprocess.Popen(
        [*command, *options], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until = time.monotonic() + 60
    while not list(out.glob("*.json")):
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.05)
    return process


def alive(session: int) -> list[str]:
    """The command lines of what runs in a session; it may be about to end."""
    until = time.monotonic() + 5
    while found := [*running_in(session)]:
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return found


def running_in(session: int) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            told = (process / "stat").read_text().rpartition(") ")[2].split()
            # proc(5): state, ppid, pgrp, session; what has ended and nobody buries: Z
            if told[0] != "Z" and told[3] == str(session):
                yield (process / "cmdline").read_text()


def hidden(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("number", "workers", "status"),
    [(signal.SIGTERM, 1, 143), (signal.SIGTERM, 2, 143), (signal.SIGINT, 2, 130)],
)
def test_asked_to_stop_it_cleans_up_and_says_how_to_go_on(
    number: int, workers: int, status: int, tmp_path: Path
) -> None:
    """A terminal sends Ctrl-C, and a supervisor SIGTERM, to the workers too."""
    process = begun(tmp_path, workers)
    os.killpg(process.pid, number)
    _, told = process.communicate(timeout=20)
    assert process.returncode == status
    lines = [line for line in told.splitlines() if line and "demo clips" not in line]
    assert lines == ["stopped; run the same command again to go on"]
    assert hidden(tmp_path) == []
    assert alive(process.pid) == []


def test_workers_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    process = begun(tmp_path, workers=2)
    process.kill()
    process.communicate(timeout=20)  # they hold its stderr as long as they live
    assert alive(process.pid) == []


def test_stopped_before_the_first_is_asked_for_it_does_not_make_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def held_back() -> Iterator[None]:
        yield
        raise KeyboardInterrupt

    monkeypatch.setattr(apart, "_deaf", held_back)
    with pytest.raises(KeyboardInterrupt):
        render_demoset(tmp_path, per_category=9, seed=0, seconds=SHORT, workers=2)
    assert len(list(tmp_path.glob("*.json"))) < 20
    assert hidden(tmp_path) == []


def test_what_a_killed_one_left_goes_with_the_next_run(tmp_path: Path) -> None:
    process = begun(tmp_path)
    process.send_signal(signal.SIGSTOP)  # nothing is hidden between two clips
    while not hidden(tmp_path) and process.poll() is None:
        process.send_signal(signal.SIGCONT)
        time.sleep(0.002)
        process.send_signal(signal.SIGSTOP)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert hidden(tmp_path) != []
    render_demoset(tmp_path, per_category=1, seed=0, workers=1)
    assert hidden(tmp_path) == []


def test_a_video_cut_short_is_rendered_again(tmp_path: Path) -> None:
    render_demoset(tmp_path, per_category=1, seed=7, seconds=SHORT, workers=1)
    video = tmp_path / "dog-000.mp4"
    whole = video.read_bytes()
    facts = json.loads((tmp_path / "dog-000.json").read_text())
    assert facts["video_bytes"] == len(whole)
    video.write_bytes(whole[:-1])
    again: list[int] = []

    def told(names: Iterator[str], total: int) -> Iterator[str]:
        again.append(total)
        return names

    render_demoset(
        tmp_path, per_category=1, seed=7, seconds=SHORT, workers=1, progress=told
    )
    assert again == [1]
    assert video.read_bytes() == whole


def test_a_full_disk_is_told_with_the_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StorageError, match=r"baby-crying-000\.mp4: cannot be written"):
        render_demoset(tmp_path, per_category=1, seed=7, seconds=SHORT, workers=1)
    assert hidden(tmp_path) == []
