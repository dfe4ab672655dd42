"""Nets wide enough for every engine, clips of unequal lengths, and engines to try."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from generation.fast import ENGINES, Engine, uniforms
from generation.fast.compiled import missing
from generation.nets import METHODS, NetConfig, SampleRNN
from generation.nets.config import Method

FRAME = 64  # samples a video frame: four coarse steps
SMALL = NetConfig("frame", dim=32, embedding=6, feature_dim=5, frame_samples=FRAME)
METHOD_NAMES: tuple[Method, ...] = METHODS
CPU_ENGINES = ("eager", "compiled")


def engine_of(name: str) -> Engine:
    """An engine, the test being skipped where there is no compiler for it."""
    if name == "compiled" and (reason := missing()):
        pytest.skip(f"no C++ engine here: {reason}")
    return ENGINES[name]


def fresh_net(method: Method, **changes: object) -> SampleRNN:
    """A net as training starts with it, float32."""
    return SampleRNN(replace(SMALL, method=method, **changes), seed=1)  # type: ignore[arg-type]


def net_of(method: Method, **changes: object) -> SampleRNN:
    """A net in float64 none of whose parameters sits at a special value."""
    net = fresh_net(method, **changes).double()
    rng = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in net.parameters():
            noise = torch.randn(parameter.shape, generator=rng, dtype=torch.float64)
            parameter.add_(0.2 * noise)
    return net


def clips(net: SampleRNN, batch: int = 8, frames: int = 4) -> tuple[Tensor, Tensor]:
    """Features (B, m, F), or maps of 3 x 2 with attention, and numbers (B, N)."""
    rng = torch.Generator().manual_seed(3)
    config = net.config
    places = (3, 2) if config.attention else ()
    shape = (batch, frames, *places, config.feature_dim)
    features = torch.randn(shape, generator=rng, dtype=torch.float64)
    count = frames * config.frame_samples
    rows = [uniforms(4, f"clip {row}", "x", 0, count) for row in range(batch)]
    numbers = torch.stack([torch.from_numpy(row) for row in rows])
    return features.to(net.coarse.h0.dtype), numbers
