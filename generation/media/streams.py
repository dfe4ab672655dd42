"""Which picture and which sound of a file are meant, and how they are declared.

One rule for everyone who opens a file, so that what was judged is what is shown: the
picture is the first stream marked default that is no cover image, the sound the first
one marked default; where none is marked, the first of its kind.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from generation.media import gateway
from generation.media.errors import MediaError

_LFS_MARK = b"version https://git-lfs"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a file says of itself, before anything is decoded.

    `video` and `audio` are ffprobe's records of the chosen streams, None where there
    is none; `others` names the streams that will be dropped (`2:subtitle`).
    """

    container: str
    seconds: float | None
    video: Mapping[str, Any] | None
    audio: Mapping[str, Any] | None
    others: tuple[str, ...]


def declare(path: Path, *, timeout: float) -> Declared:
    """Read the declarations of the media file at `path`.

    Raises MediaError, naming the file, when it is missing, no regular file, empty, a
    Git LFS pointer, or nothing ffmpeg can open.
    """
    _require_media(path)
    try:
        answer = gateway.probe(path, timeout=timeout)
    except MediaError as error:
        raise MediaError(f"{path.name}: {_explain(str(error))}") from error
    streams: list[dict[str, Any]] = answer["streams"]
    video = _chosen([s for s in streams if _is_picture(s)])
    audio = _chosen([s for s in streams if s.get("codec_type") == "audio"])
    kept = [s["index"] for s in (video, audio) if s is not None]
    return Declared(
        container=str(answer.get("format", {}).get("format_name", "unknown")),
        seconds=_declared_seconds(answer.get("format", {}), video, audio),
        video=video,
        audio=audio,
        others=tuple(
            f"{s['index']}:{s.get('codec_type', 'data')}"
            for s in streams
            if s["index"] not in kept
        ),
    )


def display_size(video: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height in square pixels, as a viewer sees them after rotation."""
    width, height = int(video.get("width", 0)), int(video.get("height", 0))
    shape = fraction(str(video.get("sample_aspect_ratio", "1:1")).replace(":", "/"))
    if shape > 0:
        width = round(width * shape)
    turns = [
        int(side["rotation"])
        for side in video.get("side_data_list", [])
        if "rotation" in side
    ]
    return (height, width) if turns and turns[0] % 180 else (width, height)


def fraction(text: str) -> Fraction:
    """`30000/1001` as a Fraction; 0 where it is no number (`0/0`, `N/A`)."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


def _require_media(path: Path) -> None:
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        raise MediaError(
            f"{path.name!r}: its path is not UTF-8, which ffmpeg is told; rename it"
        ) from None
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            kind = "a folder" if stat.S_ISDIR(facts.st_mode) else "not a regular file"
            raise MediaError(f"{path.name}: {kind}; name a media file")
        with path.open("rb") as file:
            head = file.read(len(_LFS_MARK))
    except FileNotFoundError as error:
        raise MediaError(f"{path}: no such file; check the path") from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise MediaError(
            f"{os.fsdecode(path)!r}: cannot be read ({why}); check path and rights"
        ) from error
    if not head:
        raise MediaError(f"{path.name}: the file is empty (0 bytes); fetch it again")
    if head == _LFS_MARK:
        raise MediaError(
            f"{path.name}: not a media file but a Git LFS pointer; "
            "fetch the real file with `git lfs pull`"
        )


def _explain(reason: str) -> str:
    if "moov atom not found" in reason:
        return (
            "unreadable container, no moov found (cut off or malformed); "
            "get the whole file or encode it anew"
        )
    return f"cannot be probed: {reason}; encode it anew as H.264 and AAC in MP4"


def _is_picture(stream: Mapping[str, Any]) -> bool:
    disposition = stream.get("disposition", {})
    return stream.get("codec_type") == "video" and not disposition.get("attached_pic")


def _chosen(streams: list[dict[str, Any]]) -> dict[str, Any] | None:
    marked = [s for s in streams if s.get("disposition", {}).get("default")]
    return next(iter(marked or streams), None)


def _declared_seconds(
    container: Mapping[str, Any],
    video: Mapping[str, Any] | None,
    audio: Mapping[str, Any] | None,
) -> float | None:
    # A container is as long as its longest stream, be that a subtitle: ask the
    # streams that matter first.
    own = [_seconds(s.get("duration")) for s in (video, audio) if s is not None]
    known = [seconds for seconds in own if seconds is not None]
    return max(known) if known else _seconds(container.get("duration"))


def _seconds(text: object) -> float | None:
    try:
        return float(str(text))
    except ValueError:
        return None
