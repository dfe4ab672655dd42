"""The three runs of ffmpeg that make a clip's stimuli.

Three for any number of arms: starting ffmpeg costs as much as coding some seconds of
sound, so each run does one stage for all arms at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from generation.media import gateway
from generation.media.adts import MAX_FRAME_BYTES, FrameTooLargeError, fill_stream
from generation.media.errors import MediaError
from generation.media.loudness import Samples
from generation.media.probe import MAX_SECONDS
from generation.media.spec import RenderSpec

AAC_FRAME = 1024
"""Samples of one AAC frame, which is also what the encoder's start adds in front."""

_BITEXACT = {"fflags": "+bitexact", "flags": "+bitexact", "map_metadata": -1}


@dataclass(frozen=True, slots=True)
class StreamAt:
    """A stream of a file, by its index there."""

    path: Path
    index: int


def decode(
    picture: StreamAt,
    sounds: Sequence[StreamAt],
    *,
    folder: Path,
    spec: RenderSpec,
    timeout: float,
) -> tuple[Path, list[Samples]]:
    """Encode the picture into `folder` and decode all sounds to mono samples.

    Sounds start where their file's time does, gaps are filled with silence, channels
    are averaged (their weights sum to 1, so nothing clips).
    """
    coded = folder / "picture.mp4"
    # Two arms may take the same sound: it is decoded once.
    raw = {
        sound: folder / f"sound{number}.f32"
        for number, sound in enumerate(dict.fromkeys(sounds))
    }
    outputs = [_picture(picture, coded, spec)]
    outputs += [_mono(sound, file, spec) for sound, file in raw.items()]
    gateway.run(outputs, timeout=timeout)
    decoded = {sound: np.fromfile(file, dtype="<f4") for sound, file in raw.items()}
    for sound, samples in decoded.items():
        if not len(samples):
            raise MediaError(f"{sound.path.name}: no sound decodes; get the whole file")
    return coded, [np.asarray(decoded[sound], dtype=np.float32) for sound in sounds]


def encode_sounds(
    sounds: Sequence[Samples], *, folder: Path, spec: RenderSpec, timeout: float
) -> list[Path]:
    """AAC files of the `sounds`, all frames of all of them of one size.

    That is `spec.audio_frame_bytes`, or the most AAC allows when a frame of any of them
    comes out larger: the size is one for all arms of a clip either way.
    """
    raw = [folder / f"level{number}.f32" for number in range(len(sounds))]
    coded = [folder / f"sound{number}.aac" for number in range(len(sounds))]
    for samples, file in zip(sounds, raw, strict=True):
        file.write_bytes(samples.astype("<f4").tobytes())
    gateway.run(
        [_aac(a, b, spec) for a, b in zip(raw, coded, strict=True)], timeout=timeout
    )
    streams = [file.read_bytes() for file in coded]
    for stream, file in zip(_filled(streams, spec), coded, strict=True):
        file.write_bytes(stream)
    return coded


def _filled(streams: Sequence[bytes], spec: RenderSpec) -> list[bytes]:
    for size in (spec.audio_frame_bytes, MAX_FRAME_BYTES):
        try:
            return [fill_stream(stream, frame_bytes=size) for stream in streams]
        except FrameTooLargeError:
            continue
    raise MediaError("the AAC encoder broke its own limit; lower audio_bitrate")


def mux(
    picture: Path,
    sounds: Sequence[Path],
    *,
    until: float,
    spec: RenderSpec,
    timeout: float,
) -> list[Path]:
    """One MP4 per sound with the picture's bytes up to `until` seconds under it."""
    shown = gateway.source(picture, t=f"{until:.6f}")["v:0"]
    files = [sound.with_suffix(".mp4") for sound in sounds]
    outputs = []
    for sound, file in zip(sounds, files, strict=True):
        # The encoder's run-in comes before time 0: the edit list then hides it.
        heard = gateway.source(
            sound, format="aac", itsoffset=f"-{AAC_FRAME / spec.sample_rate:.6f}"
        )
        outputs.append(
            gateway.target(
                [shown, heard["a:0"]],
                file,
                format="mp4",
                codec="copy",
                movflags="+faststart",
                map_chapters=-1,
                **{**_BITEXACT, "bsf:a": "aac_adtstoasc"},
            )
        )
    gateway.run(outputs, timeout=timeout)
    return files


def _picture(picture: StreamAt, file: Path, spec: RenderSpec) -> gateway.Stream:
    top = spec.max_fps
    # Rates up to the limit stay as they are; twice or three times the limit is halved
    # or cut to a third, which is smoother than dropping frames unevenly.
    rate = (
        f"if(lt(source_fps,1),{top},if(lte(source_fps,{top}+0.5),"
        f"min(source_fps,{top}),if(lt(source_fps,1.5*{top}),{top},"
        f"source_fps/ceil((source_fps-0.5)/{top}))))"
    )
    lines = f"min(1,{spec.max_height}/ih)"
    return gateway.target(
        [
            gateway.source(picture.path)[str(picture.index)]
            .filter("fps", rate, start_time=0)
            .filter(
                "scale",
                f"max(2,2*round(iw*sar*{lines}/2))",
                f"max(2,2*trunc(ih*{lines}/2))",
                flags="bicubic+accurate_rnd+full_chroma_int",
                out_range="tv",
            )
            .filter("setsar", "1")
            .filter("format", "yuv420p")
        ],
        file,
        format="mp4",
        vcodec="libx264",
        crf=spec.crf,
        preset=spec.preset,
        **{"profile:v": "high"},
        # No B-frames: the picture can then be cut after any frame without coding it
        # anew, and needs no table of display times.
        bf=0,
        t=MAX_SECONDS,
        map_chapters=-1,
        **_BITEXACT,
    )


def _mono(sound: StreamAt, file: Path, spec: RenderSpec) -> gateway.Stream:
    return gateway.target(
        [
            gateway.source(sound.path)[str(sound.index)]
            .filter(
                "aresample",
                spec.sample_rate,
                **{"async": 1},
                first_pts=0,
                rematrix_maxval=1.0,
            )
            .filter("aformat", sample_fmts="flt", channel_layouts="mono")
        ],
        file,
        format="f32le",
        t=MAX_SECONDS,
    )


def _aac(raw: Path, file: Path, spec: RenderSpec) -> gateway.Stream:
    given = gateway.source(raw, format="f32le", ar=spec.sample_rate, ac=1)
    return gateway.target(
        [given["a:0"]],
        file,
        format="adts",
        acodec="aac",
        audio_bitrate=spec.audio_bitrate,
        **_BITEXACT,
    )
