"""Whether levels are those that the numbers drew, however they were computed.

Two engines may part at a sample whose number falls within rounding of a border between
two levels, and are then both right about different clips. So a clip is judged by
itself: told what was made so far, the exact net must put each sample's number between
the borders of the level that was made of it.
"""

import copy

import torch
from torch import Tensor

from generation.nets import SampleRNN
from generation.quantize import LEVELS


@torch.inference_mode()
def cdf_violation(  # noqa: PLR0913 - a net, the clips, and how they were sampled
    net: SampleRNN,
    features: Tensor,
    lengths: Tensor | None,
    tokens: Tensor,
    uniforms: Tensor,
    *,
    temperature: float = 1.0,
    frames: int = 1,
) -> float:
    """Return how far the worst number lies outside its level's interval, in [0, 1].

    Teacher-forced in float64, `frames` video frames at a time (which bounds memory and
    changes nothing). features: (B, m, F); lengths: (B,) frames or None for m; tokens:
    (B, N), levels made; uniforms: (B, N) they were drawn by; what lies past a clip's
    length is not looked at. 0 is perfect; rounding in float32 stays below 1e-6.
    """
    exact = copy.deepcopy(net).double()
    config = exact.config
    size, lead = config.frame_samples, config.fs3
    made = torch.cat([exact.prompt(len(tokens)), tokens.to(torch.int64)], dim=1)
    shown = features.double()
    state = exact.begin(shown, lengths)
    counts = torch.full((len(tokens),), features.shape[1])
    if lengths is not None:
        counts = lengths.cpu()
    worst = 0.0
    for first in range(0, int(counts.max()), frames):
        seen = shown[:, first : first + frames]
        start, count = first * size, seen.shape[1] * size
        part = made[:, start : start + lead + count]
        logits, state = exact.chunk(part, state, seen)
        numbers = uniforms[:, start : start + count].to(logits)
        outside = _outside(logits / temperature, part[:, lead:], numbers)
        past = torch.arange(start, start + count) >= counts[:, None] * size
        outside = outside.masked_fill(past.to(outside.device), 0)
        worst = max(worst, float(outside.max()))
    return worst


def _outside(logits: Tensor, levels: Tensor, uniforms: Tensor) -> Tensor:
    """Return by how much each number is outside: (B, n), 0 inside."""
    borders = logits.softmax(dim=2).cumsum(dim=2)  # (B, n, 256)
    upper = borders.gather(2, levels[:, :, None])[:, :, 0]
    lower = borders.gather(2, (levels[:, :, None] - 1).clamp(min=0))[:, :, 0]
    lower = lower.masked_fill(levels == 0, 0)
    # nothing lies above the last border, whatever the sum of shares came to
    upper = upper.masked_fill(levels == LEVELS - 1, 1)
    return torch.maximum(lower - uniforms, uniforms - upper).clamp(min=0)
