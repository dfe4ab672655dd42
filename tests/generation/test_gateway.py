"""The gateway: limits hold, words are kept, nothing outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generation.files import StorageError
from generation.media import MediaError, MediaTimeoutError, ToolMissingError, gateway
from tests.generation.makers import sound

ENDLESS = """
import sys
from pathlib import Path
from generation.media import gateway
heard = gateway.source(Path(sys.argv[1]), stream_loop=-1)["a:0"]
slow = heard.filter("aloop", loop=-1, size=48000).filter("arealtime")
gateway.run(gateway.target([slow], None, format="null"), timeout=60)
"""


def endless(path: Path) -> gateway.Stream:
    heard = gateway.source(path, stream_loop=-1)["a:0"].filter("arealtime")
    return gateway.target([heard], None, format="null")


def running(path: Path) -> list[str]:
    """The command lines of living processes that name `path`."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(path) in line and line.startswith("ffmpeg"):
            found.append(line)
    return found


def wait_until(condition: object, seconds: float = 5.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(condition())


def test_what_takes_too_long_is_killed_and_said(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    with pytest.raises(MediaTimeoutError, match=r"stopped after 0\.5 s"):
        gateway.run(endless(path), timeout=0.5)
    assert running(path) == []


def test_ffmpeg_dies_with_a_killed_parent(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    parent = subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path)], cwd=Path(__file__).parents[2]
    )
    try:
        assert wait_until(lambda: running(path), 20)
    finally:
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    assert wait_until(lambda: not running(path))


def test_a_failure_speaks_with_ffmpegs_words(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    out = gateway.target([gateway.source(path)["v:0"]], None, format="null")
    with pytest.raises(MediaError, match=r"ffmpeg failed: .*matches no streams"):
        gateway.run(out, timeout=10)


def test_a_reason_is_never_blank() -> None:
    silent = gateway.CompletedRun(("ffprobe", "x"), 1, b"{\n", " \n")
    assert silent.reason == "ffprobe stopped with status 1 and said nothing"


@pytest.mark.parametrize("harness", [("/bin/sh",), ()])
def test_a_missing_ffmpeg_is_named(
    monkeypatch: pytest.MonkeyPatch, harness: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(gateway, "_harness", lambda: harness)
    with pytest.raises(ToolMissingError, match="install the package ffmpeg"):
        gateway.probe(Path("/nowhere/a.mp4"), timeout=5)


def test_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    heard = gateway.source(sound(tmp_path / "a.wav"))
    # ffmpeg 5.1 ends with status 0 here: all fits the buffer that is written last
    with pytest.raises(StorageError, match=r"^/dev/full: cannot .*; make room there"):
        gateway.run(gateway.target([heard], Path("/dev/full"), format="wav"), timeout=9)


def test_every_command_is_bounded_in_memory_and_life(tmp_path: Path) -> None:
    assert any("prlimit" in part for part in gateway._harness())
    assert "--pdeathsig" in gateway._harness()
    done = gateway.run(
        gateway.target(
            [gateway.source(sound(tmp_path / "a.wav"))], None, format="null"
        ),
        timeout=10,
    )
    assert done.command[:2] == ("ffmpeg", "-nostdin")
    assert f"file:{tmp_path}/a.wav" in done.command
    assert "file,pipe" in done.command
