"""The engine of CUDA graphs: one coarse step recorded, then replayed.

A sample of a folded net is some fifteen small kernels, and starting them one by one
takes longer than running them. Recorded, the fs3 samples of a coarse step start as one.
What is recorded is `Block.run`, which eager runs as it stands.
"""

from functools import cache

import torch
from torch import Tensor

from generation.fast.block import Block
from generation.fast.drive import Driven
from generation.fast.fold import Folded
from generation.nets import State

WARM_UPS = 3
"""Runs before recording: libraries lay out their memory in the first ones."""


def unusable(device: torch.device) -> str | None:
    """Return why graphs cannot be recorded on a device, None if they can."""
    if device.type != "cuda":
        return f"CUDA graphs need a CUDA device, not {device}"
    if not torch.cuda.is_available():
        return "CUDA graphs need a CUDA device, and torch finds none"
    return None


class GraphRunner:
    """Clips computed by replaying a graph; recorded again when half have ended."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        if reason := unusable(folded.device):
            raise ValueError(reason)
        self._temperature = temperature
        self._block = Block(folded, state, temperature)
        self._graph = _recorded(self._block)

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (n or more, D)."""
        return self._block.coarse.state

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame, (n, samples) uint8, see Runner."""
        count, samples = uniforms.shape
        # recording takes longer than computing rows that nobody wants
        if count <= len(self._block.seen) // 2:
            self._block = self._block.narrow(count, self._temperature)
            self._graph = _recorded(self._block)
        block, size = self._block, self._block.folded.config.fs3
        made = torch.empty(count, samples, dtype=torch.uint8, device=seen.device)
        block.seen[:count].copy_(seen)
        for start in range(0, samples, size):
            block.uniforms[:count].copy_(uniforms[:, start : start + size])
            self._graph.replay()
            made[:, start : start + size] = block.made[:count]
        return made


def _recorded(block: Block) -> torch.cuda.CUDAGraph:
    """Record one coarse step of a block, whose values are as before afterwards."""
    kept = [tensor.clone() for tensor in block.carried]
    graph, side = torch.cuda.CUDAGraph(), _side(block.seen.device)
    # recording looks at the current device, whatever the tensors' is
    with torch.cuda.device(block.seen.device):
        main = torch.cuda.current_stream()
        side.wait_stream(main)
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                block.run()
        main.wait_stream(side)
        with torch.cuda.graph(graph, stream=side):
            block.run()
    for tensor, value in zip(block.carried, kept, strict=True):
        tensor.copy_(value)
    return graph


@cache
def _side(device: torch.device) -> torch.cuda.Stream:
    # one for all: cuBLAS keeps room (32 MiB on an H200) for each stream it ever met
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


GRAPHS = Driven("graphs", GraphRunner)
