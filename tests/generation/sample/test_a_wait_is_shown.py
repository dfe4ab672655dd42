"""While an engine keeps a run waiting, its progress says why, and then goes on."""

from pathlib import Path

import pytest

from generation.fast import Folded
from generation.fast.drive import Driven
from generation.fast.eager import EagerRunner
from generation.sample import Sampling, sample
from generation.sample import run as sampling
from generation.sample.engines import Voice, voice_of
from tests.generation.sample.world import asking, clips, tiny_checkpoint


class Noted:
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def start(self, total: int, label: str) -> None:
        """Begin a stretch."""
        self.told.append((label, total))

    def step(self, n: int = 1) -> None:
        """Add to the stretch."""
        self.told.append(("", n))

    def done(self) -> None:
        """Leave it at that."""


def test_the_wait_is_a_stretch_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = iter([None, "compiling for 1 clip"])

    def delay(_folded: Folded, _count: int) -> str | None:
        return next(reasons, None)

    def slow(*given: object, **more: object) -> Voice:
        voice = voice_of(*given, **more)  # type: ignore[arg-type]
        engine = Driven("slow", EagerRunner, delay)
        return Voice(engine, voice.folded, voice.seed, voice.temperature)

    monkeypatch.setattr(sampling, "voice_of", slow)
    asked: Sampling = asking(
        tiny_checkpoint(tmp_path / "best.net"),
        clips(tmp_path / "clips", ["dog-1", "dog-2"]),
        tmp_path / "out",
    )
    noted = Noted()
    sample(asked, progress=noted)
    # clips of 3 and 2 video frames: both, both, and one alone
    begun = noted.told.index(("sampling", 5 * 1024))
    assert noted.told[begun + 1 :] == [
        ("", 2 * 1024),
        ("compiling for 1 clip", 3 * 1024),
        ("sampling", 3 * 1024),
        ("", 2 * 1024),
        ("", 1024),
    ]
