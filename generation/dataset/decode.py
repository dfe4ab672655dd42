"""Decode one clip to what the nets are given: levels of sound, and small pictures."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.dataset.index import ClipFacts, key_of, write_array
from generation.dataset.record import Record
from generation.features.cache import is_whole
from generation.files import StorageError, is_full, scratch, write_text
from generation.geometry import (
    MAX_FRAMES,
    frame_time,
    frames_of,
    samples_of,
    seconds_of,
)
from generation.media.errors import MediaError
from generation.media.footage import (
    Cut,
    Footage,
    channels_first,
    nearest,
    read_footage,
)
from generation.quantize import GainPolicy, encode, level, remove_dc, resample

DECODER = 1
"""Raised when the same file would give other arrays."""

LONGEST_SECONDS = float(seconds_of(MAX_FRAMES)) + 1.0
"""How much of a clip is decoded: coded sound is padded beyond ten seconds."""


@dataclass(frozen=True, slots=True)
class DecodeJob:
    """A clip to decode into `folder`; `side` is that of its pictures, the shorter."""

    record: Record
    folder: Path
    gain: GainPolicy
    side: int
    timeout: float = 120.0


def decode_clip(job: DecodeJob) -> tuple[ClipFacts, bool]:
    """Decode a clip, unless the same was done before; return its facts, and if it was.

    Raises MediaError or ValueError, naming the file, for one that cannot be used.
    """
    record = job.record
    media = _media_sha256(record)
    made_from = _made_from(job, media)
    key = key_of(record.clip)
    known = _known(job.folder, key, made_from)
    if known is not None:
        return known, True
    with scratch(pictures_path(job.folder, key)) as folder:
        footage = _read(job, folder)
        frames, sound = cut_sound(footage)
        pictures = cut_pictures(footage, frames)
    centred = remove_dc(sound)
    peak = float(np.abs(centred if job.gain != "none" else sound).max(initial=0.0))
    if job.gain == "category":
        # The gain is known once every clip of the category was heard.
        gain, tokens_sha256 = 1.0, ""
        write_array(sound_path(job.folder, key), centred.astype(np.float32))
    else:
        leveled = level(sound, job.gain)
        gain = leveled.gain
        tokens_sha256 = write_array(tokens_path(job.folder, key), encode(leveled.sound))
    facts = ClipFacts(
        clip=record.clip,
        category=record.category,
        key=key,
        path=str(record.path.absolute()),
        sound=str(record.sound.absolute()) if record.sound else "",
        start=record.start,
        group=record.group,
        is_demo=record.is_demo,
        seconds=footage.seconds,
        frames=frames,
        peak=peak,
        gain=gain,
        media_sha256=media,
        tokens_sha256=tokens_sha256,
        pictures_sha256=write_array(pictures_path(job.folder, key), pictures),
        made_from=made_from,
    )
    # Last: its presence says that the arrays are whole.
    write_text(_facts_path(job.folder, key), json.dumps(asdict(facts), indent=1))
    return facts, False


def _read(job: DecodeJob, folder: Path) -> Footage:
    record = job.record
    try:
        return read_footage(
            record.path,
            folder,
            cut=Cut(job.side, record.start, LONGEST_SECONDS),
            sound=record.sound,
            timeout=job.timeout,
        )
    except MediaError as error:
        if is_full(folder):
            raise StorageError(
                f"{job.folder}: no room left on its disk; make some, then go on by the "
                "same command"
            ) from error
        raise


def cut_sound(footage: Footage) -> tuple[int, NDArray[np.float32]]:
    """The clip's length m in frames, and its sound (1024 m,), float32.

    Both streams end where the shorter one does; m is that length to the nearest frame,
    so that up to half a frame of silence may be added.
    """
    frames = frames_of(footage.seconds)
    heard = resample(footage.sound, footage.rate)[: samples_of(frames)]
    return frames, np.pad(heard, (0, samples_of(frames) - len(heard)))


def cut_pictures(footage: Footage, frames: int) -> NDArray[np.uint8]:
    """The pictures nearest to the middles of m frames: (m, 3, height, width), uint8."""
    chosen = nearest(footage.times, frame_times(frames))
    return channels_first(footage.pictures[chosen])


def frame_times(frames: int) -> NDArray[np.float64]:
    """The middle of each of m frames, in seconds: (m,), float64."""
    return np.array([float(frame_time(i)) for i in range(frames)], dtype=np.float64)


def tokens_path(folder: Path, key: str) -> Path:
    """Where a clip's levels are."""
    return folder / "tokens" / f"{key}.npy"


def pictures_path(folder: Path, key: str) -> Path:
    """Where a clip's pictures are."""
    return folder / "pictures" / f"{key}.npy"


def sound_path(folder: Path, key: str) -> Path:
    """Where a clip's sound waits for its category's gain."""
    return folder / "sounds" / f"{key}.npy"


def _facts_path(folder: Path, key: str) -> Path:
    return folder / "facts" / f"{key}.json"


def _media_sha256(record: Record) -> str:
    """The hash of the clip's file and of its sound's. Raises OSError."""
    digest = hashlib.sha256()
    for path in (record.path, record.sound):
        if path is not None:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _made_from(job: DecodeJob, media: str) -> str:
    record = job.record
    given = [DECODER, record.clip, record.category, record.group, record.is_demo]
    given += [media, record.start, job.gain, job.side]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def _known(folder: Path, key: str, made_from: str) -> ClipFacts | None:
    try:
        text = _facts_path(folder, key).read_text(encoding="utf-8")
        facts = ClipFacts(**json.loads(text))
    except (OSError, ValueError, TypeError):
        return None
    sound = sound_path if not facts.tokens_sha256 else tokens_path
    arrays = (
        (sound(folder, key), samples_of(facts.frames)),
        (pictures_path(folder, key), facts.frames),
    )
    known = facts.made_from == made_from and all(
        is_whole(path, (length,)) for path, length in arrays
    )
    return facts if known else None
