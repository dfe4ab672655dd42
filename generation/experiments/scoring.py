"""What scores sound: how many nats a sound costs, given what is seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from generation.checkpoint import Checkpoint
from generation.dataset import ClipSet
from generation.geometry import samples_of
from generation.nets import clip_nats
from generation.quantize import ZERO

Tokens = NDArray[np.uint8]
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeardClip:
    """A clip with its sound, (1024 m,) uint8 levels, and features, (m, F) float32."""

    name: str
    category: str
    tokens: Tokens
    features: Features

    @property
    def frames(self) -> int:
        """How many frames of video it has."""
        return len(self.features)


class Scorer(Protocol):
    """A method that can say how likely a sound is."""

    def score(
        self, tokens: Tokens, features: Features, lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Nats each sound costs and how many samples it has, (B,) both.

        tokens: (B, 1024 m) uint8, without silence in front; features: (B, m, F)
        float32; lengths: (B,) frames, what lies past them does not count.
        """
        ...


class CheckpointScorer:
    """The scorer that a checkpoint's net is; computes `frames` of video at once."""

    def __init__(
        self, checkpoint: Checkpoint, *, device: str = "cpu", frames: int = 4
    ) -> None:
        self._net = checkpoint.net(device)
        self._scale = checkpoint.scale
        self._device = device
        self._frames = frames

    def score(
        self, tokens: Tokens, features: Features, lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """See Scorer."""
        levels = torch.from_numpy(tokens.astype(np.int64)).to(self._device)
        lead = self._net.prompt(len(levels))  # (B, fs3)
        nats = clip_nats(
            self._net,
            torch.cat([lead, levels], dim=1),  # (B, fs3 + 1024 m)
            self._scale(torch.from_numpy(features).to(self._device)),
            torch.from_numpy(lengths).to(self._device),
            frames=self._frames,
        )
        samples = lengths * self._net.config.frame_samples
        return nats.cpu().numpy(), samples.astype(np.int64)


def heard_clips(
    clips: ClipSet, part: Literal["train", "test"], *, limit: int = 0, seed: int = 0
) -> tuple[HeardClip, ...]:
    """The clips of one part with sound and features, at their native length.

    `limit` above 0 draws so many of each category with `seed`.
    """
    chosen = clips.only(part=part)
    names: list[tuple[str, str]] = []
    for category in chosen.categories:
        own = sorted(c.clip for c in chosen.clips if c.category == category)
        if limit and limit < len(own):
            rng = np.random.default_rng([seed, len(own)])
            own = sorted(rng.choice(own, limit, replace=False).tolist())
        names += [(name, category) for name in own]
    return tuple(
        HeardClip(
            name,
            category,
            np.asarray(clips.tokens(name)),
            np.asarray(clips.features(name), dtype=np.float32),
        )
        for name, category in names
    )


def batches(
    clips: Sequence[HeardClip], size: int
) -> Iterator[tuple[list[int], Tokens, Features, NDArray[np.int64]]]:
    """Clips of like length side by side: places in `clips`, and a scorer's arguments.

    Shorter ones are padded with silence and features of 0.
    """
    order = sorted(range(len(clips)), key=lambda at: (clips[at].frames, at))
    for first in range(0, len(order), size):
        places = order[first : first + size]
        longest = max(clips[at].frames for at in places)
        shape = clips[places[0]].features.shape[1:]
        tokens = np.full((len(places), samples_of(longest)), ZERO, dtype=np.uint8)
        features = np.zeros((len(places), longest, *shape), dtype=np.float32)
        for row, at in enumerate(places):
            tokens[row, : len(clips[at].tokens)] = clips[at].tokens
            features[row, : clips[at].frames] = clips[at].features
        lengths = np.array([clips[at].frames for at in places], dtype=np.int64)
        yield places, tokens, features, lengths
