"""Look at a media file by decoding all of it.

Headers lie (10 s declared and no frame in the file; 40 hours declared and one second
in it), so every figure that counts comes from decoded frames and their time stamps.
"""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from statistics import median

from generation.media import gateway
from generation.media.errors import MediaError
from generation.media.streams import Declared, declare, display_size, fraction

MAX_SECONDS = 600.0
"""No more than this much of a file is decoded; a clip is some seconds long."""

_MEAN = re.compile(r"mean_volume: (-?[\d.]+|-inf) dB")
_PEAK = re.compile(r"max_volume: (-?[\d.]+|-inf) dB")
_FAULT = re.compile(r"\[(?:error|fatal|panic)\] ")
# Said by the muxer of our own report, or of harmless padding at the end of an MP3.
_HARMLESS = re.compile(r"framecrc|non monotonically|Header missing")


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a file really holds; times in seconds, levels in dB of full scale.

    `video_stream` and `audio_stream` are the chosen streams' indexes in the file (None:
    it has none); `width` x `height` is what a viewer sees, rotation and pixel shape
    applied. `frames`, `video_seconds` and `audio_seconds` are decoded,
    `sounding_seconds` ends with the last sample that is not digital silence;
    `declared_seconds` is the header's (None: nothing). `decode_errors` counts the
    decoder's complaints and `decode_detail` quotes the first; `capped` says that
    decoding stopped at the limit.
    """

    path: Path
    sha256: str
    size_bytes: int
    container: str
    video_stream: int | None
    video_codec: str
    width: int
    height: int
    fps: float
    is_vfr: bool
    frames: int
    video_seconds: float
    audio_stream: int | None
    audio_codec: str
    sample_rate: int
    channels: int
    audio_seconds: float
    sounding_seconds: float
    mean_db: float | None
    peak_db: float | None
    declared_seconds: float | None
    decode_errors: int
    decode_detail: str
    capped: bool
    other_streams: tuple[str, ...]


@dataclass(slots=True)
class _Track:
    """One stream of the decoder's report: times in ticks of `tick` seconds."""

    tick: Fraction = Fraction(0)
    starts: list[int] = field(default_factory=list)
    first: int | None = None
    end: int = 0
    last_sound: int | None = None

    def add(self, start: int, length: int, checksum: int) -> None:
        self.starts.append(start)
        self.first = start if self.first is None else min(self.first, start)
        self.end = max(self.end, start + length)
        # The checksum is an Adler sum begun at 0: only zeros leave it at 0.
        if checksum:
            self.last_sound = max(self.last_sound or 0, start + length)

    def seconds(self, end: int | None) -> float:
        if end is None or self.first is None:
            return 0.0
        return float((end - self.first) * self.tick)


def inspect(
    path: Path, *, timeout: float = 60.0, max_seconds: float = MAX_SECONDS
) -> MediaFacts:
    """Decode the file at `path` from start to end and say what is in it.

    Frames and samples are read in order and never held: memory does not depend on
    what the file declares. `timeout` bounds each of the two programs run, in seconds.
    Raises MediaError, naming the file, for what cannot be opened at all; what opens
    but is unfit is left to `judge`.
    """
    declared = declare(path, timeout=timeout)
    if declared.video is None and declared.audio is None:
        raise MediaError(
            f"{path.name}: neither picture nor sound in it "
            f"(only {', '.join(declared.others)}); name a media file"
        )
    done = _decode(path, declared, timeout=timeout, max_seconds=max_seconds)
    tracks = _read_tracks(done.stdout.decode("ascii", "replace").splitlines())
    picture, sound = _split(declared, tracks)
    errors = _decoder_errors(done)
    video, audio = declared.video or {}, declared.audio or {}
    width, height = display_size(video) if video else (0, 0)
    sha256, size_bytes = _digest(path)
    video_seconds = picture.seconds(picture.end)
    audio_seconds = sound.seconds(sound.end)
    return MediaFacts(
        path=path,
        sha256=sha256,
        size_bytes=size_bytes,
        container=declared.container,
        video_stream=video.get("index"),
        video_codec=str(video.get("codec_name", "")),
        width=width,
        height=height,
        fps=_frame_rate(picture, fraction(str(video.get("r_frame_rate", "0")))),
        is_vfr=_is_vfr(picture),
        frames=len(picture.starts),
        video_seconds=video_seconds,
        audio_stream=audio.get("index"),
        audio_codec=str(audio.get("codec_name", "")),
        sample_rate=int(audio.get("sample_rate", 0)),
        channels=int(audio.get("channels", 0)),
        audio_seconds=audio_seconds,
        sounding_seconds=sound.seconds(sound.last_sound),
        mean_db=_level(_MEAN, done.stderr),
        peak_db=_level(_PEAK, done.stderr),
        declared_seconds=declared.seconds,
        decode_errors=len(errors),
        decode_detail=errors[0] if errors else "",
        capped=max(video_seconds, audio_seconds) > max_seconds - 0.5,
        other_streams=declared.others,
    )


