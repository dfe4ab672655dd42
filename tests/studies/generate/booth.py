"""A study of real clips, and a sampler that makes tones instead of loading nets."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from generation.clip import ClipRecord
from generation.manifest import read_manifest, write_manifest
from generation.media import Sound, write_wav
from studies.models import Study
from studies.services.ingest import ingest
from studies.services.progress import Progress
from tests.worlds import tiny_mp4


class FakeError(ValueError):
    """What the fake raises for what a person can mend."""


class FakeBusyError(FakeError):
    """What the fake raises while another process makes the same."""


@dataclass(frozen=True)
class FakeTrained:
    """A checkpoint of the fake."""

    path: Path
    sha256: str
    method: str = "frame"
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class FakeMade:
    """A sound that the fake found fault with."""

    clip: str
    faults: tuple[str, ...]


@dataclass(frozen=True)
class FakeSampled:
    """What the fake made."""

    checkpoint: str
    flagged: tuple[FakeMade, ...] = ()


@dataclass
class FakeSampler:
    """Stands in for generation.sample: a tone per clip, the same each time.

    `stops` are errors to raise, one a call, before anything is made; `calls` are the
    names of the clips that each call was asked for; `seen` is called after every clip.
    `flagged` are the faults of every sound.
    """

    trained: list[FakeTrained] = field(default_factory=list)
    stops: list[BaseException] = field(default_factory=list)
    calls: list[tuple[str, ...]] = field(default_factory=list)
    flagged: tuple[str, ...] = ()
    seen: Callable[[str], object] = str

    SampleError = FakeError
    BusyError = FakeBusyError

    def trained_in(self, run: Path, /) -> Sequence[FakeTrained]:
        if not self.trained:
            raise FakeError(f"{run}: no best.net in it")
        return self.trained

    def sample_clips(
        self,
        checkpoint: Path,
        manifest: Path,
        out: Path,
        *,
        study: str,
        system: str,
        seed: int,
        temperature: float,
        weights: Path,
        work: Path,
        progress: Progress,
    ) -> FakeSampled:
        if self.stops:
            raise self.stops.pop(0)
        reals = read_manifest(manifest, allow_outside=True).records
        self.calls.append(tuple(record.clip for record in reals))
        sha256 = next(t.sha256 for t in self.trained if t.path == checkpoint)
        rows: list[ClipRecord] = []
        progress.start(len(reals), "sampling")
        for real in reals:
            path = out / "sounds" / f"{real.clip}.wav"
            write_wav(path, tone(f"{real.clip} {system} {seed} {sha256}"))
            note = f"temperature {temperature:g}"
            rows += [
                real,
                ClipRecord(
                    real.clip,
                    real.category,
                    system,
                    path,
                    seed=seed,
                    checkpoint=sha256,
                    note=note,
                ),
            ]
            self.seen(real.clip)
            progress.step()
        progress.done()
        write_manifest(rows, out / "manifest.csv")
        found = [FakeMade(real.clip, self.flagged) for real in reals if self.flagged]
        return FakeSampled(sha256, tuple(found))


def tone(name: str) -> Sound:
    """A second of a pitch that belongs to a name."""
    pitch = 200 + int(hashlib.sha256(name.encode()).hexdigest()[:4], 16) % 900
    times = np.arange(48_000) / 48_000
    return Sound((0.3 * np.sin(2 * np.pi * pitch * times)).astype(np.float32), 48_000)


def real_study(
    folder: Path, *, slug: str = "foley", clips: Sequence[str] = ("dog-0", "drum-0")
) -> Study:
    """Ingest real clips of one second, of the category that their name begins with."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, name in enumerate(clips):
        path = folder / f"{name}.mp4"
        path.write_bytes(tiny_mp4(1.0, 300 + 40 * number))
        rows.append(ClipRecord(name, name.split("-")[0], "real", path))
    write_manifest(rows, folder / "manifest.csv")
    return ingest(folder / "manifest.csv", slug=slug, seed=11).study
