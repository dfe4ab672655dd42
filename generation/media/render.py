"""The one path from what was recorded or generated to what a rater meets.

Per clip the picture is encoded once and its bytes stand under every sound; the sounds
are brought to one length, rate, loudness and constant bit rate. Files of a clip's arms
then differ in nothing but the bytes of the sound; `build_clip` checks that by audit.
"""

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np

from generation.media import stages
from generation.media.audit import audio_frame_bytes, audit_arms, picture_digest
from generation.media.boxes import Picture, read_picture
from generation.media.clips import ArmSource, ClipBuild, RenderedClip
from generation.media.errors import MediaError
from generation.media.leveling import Leveled, LeveledClip, level
from generation.media.loudness import Samples
from generation.media.spec import RenderSpec
from generation.media.streams import declare
from generation.media.verdict import NEARLY_EQUAL_SECONDS

SHORTEST_SECONDS = 0.25
"""A stimulus shorter than this is not rendered: nobody can judge it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
_STALE_SECONDS = 3600.0


def build_clip(
    arms: Sequence[ArmSource],
    picture: Path,
    out_dir: Path,
    spec: RenderSpec,
    *,
    timeout: float = 300.0,
    picture_stream: int | None = None,
) -> ClipBuild:
    """Render one clip's stimuli into `out_dir`, one MP4 per arm.

    The same files, spec and ffmpeg give the same bytes. Files appear under their names
    only when whole, so a killed build leaves none half written. `timeout` bounds each
    run of ffmpeg, in seconds; `picture_stream` is as ArmSource.stream. One clip uses
    one core: run several at once to use more.

    Raises MediaError naming the file that cannot be rendered, ValueError for arms
    whose keys or names clash or are not opaque.
    """
    _require_arms(arms)
    out_dir.mkdir(parents=True, exist_ok=True)
    _sweep(out_dir)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=out_dir) as name:
        folder = Path(name)
        try:
            return _build(
                arms, _located(picture, picture_stream, "video", timeout),
                folder=folder, spec=spec, timeout=timeout,
            )  # fmt: skip
        except MediaError as error:
            if str(error).startswith(f"{picture.name}:"):
                raise
            raise MediaError(f"{picture.name}: {error}") from error


def _build(
    arms: Sequence[ArmSource],
    picture: stages.StreamAt,
    *,
    folder: Path,
    spec: RenderSpec,
    timeout: float,
) -> ClipBuild:
    heard = [
        _located(arm.sound, arm.stream, "audio", timeout)
        for arm in arms
        if arm.sound is not None
    ]
    coded, sounds = stages.decode(
        picture, heard, folder=folder, spec=spec, timeout=timeout
    )
    shown = read_picture(coded)
    leading = _leading(arms)
    all_sounds = _with_muted(arms, sounds)
    frames, notes = _common_frames(
        shown,
        [all_sounds[n] for n, leads in enumerate(leading) if leads and arms[n].sound],
        spec,
    )
    seconds = frames / shown.fps
    leveled = level(
        all_sounds,
        length=round(seconds * spec.sample_rate),
        spec=spec,
        leading=leading,
    )
    coded_sounds = stages.encode_sounds(
        [sound.samples for sound in leveled.sounds],
        folder=folder,
        spec=spec,
        timeout=timeout,
    )
    files = stages.mux(
        coded,
        coded_sounds,
        until=float((frames - Fraction(1, 2)) / shown.fps),
        spec=spec,
        timeout=timeout,
    )
    if told := audit_arms(files):
        raise MediaError(f"arms could be told apart: {'; '.join(told)}")
    digest = picture_digest(files[0])
    return ClipBuild(
        arms=tuple(
            _placed(arm, file, sound, float(seconds), spec)
            for arm, file, sound in zip(arms, files, leveled.sounds, strict=True)
        ),
        width=shown.width,
        height=shown.height,
        fps=float(shown.fps),
        frames=frames,
        seconds=float(seconds),
        picture_sha256=digest,
        lowered_db=leveled.lowered_db,
        limit_hz=leveled.limit_hz,
        notes=(*notes, *_leveling_notes(arms, leveled, spec)),
    )


def _common_frames(
    shown: Picture, sounds: Sequence[Samples], spec: RenderSpec
) -> tuple[int, list[str]]:
    """How many frames all arms can fill, and a note where that cuts the picture."""
    lengths = [Fraction(len(sound), spec.sample_rate) for sound in sounds]
    shortest = min(lengths, default=shown.frames / shown.fps)
    slack = Fraction(NEARLY_EQUAL_SECONDS)
    whole = shown.frames / shown.fps
    frames = shown.frames
    if shortest + slack < whole:
        frames = floor(shortest * shown.fps)
    seconds = float(frames / shown.fps)
    if seconds < SHORTEST_SECONDS:
        raise MediaError(
            f"the shortest arm leaves {float(shortest):.2f} s to show; leave it out"
        )
    if seconds < 0.98 * float(whole):
        return frames, [
            f"picture of {float(whole):.2f} s cut to the shortest arm, {seconds:.2f} s"
        ]
    return frames, []


def _leveling_notes(
    arms: Sequence[ArmSource], leveled: LeveledClip, spec: RenderSpec
) -> list[str]:
    notes = [
        f"{arm.key}: too short or quiet for R128, leveled by its ungated loudness"
        for arm, sound in zip(arms, leveled.sounds, strict=True)
        if sound.method == "rms"
    ]
    if leveled.lowered_db > 0:
        reached = spec.loudness_lufs - leveled.lowered_db
        notes.append(
            f"all arms at {reached:.1f} LUFS: one has no room for "
            f"{spec.loudness_lufs:g} under {spec.true_peak_dbtp:g} dBTP"
        )
    return notes


def _leading(arms: Sequence[ArmSource]) -> list[bool]:
    """Which arms decide length, loudness and band: all, where all would follow."""
    leading = [arm.sound is not None and not arm.follows for arm in arms]
    return leading if any(leading) else [True] * len(arms)


def _with_muted(arms: Sequence[ArmSource], sounds: Sequence[Samples]) -> list[Samples]:
    left = iter(sounds)
    return [
        np.zeros(0, dtype=np.float32) if arm.sound is None else next(left)
        for arm in arms
    ]


def _located(
    path: Path, stream: int | None, kind: str, timeout: float
) -> stages.StreamAt:
    if stream is not None:
        return stages.StreamAt(path, stream)
    declared = declare(path, timeout=timeout)
    found = declared.video if kind == "video" else declared.audio
    if found is None:
        raise MediaError(f"{path.name}: no {kind} stream; give a file that has one")
    return stages.StreamAt(path, int(found["index"]))


def _placed(
    arm: ArmSource, file: Path, sound: Leveled, seconds: float, spec: RenderSpec
) -> RenderedClip:
    data = file.read_bytes()
    final = file.parent.parent / f"{arm.output_name}.mp4"
    file.replace(final)
    return RenderedClip(
        key=arm.key,
        path=final,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        seconds=seconds,
        sample_rate=spec.sample_rate,
        bitrate=round(audio_frame_bytes(final, data) * 8 * spec.sample_rate / 1024),
        loudness_lufs=sound.lufs,
        loudness_by=sound.method,
        true_peak_db=sound.true_peak,
        gain_db=sound.gain_db,
        band_hz=sound.band_hz,
    )


def _require_arms(arms: Sequence[ArmSource]) -> None:
    if not arms:
        raise ValueError("a clip needs at least one arm")
    for arm in arms:
        if not _NAME.fullmatch(arm.output_name):
            raise ValueError(
                f"output name {arm.output_name!r}: use letters, digits, - and _"
            )
    for what, values in (
        ("key", [arm.key for arm in arms]),
        ("output name", [arm.output_name for arm in arms]),
    ):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ValueError(f"{what} used twice: {', '.join(twice)}")


def _sweep(out_dir: Path) -> None:
    """Remove what builds that were killed left behind."""
    for folder in out_dir.glob(".build-*"):
        try:
            stale = time.time() - folder.stat().st_mtime > _STALE_SECONDS
        except FileNotFoundError:
            continue
        if stale:
            shutil.rmtree(folder, ignore_errors=True)
