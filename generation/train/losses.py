"""How well a net predicts clips it did not learn from."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import torch

from generation.dataset import PreparedClip, bucketed_batches
from generation.geometry import SAMPLES_PER_FRAME
from generation.nets import SampleRNN, clip_nats
from generation.train.clips import Loader, padded_features, padded_tokens
from generation.train.world import World


def mean_nats(
    net: SampleRNN,
    clips: Sequence[PreparedClip],
    load: Loader,
    world: World,
    *,
    batch: int,
    half: bool = False,
) -> float:
    """Return the mean cross-entropy a sample, in nats, over whole clips, not looped.

    The net is in eval mode meanwhile. Every sample counts alike, so that long clips
    count more. Raises ValueError for no clips.
    """
    if not clips:
        raise ValueError("a loss needs one clip or more")
    lengths = [(clip.clip, clip.frames) for clip in clips]
    batches = bucketed_batches(lengths, -(-batch // world.size))
    frames = dict(lengths)
    was_training = net.training
    net.eval()
    summed = torch.zeros((), dtype=torch.float64)
    try:
        with torch.no_grad(), precision(world.device, half=half):
            for names in batches[world.rank :: world.size]:
                for name in names:
                    load.ahead(name, frames[name])
                loaded = [load.take(name, frames[name]) for name in names]
                seen, counts = padded_features([clip.features for clip in loaded])
                tokens = padded_tokens([clip.tokens for clip in loaded])
                counts = counts.to(world.device)
                summed += clip_nats(net, tokens, seen, counts).sum().cpu()
    finally:
        net.train(was_training)
    total = world.add_up(summed.to(world.device))
    return float(total) / (sum(frames.values()) * SAMPLES_PER_FRAME)


def precision(device: torch.device, *, half: bool) -> AbstractContextManager[object]:
    """Return the context in which a net computes: bfloat16 products, or as it is."""
    if not half:
        return nullcontext()
    return torch.autocast(device.type, dtype=torch.bfloat16)
