"""A build killed with -9 leaves whole files or none, and a rerun completes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generation.media import ArmSource, RenderSpec, audit_arms, build_clip, inspect
from tests.generation.makers import video

BUILD = """
import sys
from pathlib import Path
from generation.media import ArmSource, RenderSpec, build_clip
source, out = Path(sys.argv[1]), Path(sys.argv[2])
arms = [ArmSource(n, source, n) for n in "abc"]
print("ready", flush=True)
build_clip(arms, source, out, RenderSpec())
"""


@pytest.mark.parametrize("after", [0.05, 0.3, 0.45])
def test_no_final_file_is_half_written(after: float, tmp_path: Path) -> None:
    source, out = video(tmp_path / "s.mp4", seconds=0.6), tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, str(source), str(out)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
    ) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == b"ready\n"
        time.sleep(after)
        os.kill(builder.pid, signal.SIGKILL)
    for file in out.glob("*.mp4"):
        assert inspect(file).decode_errors == 0
    arms = [ArmSource(name, source, name) for name in "abc"]
    built = build_clip(arms, source, out, RenderSpec())
    assert audit_arms([arm.path for arm in built.arms]) == []


def test_leavings_of_killed_builds_are_swept(tmp_path: Path) -> None:
    source, out = video(tmp_path / "s.mp4", seconds=0.4), tmp_path / "out"
    old, young = out / ".build-old", out / ".build-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (1, 1))
    build_clip([ArmSource("a", source, "a")], source, out, RenderSpec())
    assert not old.exists()
    assert young.exists()  # may be another build that is running
