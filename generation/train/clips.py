"""How clips come to the device: looped, scaled, read ahead."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from generation.checkpoint import FeatureScale
from generation.dataset import ClipSet
from generation.dataset.loops import looped_features, looped_tokens
from generation.quantize import ZERO, dither_levels

CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A clip on the device.

    tokens: (16 + 1024 m,), uint8, silence in front; heard: the same, or what the upper
    tiers hear in its place; features: (m, F), or maps (m, rows, columns, F), float32,
    scaled.
    """

    tokens: Tensor
    heard: Tensor
    features: Tensor


class Loader:
    """Reads clips ahead, in threads: sound and features looped together."""

    def __init__(
        self,
        clips: ClipSet,
        scale: FeatureScale,
        *,
        lead: int,
        device: torch.device = CPU,
    ) -> None:
        """`lead` levels of silence are put before every clip."""
        self._clips, self._scale = clips, scale
        self._lead, self._device = lead, device
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="clips")
        self._ahead: dict[tuple[str, int], Future[tuple[Any, Any]]] = {}

    def ahead(self, name: str, frames: int) -> None:
        """Begin to read a clip that will be taken."""
        key = (name, frames)
        if key not in self._ahead:
            self._ahead[key] = self._pool.submit(self._read, name, frames)

    def take(
        self,
        name: str,
        frames: int,
        *,
        dither: int | None = None,
        silenced: Tensor | None = None,
    ) -> Loaded:
        """Return a clip, looped or cut to so many frames; `dither` seeds one level's.

        The silence in front stays silence. `silenced`: (frames,), true where upper
        tiers hear silence in place of a video frame's sound.
        """
        self.ahead(name, frames)
        heard, seen = self._ahead.pop((name, frames)).result()
        tokens = torch.full((self._lead + len(heard),), ZERO, dtype=torch.uint8)
        levels = torch.from_numpy(heard)
        if dither is not None:
            rng = torch.Generator().manual_seed(dither)
            levels = dither_levels(levels.long(), rng).to(torch.uint8)
        tokens[self._lead :] = levels
        told = there = tokens.to(self._device)
        if silenced is not None:
            told = there.clone()
            each = told[self._lead :].view(frames, -1)  # (frames, 1024)
            each[silenced.to(self._device)] = ZERO
        features = torch.from_numpy(seen).to(self._device)
        return Loaded(there, told, self._scale(features))

    def close(self) -> None:
        """Stop reading."""
        self._pool.shutdown(cancel_futures=True)

    def _read(self, name: str, frames: int) -> tuple[Any, Any]:
        return (
            looped_tokens(self._clips.tokens(name), frames=frames),
            looped_features(self._clips.features(name), frames=frames),
        )


def padded_features(features: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Return features (B, m, ...), 0 past each clip's end, and the lengths (B,)."""
    lengths = torch.tensor([len(each) for each in features])
    return torch.nn.utils.rnn.pad_sequence(features, batch_first=True), lengths


def padded_tokens(tokens: list[Tensor]) -> Tensor:
    """Return levels (B, 16 + N), int64, 128 past each clip's end."""
    padded = torch.nn.utils.rnn.pad_sequence(
        tokens, batch_first=True, padding_value=ZERO
    )
    return padded.long()  # (B, fs3 + N)
