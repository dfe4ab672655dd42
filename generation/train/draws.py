"""What training draws at random, each from the run's seed and its place in the run.

Whoever takes a run up, or shares it with other processes, draws the same.
"""

import hashlib

import numpy as np
import torch
from torch import Tensor

from generation.train.config import TrainConfig

_WINDOWS, _DITHER, _SILENCE = 4, 5, 6


def windows_generator(config: TrainConfig, epoch: int, step: int) -> torch.Generator:
    """Return what a step's windows are drawn with."""
    return torch.Generator().manual_seed(_seed(config.seed, epoch, step, _WINDOWS))


def dither_seed(config: TrainConfig, epoch: int, clip: str) -> int | None:
    """Return the seed of a clip's dither in an epoch, None where there is none."""
    if not config.dither:
        return None
    return _seed(config.seed, epoch, _number(clip), _DITHER)


def silenced(
    config: TrainConfig, epoch: int, clip: str, frames: int, *, step: int = 0
) -> Tensor | None:
    """Return of which video frames upper tiers hear nothing, (frames,), in a step.

    None where there is no history dropout.
    """
    if not config.history_dropout:
        return None
    seed = _seed(config.seed, epoch, step, _number(clip), _SILENCE)
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(frames, generator=rng) < config.history_dropout


def _number(clip: str) -> int:
    return int.from_bytes(hashlib.sha256(clip.encode()).digest()[:8], "big")


def _seed(*given: int) -> int:
    drawn = np.random.SeedSequence(given).generate_state(1, np.uint64)
    return int(drawn[0] >> np.uint64(1))
