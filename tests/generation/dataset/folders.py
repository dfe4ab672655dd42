"""Data sets of empty files, and prepared folders made without decoding anything."""

from pathlib import Path

import numpy as np

from generation.dataset import ClipSet, load_clips
from generation.dataset.decode import pictures_path, tokens_path
from generation.dataset.index import (
    ClipFacts,
    Index,
    Part,
    PreparedClip,
    array_sha256,
    key_of,
    write_array,
    write_index,
)
from generation.dataset.record import Record


def touch(*paths: Path) -> None:
    """Make empty files, folders included."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def records(counts: dict[str, int], *, per_group: int = 1) -> list[Record]:
    """Clips by category; `per_group` successive ones come from one recording."""
    return [
        Record(
            clip=f"{category}/{number:05d}",
            category=category,
            path=Path(f"{category}-{number}.mp4"),
            group=f"{category}-{number // per_group}",
        )
        for category, count in counts.items()
        for number in range(count)
    ]


def prepared(folder: Path, frames: dict[str, int], *, tests: int = 1) -> Path:
    """A prepared folder of clips named `<category>/<n>` with so many frames each.

    Pictures are noise whose brightness is told by the sound's loudness.
    """
    rng = np.random.default_rng(0)
    clips = []
    for number, (clip, length) in enumerate(sorted(frames.items())):
        loud = rng.uniform(0.05, 1.0, length)
        pictures, tokens = flashing(loud, rng)
        key = key_of(clip)
        facts = ClipFacts(
            clip=clip,
            category=clip.split("/")[0],
            key=key,
            path=str(folder / f"{key}.mp4"),
            sound="",
            start=0.0,
            group=clip,
            is_demo=True,
            seconds=length / 15.6,
            frames=length,
            peak=0.5,
            gain=1.5 + number,
            media_sha256=f"{number:064x}",
            tokens_sha256=write_array(tokens_path(folder, key), tokens),
            pictures_sha256=write_array(pictures_path(folder, key), pictures),
            made_from="",
        )
        part: Part = "test" if number >= len(frames) - tests else "train"
        clips.append(PreparedClip(facts, part))
    index = Index("made", "peak", 16, "last", 0, "0" * 64, tuple(clips))
    write_index(folder, index)
    return folder


def loaded_whole(folder: Path) -> ClipSet:
    """A prepared folder, each array of which is the one that its index names."""
    clips = load_clips(folder)
    for clip in clips.clips:
        found = clips.tokens(clip.clip), clips.pictures(clip.clip)
        told = clip.facts.tokens_sha256, clip.facts.pictures_sha256
        assert tuple(map(array_sha256, found)) == told, clip.clip
    return clips


def flashing(
    loud: np.ndarray[tuple[int], np.dtype[np.float64]], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (m, 3, 16, 20) as bright, and levels (1024 m,) as loud, as told."""
    noise = rng.uniform(0, 40, (len(loud), 3, 16, 20))
    pictures = (noise + 200 * loud[:, None, None, None]).clip(0, 255).astype(np.uint8)
    sound = rng.uniform(-1, 1, (len(loud), 1024)) * loud[:, None]
    tokens = (np.rint(sound * 127) + 128).astype(np.uint8).reshape(-1)
    return pictures, tokens
