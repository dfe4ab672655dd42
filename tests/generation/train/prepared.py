"""Prepared folders made of numbers: no media, no ffmpeg, seconds of sound at most."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.dataset.clipset import ClipSet, feature_key, load_clips
from generation.dataset.index import (
    ClipFacts,
    Index,
    Part,
    PreparedClip,
    key_of,
    write_array,
    write_index,
)
from generation.features.cache import FeatureCache
from generation.features.source import SourceInfo
from generation.train import TrainConfig

SOURCE = SourceInfo("numbers", 6, 64, "ab" * 32, "none")
MAPS = SourceInfo("numbers-map", 6, 64, "ab" * 32, "none", rows=2, columns=3)


def tone(frames: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A noisy tone of its own pitch: (1024 frames,), levels around 128."""
    times = np.arange(1024 * frames)
    period, height = rng.integers(20, 60), rng.integers(20, 60)
    wave = height * np.sin(2 * np.pi * times / period) + rng.normal(0, 2, len(times))
    return np.clip(np.round(wave) + 128, 0, 255).astype(np.uint8)


def prepared(
    folder: Path,
    *,
    categories: Sequence[str] = ("drum",),
    train: Sequence[int] = (3, 2, 4),
    test: Sequence[int] = (2, 3),
    source: SourceInfo = SOURCE,
    sounds: Sequence[NDArray[np.uint8]] = (),
) -> ClipSet:
    """Clips of these lengths in frames, of each category, with features of one source.

    `sounds` replace the tones of the first clips.
    """
    rng = np.random.default_rng(7)
    given = iter(sounds)
    cache = FeatureCache.create(folder / "features", source)
    clips = []
    for category in categories:
        parts: list[tuple[Part, int]] = [("train", m) for m in train]
        parts += [("test", m) for m in test]
        for number, (part, frames) in enumerate(parts):
            sound = next(given, tone(frames, rng))
            clip = f"{category}/{number:03d}"
            path = folder / "tokens" / f"{key_of(clip)}.npy"
            digest = write_array(path, sound)
            facts = ClipFacts(
                clip=clip,
                category=category,
                key=key_of(clip),
                path=f"{clip}.mp4",
                sound=f"{clip}.mp4",
                start=0.0,
                group=None,
                is_demo=True,
                seconds=frames / 15.6,
                frames=frames,
                peak=0.5,
                gain=1.0 + number,
                media_sha256=key_of(clip),
                tokens_sha256=digest,
                pictures_sha256="",
                made_from="",
            )
            features = rng.normal(3, 2, (frames, *source.shape)).astype(np.float16)
            cache.store(feature_key(facts, cache), features)
            clips.append(PreparedClip(facts, part))
    index = Index("numbers", "peak", 64, "last128", 0, "5f" * 32, tuple(clips))
    write_index(folder, index)
    return load_clips(folder, features=source.identity)


def looped(clips: ClipSet, frames: int) -> tuple[Tensor, Tensor]:
    """Training clips repeated to so many frames, by numpy alone.

    Tokens (B, 16 + 1024 frames), silence in front, and features (B, frames, ...).
    """
    names = [clip.clip for clip in clips.train]
    heard = np.stack([np.resize(clips.tokens(n), 1024 * frames) for n in names])
    tokens = np.pad(heard.astype(np.int64), ((0, 0), (16, 0)), constant_values=128)
    seen = [clips.features(name).astype(np.float32) for name in names]
    features = np.stack([np.resize(s, (frames, *s.shape[1:])) for s in seen])
    return torch.from_numpy(tokens), torch.from_numpy(features)


def quick(method: str = "frame", **changes: object) -> TrainConfig:
    """Settings for two lanes of a tiny net, clips at their native lengths."""
    given = {"preset": "ci", "batch": 2, "windows": 2, "frames": None, "epochs": 2}
    return TrainConfig(method=method, **{**given, **changes})  # type: ignore[arg-type]


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: sums are added in one order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
