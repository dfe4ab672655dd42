"""A clip as arrays: its pictures at their own times, its sound at its own rate.

One run of ffmpeg gives both. Pictures are read in order from the start, never sought:
a seek can land between key frames and return garbage without a word.
"""

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.media import gateway
from generation.media.errors import MediaError
from generation.media.streams import declare, display_size, fraction

SMALLEST_SIDE = 8


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a file is wanted, in seconds, and how small its pictures."""

    side: int
    start: float = 0.0
    seconds: float = 11.0


@dataclass(frozen=True, slots=True)
class Footage:
    """The decoded part of a clip; times start at 0.

    pictures: (frame, height, width, 3), uint8 RGB, a file mapped into memory
    times: (frame,), float64, when each begins, in seconds
    sound: (samples,), float32, one channel, full scale 1 (it may exceed it), at `rate`
    """

    pictures: NDArray[np.uint8]
    times: NDArray[np.float64]
    picture_seconds: float
    sound: NDArray[np.float32]
    rate: int

    @property
    def sound_seconds(self) -> float:
        """How long the sound is."""
        return len(self.sound) / self.rate

    @property
    def seconds(self) -> float:
        """How long the shorter of the two is."""
        return min(self.picture_seconds, self.sound_seconds)


def read_footage(
    path: Path,
    folder: Path,
    *,
    cut: Cut,
    sound: Path | None = None,
    timeout: float = 120.0,
) -> Footage:
    """Decode the picture of `path`, and its sound or that of the file `sound`.

    The shorter side of the pictures becomes `cut.side` px (square pixels, rotation
    applied), bilinear. Raw pictures are written to `folder`, which the caller removes.
    Raises MediaError, naming the file, when either is missing or does not decode.
    """
    if cut.side < SMALLEST_SIDE:
        raise ValueError(f"side {cut.side}: give at least {SMALLEST_SIDE} px")
    shown = declare(path, timeout=timeout)
    heard = declare(sound, timeout=timeout) if sound else shown
    if shown.video is None:
        raise MediaError(f"{path.name}: no picture in it; give a video")
    if heard.audio is None:
        raise MediaError(f"{(sound or path).name}: no audio stream; give a sound")
    size = _scaled(display_size(shown.video), cut.side)
    rate = int(heard.audio["sample_rate"])
    raw, samples = folder / "pictures.rgb", folder / "sound.f32"
    picture = gateway.source(path)[str(shown.video["index"])]
    voice = gateway.source(sound or path)[str(heard.audio["index"])]
    try:
        done = gateway.run(
            [*_pictures(picture, raw, size, cut), _sound(voice, samples, rate, cut)],
            timeout=timeout,
        )
    except MediaError as error:
        raise type(error)(f"{path.name}: {error}") from error
    times, end = _times(done.stdout.decode("ascii", "replace"))
    decoded = np.fromfile(samples, dtype="<f4").astype(np.float32)
    if not len(times) or not len(decoded):
        what = "sound" if len(times) else "picture"
        raise MediaError(f"{path.name}: no {what} decodes; get the whole file")
    shape = (len(times), size[1], size[0], 3)
    pictures = np.memmap(raw, dtype=np.uint8, mode="r", shape=shape)
    return Footage(pictures, times, end, decoded, rate)


def read_pictures(
    path: Path, *, cut: Cut, at: NDArray[np.float64], timeout: float = 120.0
) -> NDArray[np.uint8]:
    """The pictures of `path` nearest to the times `at`, in seconds from `cut.start`.

    Returns (time, 3, height, width), uint8 RGB. Sound is not needed. Raises MediaError.
    """
    shown = declare(path, timeout=timeout)
    if shown.video is None:
        raise MediaError(f"{path.name}: no picture in it; give a video")
    size = _scaled(display_size(shown.video), cut.side)
    with tempfile.TemporaryDirectory(prefix="footage-") as name:
        raw = Path(name) / "pictures.rgb"
        picture = gateway.source(path)[str(shown.video["index"])]
        done = gateway.run(_pictures(picture, raw, size, cut), timeout=timeout)
        times, _ = _times(done.stdout.decode("ascii", "replace"))
        if not len(times):
            raise MediaError(f"{path.name}: no picture decodes; get the whole file")
        shape = (len(times), size[1], size[0], 3)
        pictures = np.memmap(raw, dtype=np.uint8, mode="r", shape=shape)
        return channels_first(pictures[nearest(times, at)])


def nearest(
    times: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.int64]:
    """For each time wanted the index of the nearest of `times`, the earlier of two.

    Neither needs to be sorted.
    """
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    after = np.clip(np.searchsorted(ordered, wanted), 1, max(len(times) - 1, 1))
    after = np.minimum(after, len(times) - 1)
    before = np.maximum(after - 1, 0)
    earlier = wanted - ordered[before] <= ordered[after] - wanted
    found: NDArray[np.int64] = order[np.where(earlier, before, after)]
    return found


def channels_first(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(frame, height, width, 3) as (frame, 3, height, width), copied."""
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def _scaled(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height with the shorter of them `side`."""
    width, height = max(size[0], 1), max(size[1], 1)
    ratio = Fraction(side, min(width, height))
    return max(round(width * ratio), side), max(round(height * ratio), side)


def _pictures(
    picture: gateway.Stream, raw: Path, size: tuple[int, int], cut: Cut
) -> list[gateway.Stream]:
    """Two outputs of the same pictures: the bytes to a file, the times to stdout."""
    both = (
        picture.filter("trim", start=cut.start, end=cut.start + cut.seconds)
        .filter("setpts", f"PTS-{cut.start}/TB")
        .filter("scale", *size, flags="bilinear+accurate_rnd+full_chroma_int")
        .filter("format", "rgb24")
        .filter_multi_output("split")
    )
    passed = {"vcodec": "rawvideo", "fps_mode": "passthrough"}
    return [
        gateway.target([both[0]], raw, format="rawvideo", **passed),
        gateway.target(
            [both[1]], None, format="framecrc", **passed, **{"enc_time_base:v": -1}
        ),
    ]


def _sound(sound: gateway.Stream, file: Path, rate: int, cut: Cut) -> gateway.Stream:
    # Gaps are filled and weights of channels sum to 1, so that nothing clips.
    whole = sound.filter(
        "aresample", rate, **{"async": 1}, first_pts=0, rematrix_maxval=1.0
    )
    part = whole.filter("atrim", start=cut.start, end=cut.start + cut.seconds)
    return gateway.target(
        [part.filter("aformat", sample_fmts="flt", channel_layouts="mono")],
        file,
        format="f32le",
    )


def _times(report: str) -> tuple[NDArray[np.float64], float]:
    """When each picture begins, and when the last of them ends, in seconds."""
    tick = Fraction(0)
    starts: list[int] = []
    end = 0
    for line in report.splitlines():
        if line.startswith("#tb "):
            tick = fraction(line.split(": ")[1])
        elif not line.startswith("#"):
            start, length = (int(cell) for cell in line.split(",")[2:4])
            starts.append(start)
            end = max(end, start + length)
    times = np.array([float(start * tick) for start in starts], dtype=np.float64)
    return times, _last_end(times, float(end * tick))


def _last_end(times: NDArray[np.float64], end: float) -> float:
    # Some containers give no length to a picture: then the last lasts as long as most.
    if len(times) > 1 and end <= times.max():
        return float(times.max() + np.median(np.diff(np.sort(times))))
    return end
