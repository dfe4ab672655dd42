"""A few small files, made once for all tests of ingest."""

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from generation.media import MediaFacts, inspect
from studies.services import ingest
from tests.generation.makers import sound, video

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


@pytest.fixture(scope="session")
def seen() -> dict[str, MediaFacts]:
    """Files that some test has looked at, by their contents."""
    return {}


@pytest.fixture
def looked_at_once(
    seen: dict[str, MediaFacts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For tests of what comes after looking: the same bytes are decoded only once."""

    def look(path: Path) -> MediaFacts:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 not in seen:
            seen[sha256] = inspect(path)
        return dataclasses.replace(seen[sha256], path=path)

    monkeypatch.setattr(ingest, "inspect", look)


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
