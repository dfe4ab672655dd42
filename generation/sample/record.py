"""What is asked of a sampling run, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from generation.clip import REAL, category_key
from generation.fast.drive import COLDEST
from generation.geometry import seconds_of
from generation.manifest import bad_name

Split = Literal["test", "all"]

GAINS = (1e-6, 1e6)
"""Of levels: smaller or larger ones leave nothing but clipping, or nothing."""


class SampleError(ValueError):
    """Something that the person who asked can mend; the text says how."""


class BusyError(SampleError):
    """Another process is making these sounds; they will be there when it is done."""


class Progress(Protocol):
    """A bar on a terminal, a row of a table, or nothing."""

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of `total` steps."""
        ...

    def step(self, n: int = 1) -> None:
        """`n` steps are done."""
        ...

    def done(self) -> None:
        """End the stretch."""
        ...


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int, label: str) -> None:
        """Do nothing."""

    def step(self, n: int = 1) -> None:
        """Do nothing."""

    def done(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A checkpoint of a run: its file, its sha256, and what it sounds.

    `label` is what to call it, `categories` are those it was trained on. `weights` is
    the sha256 of the file that its features come from, "" for none or several.
    `is_provisional` says that demo clips or stub features went into it.
    """

    path: Path
    sha256: str
    method: str
    label: str
    categories: tuple[str, ...]
    features: str
    weights: str
    is_provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """One run: a checkpoint, the clips it is to sound, and where to write.

    `data` is a prepared folder (`split` chooses its clips) or a manifest, whose real
    clips are all taken. `system` "" is named by the method. `gain` None takes the
    checkpoint's for the clip's category; never the clip's own, which would leak how
    loud the real sound is. `work` keeps what is decoded of a manifest's clips (None:
    below `out`). `weights` are files or folders that hold those of the feature source.
    `adds` keeps what other runs listed in `out`'s manifest.
    """

    checkpoint: Path
    data: Path
    out: Path
    split: Split = "test"
    study: str = ""
    system: str = ""
    seed: int = 0
    temperature: float = 1.0
    gain: float | None = None
    batch: int = 64
    engine: str = "auto"
    device: str = "auto"
    dtype: str = "auto"
    work: Path | None = None
    weights: Sequence[Path] = ()
    adds: bool = True

    def __post_init__(self) -> None:
        if not COLDEST <= self.temperature < float("inf"):
            raise SampleError(
                f"temperature {self.temperature}: give a number from {COLDEST}"
            )
        if self.batch < 1:
            raise SampleError(f"batches of {self.batch} clips: give 1 or more")
        least, most = GAINS
        if self.gain is not None and not least <= self.gain <= most:
            raise SampleError(
                f"gain {self.gain}: give a number from {least:g} to {most:g}"
            )
        if self.system.strip().casefold() == REAL:
            raise SampleError(
                f"system {self.system!r}: that name is the clips' own sound's; give "
                "another"
            )
        told = bad_name(self.system) if self.system else ""
        if self.system != self.system.strip():
            told = "spaces around it; leave them out"
        if told:
            raise SampleError(f"system {self.system!r}: {told}")
        if not 0 <= self.seed < 2**63:
            raise SampleError(f"seed {self.seed}: give a number from 0 to 2^63 - 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One generated sound, as it is recorded in a JSON file beside it.

    `samples` are N at 15,974.4 Hz, `rate` that of the file. `gain` is what the levels
    were divided by. `made_from` is the hash of all that decides the sound but rounding:
    equal hashes, the same request. `batch_seconds` is the time of the whole batch, of
    `batch_clips` clips.
    """

    study: str
    clip: str
    category: str
    method: str
    system: str
    checkpoint: str
    seed: int
    temperature: float
    features: str
    gain: float
    frames: int
    samples: int
    rate: int
    file: str
    sha256: str
    quality: Mapping[str, float | None]
    faults: tuple[str, ...]
    engine: str
    device: str
    dtype: str
    batch_seconds: float
    batch_clips: int
    is_demo: bool
    is_stub: bool
    note: str
    made_from: str

    @property
    def seconds(self) -> float:
        """How long the sound is."""
        return float(seconds_of(self.frames))


@dataclass(frozen=True, slots=True)
class Sampled:
    """All sounds of a run, in the clips' order; `kept` of them were there before.

    `checkpoint` is the sha256 of the one that made them; `remarks` are worth reading
    before anybody listens.
    """

    manifest: Path
    checkpoint: str
    made: tuple[Made, ...]
    kept: int
    wall_seconds: float
    remarks: tuple[str, ...] = ()

    @property
    def flagged(self) -> tuple[Made, ...]:
        """The sounds that are not fit to be heard, in the clips' order."""
        return tuple(one for one in self.made if one.faults)


def same_category(one: str, other: str) -> bool:
    """Whether two spellings name one category."""
    return category_key(one) == category_key(other)
