"""Runs of a GRU (torch's cell: reset after the product) over whole sequences."""

from torch import Tensor, nn

from generation.nets.linear import NormedLinear
from generation.nets.products import LARGE, linear
from generation.nets.recurrence import recur

WEIGHTS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
"""A GRU's parameters as torch names them; rows are reset, update, candidate."""


def make_gru(inputs: int, dim: int) -> nn.GRU:
    """Return a GRU of one layer whose values are not set (nor anyone's seed moved)."""
    made = nn.GRU(inputs, dim, batch_first=True, device="meta")
    return made.to_empty(device="cpu")


def weights_of(gru: nn.GRU) -> list[Tensor]:
    """Return (3D, I), (3D, D), (3D,), (3D,), in the order of WEIGHTS."""
    return [gru.get_parameter(name) for name in WEIGHTS]


def run_gru(gru: nn.GRU, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Return all states and the last: (B, S, D) and (B, D).

    inputs: (B, S, I); hidden: (B, D), the state before the first step.
    """
    if inputs.is_cuda:
        # the module keeps its weights in the one block that cuDNN wants
        states, last = gru(inputs, hidden[None].contiguous())
        return states, last[0]
    into, _, bias, _ = weights_of(gru)
    return _run(gru, linear(inputs.transpose(0, 1), into, bias), hidden)


def run_expanded(
    gru: nn.GRU,
    expand: NormedLinear,
    inputs: Tensor,
    hidden: Tensor,
    added: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the same of inputs (B, S, I) that go through `expand`, I -> D, first.

    added: (B, m, D), to be added after it, each to S / m steps in turn. Off CUDA the
    two matrices become one, I x 3D, which is most of the work of what they do.
    """
    steps = inputs.shape[1]
    if inputs.is_cuda:
        wide = expand(inputs)
        if added is not None:
            wide = wide + added.repeat_interleave(steps // added.shape[1], dim=1)
        return run_gru(gru, wide, hidden)
    into, _, bias, _ = weights_of(gru)
    if expand.bias is not None:
        bias = bias + into @ expand.bias
    gates = linear(inputs.transpose(0, 1), into @ expand.matrix(), bias)
    if added is not None:
        more = linear(added.transpose(0, 1), into)  # (m, B, 3D)
        gates = gates + more.repeat_interleave(steps // len(more), dim=0)
    return _run(gru, gates, hidden)


def _run(gru: nn.GRU, gates: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Return (B, S, D) and (B, D) of gates (S, B, 3D)."""
    _, weight, _, bias = weights_of(gru)
    dtype = gates.dtype  # half of it under autocast
    if len(hidden) * weight.numel() < LARGE:
        dtype = weight.dtype  # halves save small products less than they cost
    states = recur(gates.to(dtype), hidden.to(dtype), weight.to(dtype), bias.to(dtype))
    return states.transpose(0, 1), states[-1]
