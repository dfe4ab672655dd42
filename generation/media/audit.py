"""Can the arms of a clip be told apart by anything but how they sound?"""

import hashlib
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from generation.media.boxes import Track, boxes, tracks
from generation.media.errors import MediaError


def audit_arms(paths: Sequence[Path]) -> list[str]:
    """Every difference between the files at `paths` outside the audio samples' bytes.

    Compared with the first file: size, order and place of boxes, headers and sample
    tables byte for byte, the picture's bytes, and whatever lies between samples. An
    empty list means blind. Raises MediaError when a file is missing or no MP4.
    """
    found: list[str] = []
    if not paths:
        return found
    first = _read(paths[0])
    for path in paths[1:]:
        found += [f"{path.name}: {said}" for said in _differences(first, _read(path))]
    return found


def picture_digest(path: Path) -> str:
    """SHA-256 of the coded pictures of the MP4 at `path`, headers not counted."""
    data, layout = _read(path)
    digest = hashlib.sha256()
    for track in layout:
        if track.kind == "vide":
            for start, end in track.samples:
                digest.update(data[start:end])
    return digest.hexdigest()


def audio_frame_bytes(path: Path, data: bytes) -> int:
    """The largest audio sample of the MP4 `data`; `path` names it in messages."""
    return max(
        end - start
        for track in tracks(path, data)
        if track.kind == "soun"
        for start, end in track.samples
    )


def _read(path: Path) -> tuple[bytes, list[Track]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaError(f"{path}: cannot be read ({error.strerror})") from error
    return data, tracks(path, data)


def _differences(
    one: tuple[bytes, list[Track]], other: tuple[bytes, list[Track]]
) -> list[str]:
    found: list[str] = []
    if len(one[0]) != len(other[0]):
        found.append(f"{len(other[0])} bytes, the first arm has {len(one[0])}")
    found += _box_differences(one[0], other[0])
    if one[1] != other[1]:
        found.append("samples differ in kind, number, size or place")
    elif not found and _silenced(*one) != _silenced(*other):
        found.append("bytes outside the sound differ (picture or filling)")
    return found


def _box_differences(one: bytes, other: bytes) -> list[str]:
    found = []
    for a, b in zip_longest(boxes(one), boxes(other)):
        if a is None or b is None:
            found.append(f"box {(a or b).kind} is in one arm only")
        elif (a.kind, a.start, a.end) != (b.kind, b.start, b.end):
            found.append(f"box {b.kind} at byte {b.start}, {a.kind} at {a.start}")
        elif a.kind != "mdat" and one[a.start : a.end] != other[b.start : b.end]:
            found.append(f"box {a.kind} differs in content")
    return found


def _silenced(data: bytes, layout: Sequence[Track]) -> bytes:
    """The file with its audio samples blanked out."""
    blank = bytearray(data)
    for track in layout:
        if track.kind == "soun":
            for start, end in track.samples:
                blank[start:end] = bytes(end - start)
    return bytes(blank)
