"""The linear layer of every tier: weight-normalised, its matrix at hand."""

import torch
from torch import Tensor, nn

from generation.nets.products import linear


class NormedLinear(nn.Module):
    """Linear inputs -> outputs whose matrix is gain * weight / |weight| row by row.

    Parameters, under the names that checkpoints keep: `weight` (outputs, inputs),
    `gain` (outputs,) unless `normed` is off, `bias` (outputs,) unless `biased` is off.
    Values are not set here: `generation.nets.initial` does that, from a seed.
    """

    def __init__(
        self, inputs: int, outputs: int, *, normed: bool, biased: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.gain = nn.Parameter(torch.empty(outputs)) if normed else None
        self.bias = nn.Parameter(torch.empty(outputs)) if biased else None

    def matrix(self) -> Tensor:
        """Return the matrix in force, (outputs, inputs)."""
        if self.gain is None:
            return self.weight
        norms: Tensor = torch.linalg.vector_norm(self.weight, dim=1)  # (outputs,)
        return self.weight * (self.gain / norms)[:, None]

    def forward(self, inputs: Tensor) -> Tensor:
        """Return (..., outputs) of (..., inputs)."""
        return linear(inputs, self.matrix(), self.bias)
