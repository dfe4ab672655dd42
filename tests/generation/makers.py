"""Small media files made on the spot, and disks without room for them."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PICTURE = "testsrc=s=128x72:r=25"
TONE = "sine=f=440:r=44100"


def ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg as a person would; the tests' own way around the gateway."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)


def video(
    path: Path, *options: str | Path, seconds: float = 1.0, picture: str = PICTURE
) -> Path:
    """A video with a tone; `options` go before the output file."""
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", TONE]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
    ffmpeg(*inputs, "-t", str(seconds), *coding, *options, path)
    return path


def sound(path: Path, tone: str = TONE, *options: str, seconds: float = 1.0) -> Path:
    """A sound alone, of any format that the file's suffix names."""
    ffmpeg("-f", "lavfi", "-i", tone, "-t", str(seconds), *options, path)
    return path


def decoded(path: Path, *, rate: int = 48_000) -> NDArray[np.float32]:
    """The sound of `path` as ffmpeg decodes it, one channel."""
    told = ["-vn", "-ac", "1", "-ar", str(rate), "-f", "f32le", "-"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, *told],
        check=True,
        capture_output=True,
    )
    assert not done.stderr
    return np.frombuffer(done.stdout, dtype="<f4")


def probed(path: Path, entries: str) -> str:
    """What ffprobe says of `entries`, comma-separated values."""
    done = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Writing more bytes fails as a full disk does (EFBIG in place of ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
