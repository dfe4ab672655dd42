"""Nets small enough to step through sample by sample, exact enough to compare."""

from dataclasses import replace

import torch
from torch import Tensor

from generation.nets import METHODS, NetConfig, SampleRNN
from generation.nets.config import Method

FRAME = 64  # samples a video frame: four coarse steps
SMALL = NetConfig("frame", dim=12, embedding=6, feature_dim=5, frame_samples=FRAME)
METHOD_NAMES: tuple[Method, ...] = METHODS


def net_of(method: Method, **changes: object) -> SampleRNN:
    """A net in float64 none of whose parameters sits at a special value."""
    config = replace(SMALL, method=method, **changes)  # type: ignore[arg-type]
    net = SampleRNN(config, seed=1).double()
    rng = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in net.parameters():
            noise = torch.randn(parameter.shape, generator=rng, dtype=torch.float64)
            parameter.add_(0.2 * noise)
    return net


def clips(
    net: SampleRNN, batch: int = 3, frames: int = 3, seed: int = 3
) -> tuple[Tensor, Tensor]:
    """Tokens (B, 16 + 64 m) after silence, features (B, m, F) or maps of 3 x 2."""
    rng = torch.Generator().manual_seed(seed)
    config = net.config
    count = frames * config.frame_samples
    sound = torch.randint(256, (batch, count), generator=rng)
    places = (3, 2) if config.attention else ()
    shape = (batch, frames, *places, config.feature_dim)
    features = torch.randn(shape, generator=rng, dtype=torch.float64)
    return torch.cat([net.prompt(batch), sound], dim=1), features


def gradients(net: SampleRNN, value: Tensor) -> dict[str, Tensor]:
    """The gradient of a scalar by parameter name; zeros where none arrives."""
    names, parameters = zip(*net.named_parameters(), strict=True)
    found = torch.autograd.grad(value, parameters, allow_unused=True)
    return {
        name: torch.zeros_like(parameter) if gradient is None else gradient
        for name, parameter, gradient in zip(names, parameters, found, strict=True)
    }