def _decode(
    path: Path, declared: Declared, *, timeout: float, max_seconds: float
) -> gateway.CompletedRun:
    """One pass over both streams: a line per frame on stdout, levels on stderr."""
    whole = gateway.source(path)
    streams = []
    if declared.video is not None:
        # Thumbnails: only the time stamps of the pictures are wanted.
        streams.append(
            whole[str(declared.video["index"])]
            .filter("scale", 16, 16, flags="neighbor")
            .filter("format", "gray")
        )
    if declared.audio is not None:
        streams.append(whole[str(declared.audio["index"])].filter("volumedetect"))
    report = gateway.target(
        streams,
        None,
        format="framecrc",
        t=max_seconds,
        acodec="pcm_s16le",
        vcodec="rawvideo",
        fps_mode="passthrough",
        **{"enc_time_base:v": -1},
    )
    return gateway.run(
        report, timeout=timeout, verbosity="repeat+level+info", check=False
    )


def _read_tracks(lines: Iterable[str]) -> dict[int, _Track]:
    tracks: dict[int, _Track] = {}
    for line in lines:
        if line.startswith("#tb "):
            number, tick = line[4:].split(": ")
            tracks[int(number)] = _Track(tick=fraction(tick))
        elif not line.startswith("#"):
            # a stopped run may leave half a line
            with suppress(ValueError):
                stream, _, start, length, _, checksum = (
                    int(cell.strip(), 0) for cell in line.split(",")[:6]
                )
                tracks[stream].add(start, length, checksum)
    return tracks


def _split(declared: Declared, tracks: dict[int, _Track]) -> tuple[_Track, _Track]:
    if declared.video is None:
        return _Track(), tracks.get(0, _Track())
    return tracks.get(0, _Track()), tracks.get(1, _Track())


def _frame_rate(picture: _Track, declared: Fraction) -> float:
    count = len(picture.starts)
    span = float((max(picture.starts, default=0) - (picture.first or 0)) * picture.tick)
    return (count - 1) / span if count > 1 and span > 0 else float(declared)


def _is_vfr(picture: _Track) -> bool:
    starts = sorted(picture.starts)
    steps = [after - before for before, after in pairwise(starts)]
    if not steps:
        return False
    middle = median(steps)
    # Containers with millisecond clocks write 33, 34, 33 ms for 30 per second.
    slack = max(0.25 * middle, float(Fraction(2, 1000) / picture.tick))
    uneven = sum(abs(step - middle) > slack for step in steps)
    return uneven > 0.02 * len(steps)


def _decoder_errors(done: gateway.CompletedRun) -> list[str]:
    lines = [
        line
        for line in done.stderr.splitlines()
        if _FAULT.search(line) and not _HARMLESS.search(line)
    ]
    if done.returncode != 0 and not lines:
        lines = [done.reason]
    return [re.sub(r"\[[^\]]*\] ?", "", line).strip() or line for line in lines]


def _level(pattern: re.Pattern[str], stderr: str) -> float | None:
    found = pattern.findall(stderr)
    return float(found[-1]) if found else None


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
