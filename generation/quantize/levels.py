"""The fixed linear map between a sound in [-1, 1] and 256 levels.

One map everywhere, never a clip's own minimum and maximum: silence is level 128 and
comes back as exactly 0, whatever else the clip holds.
"""

from typing import Any, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

LEVELS = 256
ZERO = 128
"""The level of silence."""


@overload
def encode(sound: Tensor) -> Tensor: ...


@overload
def encode(sound: NDArray[Any]) -> NDArray[np.uint8]: ...


def encode(sound: NDArray[Any] | Tensor) -> NDArray[np.uint8] | Tensor:
    """Return the levels of a sound: clip(round(128 x) + 128, 0, 255).

    sound: any shape, floats; below -1 and above 127/128 it is clipped. The result has
    the same shape: uint8 of an array, int64 of a tensor. Raises ValueError for whole
    numbers and for values that are not finite.
    """
    if isinstance(sound, Tensor):
        if not sound.is_floating_point():
            raise ValueError(f"a sound is floats in [-1, 1], not {sound.dtype}")
        if not bool(torch.isfinite(sound).all()):
            raise ValueError("the sound has values that are not finite")
        return ((sound * ZERO).round() + ZERO).clamp(0, LEVELS - 1).long()
    if not np.issubdtype(sound.dtype, np.floating):
        raise ValueError(f"a sound is floats in [-1, 1], not {sound.dtype}")
    if not np.isfinite(sound).all():
        raise ValueError("the sound has values that are not finite")
    steps = np.rint(sound * ZERO) + ZERO
    levels: NDArray[np.uint8] = np.clip(steps, 0, LEVELS - 1).astype(np.uint8)
    return levels


@overload
def decode(levels: Tensor) -> Tensor: ...


@overload
def decode(levels: NDArray[Any]) -> NDArray[np.float32]: ...


def decode(levels: NDArray[Any] | Tensor) -> NDArray[np.float32] | Tensor:
    """Return the sound of levels, q/128 - 1: float32 in [-1, 127/128], same shape.

    Raises ValueError for levels outside 0..255 and for floats.
    """
    if isinstance(levels, Tensor):
        if levels.is_floating_point():
            raise ValueError(f"levels are whole numbers, not {levels.dtype}")
        _check_range(levels.cpu().numpy())
        return levels.to(torch.float32) / ZERO - 1
    if not np.issubdtype(levels.dtype, np.integer):
        raise ValueError(f"levels are whole numbers, not {levels.dtype}")
    _check_range(levels)
    sound: NDArray[np.float32] = levels.astype(np.float32) / np.float32(ZERO)
    return sound - np.float32(1)


def dither_levels(levels: Tensor, generator: torch.Generator) -> Tensor:
    """Return levels moved by -1, 0 or +1 (odds 1:2:1), for training on clean sound.

    levels: any shape, int64 in [0, 255]; so is the result. Against drift into noise
    that clean recordings provoke (sampleRNN_ICLR2017, issue 17).
    """
    shape = (2, *levels.shape)
    coins = torch.randint(2, shape, generator=generator, device=levels.device)
    return (levels + coins[0] - coins[1]).clamp(0, LEVELS - 1)


def _check_range(levels: NDArray[Any]) -> None:
    if levels.size and (levels.min() < 0 or levels.max() >= LEVELS):
        extremes = f"{levels.min()} to {levels.max()}"
        raise ValueError(f"levels run from 0 to {LEVELS - 1}, these from {extremes}")
