"""One coarse step and its fs3 samples in torch, in memory that is laid out once.

Nothing here asks the device for a value or allocates in the loop, so the same code runs
plainly (`eager`) and recorded as a CUDA graph (`graphs`).
"""

import torch
from torch import Tensor

from generation.fast.fold import Folded, Gates
from generation.nets import State
from generation.quantize import LEVELS, ZERO


class Block:
    """Buffers for B clips, and the operations between them; use in inference mode.

    Write `seen` (B, 3D), what the video frame tells the coarse gates with their bias,
    and `uniforms` (B, fs3); `run`; then `made` (B, fs3) int64 holds the levels.
    """

    def __init__(self, folded: Folded, state: State, temperature: float = 1.0) -> None:
        self.folded = folded
        config, dim, batch = folded.config, folded.config.dim, len(state.coarse)
        device, wide = folded.device, folded.coarse_bias.dtype

        def room(*shape: int, dtype: torch.dtype = wide) -> Tensor:
            return torch.zeros(batch, *shape, dtype=dtype, device=device)

        self.coarse = _Tier(folded.coarse, state.coarse, config.fs3)
        self.frame = _Tier(folded.frame, state.frame, config.fs2)
        self.seen = room(3 * dim)
        self.uniforms = room(config.fs3)
        self.tokens = room(2 * config.fs3, dtype=torch.int64).fill_(ZERO)
        self.made = self.tokens[:, config.fs3 :]
        self._lift = _Product(folded.lift, folded.lift_bias, batch)
        self._told = _Product(folded.told, folded.told_bias, batch)
        self._hidden = _Product(folded.hidden, folded.hidden_bias, batch)
        # a temperature divides logits: here all at once, before the loop
        self._out = _Product(
            folded.out / temperature, folded.out_bias / temperature, batch
        )
        self.logits = self._out.result
        self._rows = room(config.k, dtype=torch.int64)
        self._offsets = torch.arange(config.k, device=device) * LEVELS
        self._gathered = room(config.k, dim)
        self._sum = room(dim)
        self._shares = room(LEVELS)
        self._goal = room(1)
        self._found = room(1, dtype=torch.int64)
        # slicing costs as much as computing where nets are small: slice once
        self._lifted = torch.split(self._lift.result, 3 * dim, dim=1)
        self._below = torch.split(self._told.result, dim, dim=1)
        ends = range(config.fs3, 2 * config.fs3)
        self._windows = [self.tokens[:, end - config.k : end] for end in ends]
        self._places = torch.split(self.made, 1, dim=1)
        self._chances = torch.split(self.uniforms, 1, dim=1)
        self._read = [
            self.tokens[:, end - config.fs2 : end] for end in ends[:: config.fs2]
        ]

    @property
    def carried(self) -> tuple[Tensor, ...]:
        """All that one step leaves to the next."""
        return self.coarse.state, self.frame.state, self.tokens

    def run(self) -> None:
        """Go on by one coarse step: fs3 samples of every clip."""
        for sample in range(self.folded.config.fs3):
            self.predict(sample)
            self._draw(sample)
        self.turn()

    def predict(self, sample: int) -> None:
        """Fill `logits` (B, 256) for a sample in [0, fs3), those before it being made.

        Samples must come in order, with `turn` after the last.
        """
        config = self.folded.config
        if sample == 0:
            self.coarse.step(self.tokens[:, : config.fs3], self.seen)
            self._lift(self.coarse.state)
        part, offset = divmod(sample, config.fs2)
        if offset == 0:
            self.frame.step(self._read[part], self._lifted[part])
            self._told(self.frame.state)
        torch.add(self._windows[sample], self._offsets, out=self._rows)
        torch.index_select(
            self.folded.tables,
            0,
            self._rows.view(-1),  # (B * k,)
            out=self._gathered.view(-1, config.dim),  # (B * k, D)
        )
        torch.sum(self._gathered, 1, out=self._sum)
        self._sum.add_(self._below[offset]).relu_()
        self._out(self._hidden(self._sum).relu_())

    def turn(self) -> None:
        """Make the samples made those read."""
        size = self.folded.config.fs3
        self.tokens[:, :size].copy_(self.made)

    def narrow(self, count: int, temperature: float) -> "Block":
        """Return a block that goes on with the first `count` clips alone."""
        kept = State(self.coarse.state[:count], self.frame.state[:count])
        block = Block(self.folded, kept, temperature)
        block.tokens.copy_(self.tokens[:count])
        return block

    def _draw(self, sample: int) -> None:
        """The first level whose cumulative share is above u: as nets' `draw`."""
        torch.softmax(self.logits, 1, out=self._shares)
        torch.cumsum(self._shares, 1, out=self._shares)
        torch.mul(self._chances[sample], self._shares[:, -1:], out=self._goal)
        torch.searchsorted(self._shares, self._goal, right=True, out=self._found)
        torch.clamp(self._found, max=LEVELS - 1, out=self._places[sample])


class _Product:
    """A matrix and bias, and room for the result: (B, O), in the matrix's dtype."""

    def __init__(self, matrix: Tensor, bias: Tensor, batch: int) -> None:
        self._matrix = matrix.T  # (I, O)
        self._bias = bias.to(matrix.dtype)
        self._input = matrix.new_zeros(batch, matrix.shape[1])
        self.result = matrix.new_zeros(batch, len(matrix))

    def __call__(self, values: Tensor) -> Tensor:
        """Return the result for (B, I)."""
        if values.dtype != self._input.dtype:
            values = self._input.copy_(values)
        return torch.addmm(self._bias, values, self._matrix, out=self.result)


class _Tier:
    """A recurrent tier: torch's GRU cell, reset after the product."""

    def __init__(self, gates: Gates, state: Tensor, size: int) -> None:
        batch, dim = state.shape
        self.state = state.clone()
        self._read = gates.read.T  # (n, 3D)
        self._recall = _Product(gates.recurrent, gates.bias, batch)
        self._scaled = state.new_zeros(batch, size)
        self._gates = state.new_zeros(batch, 3 * dim)
        self._mixing = self._gates[:, : 2 * dim]
        self._reset, self._update, self._candidate = self._gates.chunk(3, dim=1)
        self._recalled = self._recall.result[:, : 2 * dim]
        self._old = self._recall.result[:, 2 * dim :]

    def step(self, tokens: Tensor, told: Tensor) -> None:
        """Go on by a step: tokens (B, n) read, `told` (B, 3D) what the tier is told."""
        self._recall(self.state)
        torch.mul(tokens, 2 / ZERO, out=self._scaled).sub_(2)
        torch.mm(self._scaled, self._read, out=self._gates).add_(told)
        self._mixing.add_(self._recalled).sigmoid_()
        torch.mul(self._reset, self._old, out=self._reset)
        self._candidate.add_(self._reset).tanh_()
        torch.lerp(self._candidate, self.state, self._update, out=self.state)
