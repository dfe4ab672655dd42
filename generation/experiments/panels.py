"""What a figure of waveforms shows: key frames of a clip, and its sounds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generation.clip import REAL, ClipRecord
from generation.experiments.rows import ExperimentError, of_system, wanted_systems
from generation.media import Sound, read_sounds
from generation.media.footage import Cut, read_pictures

ORIGINAL = "Original"
_SIDE = 108  # px: sharp enough at 15 mm in print, 5 kB each
_QUALITY = 85
_TOLD = 20  # names at most in a message


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A picture as JPEG, its size in px and its time in s."""

    jpeg: bytes
    width: int
    height: int
    time: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A waveform: the least and the greatest sample of each column, (column,), -1 to 1.

    Scaled so that its own largest amplitude is 1; `peak` is what that was.
    """

    name: str
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    peak: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One clip: frames above, strips below, all over the same `seconds`."""

    title: str
    seconds: float
    frames: tuple[KeyFrame, ...]
    strips: tuple[Strip, ...]
    is_demo: bool


def read_panel(
    rows: Sequence[ClipRecord],
    clip: str,
    *,
    systems: Sequence[str] = (),
    frames: int = 6,
    columns: int = 560,
) -> Panel:
    """Read `clip`: its original last, under key frames evenly spread over the sound.

    `systems` (all that `rows` have unless named) stand above the original. A shorter
    sound leaves the rest of its strip empty. Raises ExperimentError for a clip or
    system without rows, MediaError for files that cannot be read.
    """
    if frames < 1 or columns < 2:
        raise ExperimentError(f"{frames} key frames, {columns} columns: give more")
    clips = dict.fromkeys(row.clip for row in rows)
    if clip not in clips:
        raise ExperimentError(f"no clip {clip!r}; there are {_few(clips)}")
    wanted = (*wanted_systems(rows, systems), REAL)
    arms = [of_system(rows, system).get(clip) for system in wanted]
    for system, row in zip(wanted, arms, strict=True):
        if row is None:
            raise ExperimentError(f"no sound of {system!r} for clip {clip!r}")
    found = [row for row in arms if row is not None]
    sounds = read_sounds([row.path for row in found])
    seconds = sounds[-1].seconds
    if seconds <= 0:
        raise ExperimentError(f"{found[-1].path.name}: no sound in it")
    names = [ORIGINAL if system == REAL else system for system in wanted]
    return Panel(
        title=f"{found[-1].category}: {clip}",
        seconds=seconds,
        frames=_key_frames(found[-1], seconds, frames),
        strips=tuple(
            strip(name, sound, seconds=seconds, columns=columns)
            for name, sound in zip(names, sounds, strict=True)
        ),
        is_demo=any(row.is_demo for row in found),
    )


def strip(name: str, sound: Sound, *, seconds: float, columns: int) -> Strip:
    """The waveform of `sound` over `seconds`, in `columns` of equal time."""
    samples = sound.samples.astype(np.float64)
    edges = np.rint(np.linspace(0, seconds * sound.rate, columns + 1)).astype(int)
    low, high = np.zeros(columns), np.zeros(columns)
    for at, (start, stop) in enumerate(pairwise(edges.tolist())):
        part = samples[start : max(stop, start + 1)]
        if len(part):
            low[at], high[at] = part.min(), part.max()
    peak = float(np.abs(samples).max(initial=0.0))
    scale = peak if peak > 0 else 1.0
    return Strip(name, low / scale, high / scale, peak)


def _few(names: Iterable[str]) -> str:
    first = list(names)
    more = f" and {len(first) - _TOLD} more" if len(first) > _TOLD else ""
    return f"{', '.join(first[:_TOLD])}{more}"


def _key_frames(row: ClipRecord, seconds: float, count: int) -> tuple[KeyFrame, ...]:
    times = (np.arange(count) + 0.5) * seconds / count
    pictures = read_pictures(
        row.path, cut=Cut(side=_SIDE, seconds=seconds + 1.0), at=times
    )  # (frame, 3, height, width)
    return tuple(
        KeyFrame(_jpeg(picture), picture.shape[2], picture.shape[1], float(time))
        for picture, time in zip(pictures, times, strict=True)
    )


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    """A picture (3, height, width) as JPEG."""
    target = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture.transpose(1, 2, 0))).save(
        target, format="JPEG", quality=_QUALITY
    )
    return target.getvalue()
