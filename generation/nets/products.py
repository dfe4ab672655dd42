"""Products of large float32 matrices by oneDNN, wherever torch would ask MKL.

MKL keeps its widest vectors for Intel's processors: on others with AVX-512 oneDNN,
which torch brings along too and uses for its convolutions, multiplies twice as fast.
Everything else (other types, devices, small products) goes the ordinary way.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

LARGE = 2**20
"""Multiplications below which calling oneDNN costs more than it saves."""


def _operator(name: str) -> Any:
    """One of torch.compile's own ways to oneDNN; None where there is none."""
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return getattr(torch.ops.mkldnn, name, None) if available else None


_MULTIPLY = _operator("_linear_pointwise")
_PACK = _operator("_reorder_linear_weight")


def linear(inputs: Tensor, matrix: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return (..., O) of (..., I) times matrix (O, I), plus the bias (O,).

    As torch's own, autocast included; what oneDNN multiplies is differentiable once.
    A result of two dimensions may be written over, others are views of one.
    """
    if not _taken(inputs, matrix):
        return functional.linear(inputs, matrix, bias)
    made: Tensor = _Linear.apply(inputs, matrix, bias)  # type: ignore[no-untyped-call]
    return made


class Repeated:
    """A matrix (O, I) laid out for many products with (N, I), without gradients."""

    def __init__(self, matrix: Tensor, bias: Tensor | None, rows: int) -> None:
        self._bias = bias
        self._matrix = matrix
        self._packed: Tensor | None = None
        if _taken(matrix[0].expand(rows, -1), matrix):
            self._packed = _PACK(matrix.contiguous(), rows)

    def __call__(self, left: Tensor) -> Tensor:
        """Return (N, O): left (N, I) times the matrix, plus the bias."""
        if self._packed is None:
            return functional.linear(left, self._matrix, self._bias)
        return _by_onednn(left, self._packed, self._bias)

    def into(self, made: Tensor, left: Tensor) -> None:
        """Write the same over `made` (N, O)."""
        if self._packed is None and self._bias is not None:
            torch.addmm(self._bias, left, self._matrix.T, out=made)
        else:
            made.copy_(self(left))

    def add_to(self, sums: Tensor, left: Tensor) -> None:
        """Add the same, without the bias, to `sums` (N, O)."""
        if self._packed is None:
            sums.addmm_(left, self._matrix.T)
        else:
            sums.add_(_by_onednn(left, self._packed, None))


def times(left: Tensor, right: Tensor) -> Tensor:
    """Return (N, O) of left (N, I) and right (O, I); no gradients."""
    if not _taken(left, right):
        return left @ right.T
    return _by_onednn(left, right, None)


def _taken(inputs: Tensor, matrix: Tensor) -> bool:
    return (
        None not in (_MULTIPLY, _PACK)
        and inputs.dtype == matrix.dtype == torch.float32
        and inputs.device.type == "cpu"
        and inputs.numel() * len(matrix) >= LARGE
        and not torch.is_autocast_enabled("cpu")
    )


def _by_onednn(inputs: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
    # oneDNN reads a bias as if its numbers lay side by side
    beside = None if bias is None else bias.contiguous()
    made: Tensor = _MULTIPLY(inputs, matrix, beside, "none", [], "")
    return made


class _Linear(torch.autograd.Function):
    """torch's linear layer, its three products by oneDNN."""

    @staticmethod
    def forward(
        ctx: Any, inputs: Tensor, matrix: Tensor, bias: Tensor | None
    ) -> Tensor:
        """Return (..., O) of (..., I), (O, I) and (O,)."""
        ctx.save_for_backward(inputs, matrix)
        return _by_onednn(inputs, matrix, bias)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, *found: Tensor
    ) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """Return the gradients of inputs, matrix and bias."""
        inputs, matrix = ctx.saved_tensors
        to_inputs, to_matrix, to_bias = ctx.needs_input_grad
        gradient = found[0].flatten(0, -2)  # (N, O)
        flat = inputs.flatten(0, -2)  # (N, I)
        return (
            times(gradient, matrix.T).view(inputs.shape) if to_inputs else None,
            times(gradient.T, flat.T) if to_matrix else None,
            gradient.sum(dim=0) if to_bias else None,
        )
