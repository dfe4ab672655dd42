"""A few small files, made once for all tests of ingest."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.generation.makers import sound, video
from tests.looking import looked_at_once as looked_at_once

HEAD = "clip,category,system,path"


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a.mp4 and b.mp4 (real) and x.wav, y.wav, z.wav (generated)."""
    folder = tmp_path_factory.mktemp("footage")
    for name, hertz in (("a.mp4", 300), ("b.mp4", 500)):
        video(
            folder / name,
            *("-af", f"aeval=0.5*sin(2*PI*{hertz}*t)", "-c:a", "aac", "-ac", "1"),
            seconds=0.8,
        )
    for name, hertz in (("x.wav", 700), ("y.wav", 900), ("z.wav", 1100)):
        sound(folder / name, f"sine=f={hertz}:r=16000", seconds=0.8)
    return folder


@pytest.fixture
def folder(footage: Path, tmp_path: Path) -> Path:
    """A folder of this test's own with copies of the footage."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for file in footage.iterdir():
        (mine / file.name).write_bytes(file.read_bytes())
    return mine


def listed(folder: Path, rows: Sequence[str], name: str = "manifest.csv") -> Path:
    """Write a manifest of `rows` into `folder`."""
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


GOOD = (
    "one,Dog,real,a.mp4",
    "one,Dog,seq,x.wav",
    "two,Drum,real,b.mp4",
    "two,Drum,seq,y.wav",
)
