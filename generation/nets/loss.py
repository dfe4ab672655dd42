"""How badly sounds are predicted, in nats and in bits, and how a level is drawn."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from generation.nets.samplernn import SampleRNN
from generation.nets.scoring import nats_each, summed_nats
from generation.quantize import LEVELS


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross-entropy summed over samples, in nats, and how many samples; both ()."""

    total: Tensor
    count: Tensor

    @property
    def nats(self) -> Tensor:
        """The mean over samples in nats, (), to train on; 0 of no samples."""
        return self.total / self.count.clamp(min=1)

    @property
    def bits(self) -> Tensor:
        """The mean over samples in bits, ()."""
        return self.nats / math.log(2)


def cross_entropy(logits: Tensor, targets: Tensor, mask: Tensor | None = None) -> Loss:
    """Return the loss of predicting targets.

    logits: (..., 256); targets: (...), int64 in [0, 255]; mask: (...), bool, true where
    a sample counts, all unless given. Half precision is raised to float32 first.
    """
    total = summed_nats(logits, targets, mask)
    if mask is None:
        return Loss(total, torch.tensor(targets.numel(), device=total.device))
    return Loss(total, mask.sum())


def sample_mask(lengths: Tensor, count: int, *, each: int, start: int = 0) -> Tensor:
    """Return which of samples start ... start + count - 1 are the clip's own.

    lengths: (B,), frames; each: samples a frame. The result is (B, count), bool.
    """
    places = torch.arange(start, start + count, device=lengths.device)
    return places < lengths[:, None] * each


@torch.no_grad()
def clip_nats(
    net: SampleRNN,
    tokens: Tensor,
    features: Tensor,
    lengths: Tensor | None = None,
    *,
    frames: int = 4,
) -> Tensor:
    """Return the nats that each whole clip costs, (B,) float64, past its length none.

    tokens: (B, fs3 + N); features: (B, m, F); lengths: (B,) or None for m. `frames` of
    video are computed at once, whatever the clip's length; the result does not depend
    on it but for rounding.
    """
    size = net.config.frame_samples
    batch, total = features.shape[:2]
    if lengths is None:
        lengths = torch.full((batch,), total, device=tokens.device)
    lead = net.config.fs3
    state = net.begin(features, lengths)
    summed = torch.zeros(batch, dtype=torch.float64, device=tokens.device)
    for first in range(0, total, frames):
        shown = features[:, first : first + frames]
        start, count = first * size, shown.shape[1] * size
        part = tokens[:, start : start + lead + count]
        logits, state = net.chunk(part, state, shown)
        each = nats_each(logits, part[:, lead:])  # (B, count)
        own = sample_mask(lengths, count, each=size, start=start)
        summed += torch.where(own, each, 0).sum(dim=1, dtype=torch.float64)
    return summed


def draw(logits: Tensor, uniforms: Tensor, temperature: float = 1.0) -> Tensor:
    """Return the levels at which the cumulative distribution passes the uniforms.

    logits: (B, 256); uniforms: (B,) in [0, 1); the result is (B,) int64: the first
    level whose cumulative probability is above u times their sum. Raises ValueError
    for a temperature not above 0.
    """
    if not temperature > 0:
        raise ValueError(f"a temperature is above 0, not {temperature}")
    summed = (logits / temperature).softmax(dim=1).cumsum(dim=1)  # (B, 256)
    passed = summed <= uniforms.to(summed.dtype)[:, None] * summed[:, -1:]
    return passed.sum(dim=1).clamp(max=LEVELS - 1)
