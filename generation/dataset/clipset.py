"""A prepared folder in use: arrays mapped into memory, batches of tensors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generation.dataset.decode import pictures_path, tokens_path
from generation.dataset.index import (
    ClipFacts,
    Index,
    Part,
    PreparedClip,
    read_index,
)
from generation.dataset.record import DatasetError
from generation.features.cache import FeatureCache, mapped, picture_key
from generation.geometry import samples_of
from generation.quantize import ZERO, median_gain

LEAD = 16
"""Levels of silence in front of a clip's own: what the coarsest tier reads first."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Clips side by side, padded to the longest.

    tokens: (clip, 16 + 1024 m), int64 in [0, 255], 128 in front and as padding
    features: (clip, m, F), or maps (clip, m, rows, columns, F), float32, 0 as padding
    lengths: (clip,), int64, frames of each
    """

    names: tuple[str, ...]
    tokens: Tensor
    features: Tensor
    lengths: Tensor


@dataclass(frozen=True)
class ClipSet:
    """The clips of a prepared folder, or some of them, with at most one feature source.

    Made by `load_clips`; nothing is read before it is asked for, and ffmpeg is not
    needed.
    """

    folder: Path
    index: Index
    clips: tuple[PreparedClip, ...]
    cache: FeatureCache | None = None

    @property
    def train(self) -> tuple[PreparedClip, ...]:
        """The clips to train on."""
        return tuple(clip for clip in self.clips if clip.part == "train")

    @property
    def test(self) -> tuple[PreparedClip, ...]:
        """The clips to test on."""
        return tuple(clip for clip in self.clips if clip.part == "test")

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories present, sorted."""
        return tuple(sorted({clip.category for clip in self.clips}))

    @cached_property
    def _by_name(self) -> dict[str, PreparedClip]:
        return {clip.clip: clip for clip in self.clips}

    def clip(self, name: str) -> PreparedClip:
        """The clip of that name. Raises DatasetError where there is none."""
        if name not in self._by_name:
            raise DatasetError(f"{name}: not a clip of {self.folder}")
        return self._by_name[name]

    def only(self, *categories: str, part: Part | None = None) -> "ClipSet":
        """The clips of some categories (none named: all) and of one part."""
        unknown = sorted(set(categories) - set(self.categories))
        if unknown:
            known = ", ".join(self.categories)
            raise DatasetError(f"category {unknown[0]!r}: there are {known}")
        kept = tuple(
            clip
            for clip in self.clips
            if (not categories or clip.category in categories)
            and (part is None or clip.part == part)
        )
        return replace(self, clips=kept)

    def with_features(self, identity: str) -> "ClipSet":
        """The same clips with the features of one source, by its identity.

        Raises DatasetError when that source was not extracted here.
        """
        folder = self.folder / "features"
        if not re.fullmatch(r"[\w.+-]+", identity) or not (folder / identity).is_dir():
            there = sorted(p.name for p in folder.glob("*")) if folder.is_dir() else []
            told = ", ".join(there) or "none"
            raise DatasetError(f"features {identity!r}: extracted are {told}")
        return replace(self, cache=FeatureCache.open(folder / identity))

    def tokens(self, name: str) -> NDArray[np.uint8]:
        """The sound of a clip: (1024 m,), uint8 levels, mapped from its file."""
        facts = self.clip(name).facts
        return _mapped(tokens_path(self.folder, facts.key), samples_of(facts.frames))

    def pictures(self, name: str) -> NDArray[np.uint8]:
        """The stored pictures of a clip: (m, 3, height, width), uint8, mapped."""
        facts = self.clip(name).facts
        return _mapped(pictures_path(self.folder, facts.key), facts.frames)

    def features(self, name: str) -> NDArray[np.float16]:
        """Those of a clip: (m, F), or maps (m, rows, columns, F), float16, mapped.

        Raises DatasetError where there are none, FeatureError for damaged ones.
        """
        if self.cache is None:
            raise DatasetError("no features chosen; extract some and choose them")
        facts = self.clip(name).facts
        found = self.cache.load(feature_key(facts, self.cache), facts.frames)
        if found is None:
            raise DatasetError(
                f"{name}: no {self.cache.info.name} features; extract them again"
            )
        return found

    def declared_gain(self, category: str) -> float:
        """The gain for sounds generated for a category: its training clips' median."""
        return median_gain(
            [clip.facts.gain for clip in self.train if clip.category == category]
        )

    def native_batch(self, names: Sequence[str]) -> Batch:
        """Clips at their native lengths, padded to the longest."""
        return _batch(
            names,
            [self.tokens(name) for name in names],
            [self.features(name) for name in names],
        )


def load_clips(folder: Path, *, features: str | None = None) -> ClipSet:
    """Open a prepared folder, with the features of one source by its identity.

    Raises DatasetError for what is missing, and an index that was changed.
    """
    index = read_index(folder)
    clips = ClipSet(folder, index, index.clips)
    return clips.with_features(features) if features else clips


def feature_key(facts: ClipFacts, cache: FeatureCache) -> str:
    """The name under which a clip's features are kept: the content they came from."""
    return picture_key(
        facts.media_sha256,
        start=facts.start,
        frames=facts.frames,
        side=cache.info.side,
    )


def feature_moments(
    clips: ClipSet, names: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of each feature over all frames: (F,), (F,), float32.

    Of maps it is over all places too. A feature that never changes has deviation 1, so
    that dividing by it is safe. Raises ValueError for no clips.
    """
    if not names:
        raise ValueError("feature moments need one clip or more")
    count, total, squares = 0, np.float64(0), np.float64(0)
    for name in sorted(names):
        found = clips.features(name)
        seen = found.reshape(-1, found.shape[-1]).astype(np.float64)  # (m places, F)
        count += len(seen)
        total = total + seen.sum(axis=0)
        squares = squares + (seen**2).sum(axis=0)
    mean = np.asarray(total / count)
    spread = np.sqrt(np.maximum(squares / count - mean**2, 0.0))
    safe = np.where(spread > 1e-6, spread, 1.0)
    return mean.astype(np.float32), safe.astype(np.float32)


def _batch(
    names: Sequence[str],
    tokens: Sequence[NDArray[np.uint8]],
    features: Sequence[NDArray[Any]],
) -> Batch:
    if not names:
        raise ValueError("a batch needs one clip or more")
    lengths = [len(seen) for seen in features]
    longest = max(lengths)
    levels = np.full((len(names), LEAD + samples_of(longest)), ZERO, dtype=np.int64)
    shape = (len(names), longest, *features[0].shape[1:])
    seen = np.zeros(shape, dtype=np.float32)
    for row, (heard, shown) in enumerate(zip(tokens, features, strict=True)):
        levels[row, LEAD : LEAD + len(heard)] = heard
        seen[row, : len(shown)] = shown
    return Batch(
        tuple(names),
        torch.from_numpy(levels),
        torch.from_numpy(seen),
        torch.tensor(lengths, dtype=torch.int64),
    )


def _mapped(path: Path, length: int) -> NDArray[np.uint8]:
    try:
        return mapped(path, (length,))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: damaged ({error}); prepare anew") from error
