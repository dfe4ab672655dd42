"""The engine of plain torch: every device, float32, bfloat16 and float64."""

import torch
from torch import Tensor

from generation.fast.block import Block
from generation.fast.drive import Driven
from generation.fast.fold import Folded
from generation.nets import State


class EagerRunner:
    """Clips computed operation by operation."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        self._temperature = temperature
        self._block = Block(folded, state, temperature)

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (n, D)."""
        return self._block.coarse.state

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame, (n, samples) uint8, see Runner."""
        count, samples = uniforms.shape
        if count < len(self._block.seen):
            self._block = self._block.narrow(count, self._temperature)
        block, size = self._block, self._block.folded.config.fs3
        made = torch.empty(count, samples, dtype=torch.uint8, device=seen.device)
        block.seen.copy_(seen)
        for start in range(0, samples, size):
            block.uniforms.copy_(uniforms[:, start : start + size])
            block.run()
            made[:, start : start + size] = block.made
        return made


EAGER = Driven("eager", EagerRunner)
