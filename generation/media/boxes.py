"""Read the structure of an MP4: its boxes, and where its samples lie."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from generation.media.errors import MediaError

_STBL = ("mdia", "minf", "stbl")


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its four-letter kind, where it starts, and its content's range."""

    kind: str
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track: `kind` is vide, soun or another handler; samples are (start, end)."""

    kind: str
    samples: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The video track of an MP4 with one frame duration throughout."""

    frames: int
    fps: Fraction
    width: int
    height: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that lie side by side in `data` from `start` to `end`.

    Raises MediaError where a box is larger than what holds it.
    """
    limit = len(data) if end is None else end
    while start + 8 <= limit:
        size, body = _uint(data, start, 4), start + 8
        if size == 1:
            size, body = _uint(data, start + 8, 8), start + 16
        stop = limit if size == 0 else start + size
        if not body <= stop <= limit:
            raise MediaError(f"broken MP4: the box at byte {start} overruns its parent")
        yield Box(data[start + 4 : start + 8].decode("latin-1"), start, body, stop)
        start = stop


def find(data: bytes, *path: str, within: Box | None = None) -> list[Box]:
    """All boxes reached by going down `path` (`"moov", "trak"`)."""
    found = [within or Box("", 0, 0, len(data))]
    for kind in path:
        found = [
            box
            for parent in found
            for box in boxes(data, parent.body, parent.end)
            if box.kind == kind
        ]
    return found


def tracks(path: Path, data: bytes) -> list[Track]:
    """The tracks of the MP4 `data`, in file order; `path` names it in messages.

    Raises MediaError when it is no MP4 with sample tables.
    """
    try:
        found = [_track(data, trak) for trak in find(data, "moov", "trak")]
    except (IndexError, MediaError) as error:
        raise MediaError(f"{path.name}: broken MP4 ({error})") from error
    if not found:
        raise MediaError(f"{path.name}: not an MP4 with tracks; build it again")
    return found


def read_picture(path: Path) -> Picture:
    """The video track of the MP4 at `path`, which must be its first track.

    Raises MediaError when it has none, or frames of more than one duration.
    """
    data = path.read_bytes()
    traks = find(data, "moov", "trak")
    if not traks:
        raise MediaError(f"{path.name}: no picture in it")
    trak = traks[0]
    size = _only(data, trak, "tkhd").end - 8  # two 16.16 numbers end the header
    clock = _uint(data, _only(data, trak, "mdia", "mdhd").body + 12, 4)
    runs = _table(data, _only(data, trak, *_STBL, "stts").body + 4, 4, columns=2)
    if len(runs) != 2:
        raise MediaError(f"{path.name}: {len(runs) // 2} frame durations, one expected")
    return Picture(
        frames=runs[0],
        fps=Fraction(clock, runs[1]),
        width=_uint(data, size, 2),
        height=_uint(data, size + 4, 2),
    )


def _track(data: bytes, trak: Box) -> Track:
    handler = _only(data, trak, "mdia", "hdlr")
    kind = data[handler.body + 8 : handler.body + 12].decode("latin-1")
    sizes = _sizes(data, _only(data, trak, *_STBL, "stsz"))
    samples: list[tuple[int, int]] = []
    counts = _samples_per_chunk(data, _only(data, trak, *_STBL, "stsc"))
    for number, offset in enumerate(_chunks(data, trak), start=1):
        held = [count for first, count in counts if first <= number][-1]
        for size in sizes[len(samples) : len(samples) + held]:
            samples.append((offset, offset + size))
            offset += size  # noqa: PLW2901 - samples of a chunk lie end to end
    return Track(kind, tuple(samples))


def _sizes(data: bytes, box: Box) -> Sequence[int]:
    common, count = _uint(data, box.body + 4, 4), _uint(data, box.body + 8, 4)
    if common:
        return [common] * min(count, len(data))
    return _table(data, box.body + 8, 4)


def _samples_per_chunk(data: bytes, box: Box) -> list[tuple[int, int]]:
    numbers = _table(data, box.body + 4, 4, columns=3)
    return list(zip(numbers[::3], numbers[1::3], strict=True))


def _chunks(data: bytes, trak: Box) -> Sequence[int]:
    short = find(data, *_STBL, "stco", within=trak)
    if short:
        return _table(data, short[0].body + 4, 4)
    return _table(data, _only(data, trak, *_STBL, "co64").body + 4, 8)


def _only(data: bytes, parent: Box, *path: str) -> Box:
    found = find(data, *path, within=parent)
    if not found:
        raise MediaError(f"no box {path[-1]}")
    return found[0]


def _table(data: bytes, at: int, width: int, columns: int = 1) -> list[int]:
    """The numbers of a table that begins with its count of rows at `at`."""
    count = _uint(data, at, 4) * columns
    if at + 4 + count * width > len(data):
        raise MediaError("a sample table overruns the file")
    return [_uint(data, at + 4 + i * width, width) for i in range(count)]


def _uint(data: bytes, at: int, width: int) -> int:
    return int.from_bytes(data[at : at + width], "big")
