"""While an engine keeps a run waiting, its progress says why, and then goes on."""

from pathlib import Path

import pytest

from generation.fast import Folded
from generation.fast.drive import Driven
from generation.fast.eager import EagerRunner
from generation.sample import Sampling, sample
from generation.sample import run as sampling
from generation.sample.engines import Voice, voice_of
from generation.sample.making import Steps
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
        ("compiling for 1 clip", 5 * 1024),
        ("sampling", 5 * 1024),
        ("", 2 * 1024),
        ("", 2 * 1024),
        ("", 1024),
    ]


def test_a_batch_broken_off_and_made_in_halves_is_counted_once() -> None:
    noted = Noted()
    steps = Steps(noted, 1000)
    steps.begin()
    steps.made(400, 1000)
    steps.made(600, 1000)  # and then memory is out
    for half in range(2):
        steps.wait(f"compiling {half}")
        steps.made(250, 500)
        steps.made(500, 500)
    assert noted.told == [
        ("sampling", 1000),
        *(("", 400), ("", 200)),
        *(("compiling 0", 1000), ("sampling", 1000), ("", 250), ("", 250)),
        *(("compiling 1", 1000), ("sampling", 1000)),
        *(("", 500), ("", 250), ("", 250)),
    ]


def test_halves_of_one_step_each_are_both_counted() -> None:
    noted = Noted()
    steps = Steps(noted, 1000)
    steps.begin()
    steps.made(500, 500)
    steps.made(500, 500)
    assert noted.told == [("sampling", 1000), ("", 500), ("", 500)]
