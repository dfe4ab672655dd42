"""Runs of a GRU (torch's cell: reset after the product) over whole sequences."""

import torch
from torch import Tensor, nn

from generation.nets.linear import NormedLinear

WEIGHTS = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
"""A GRU's parameters as torch names them; rows are reset, update, candidate."""


def make_gru(inputs: int, dim: int) -> nn.GRU:
    """Return a GRU of one layer whose values are not set (nor anyone's seed moved)."""
    made = nn.GRU(inputs, dim, batch_first=True, device="meta")
    return made.to_empty(device="cpu")


def run_gru(gru: nn.GRU, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Return all states and the last: (B, S, D) and (B, D).

    inputs: (B, S, I); hidden: (B, D), the state before the first step.
    """
    if inputs.is_cuda:
        # the module keeps its weights in the one block that cuDNN wants
        states, last = gru(inputs, hidden[None])
        return states, last[0]
    return _run(inputs, hidden, weights_of(gru))


def run_expanded(
    gru: nn.GRU, expand: NormedLinear, inputs: Tensor, hidden: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the same of a linear layer in front: inputs (B, S, I) before `expand`.

    Off CUDA the two matrices become one, I x 3D, which is most of a tier's work.
    """
    if inputs.is_cuda:
        return run_gru(gru, expand(inputs), hidden)
    into, recurrent, bias_in, bias_recurrent = weights_of(gru)
    if expand.bias is not None:
        bias_in = bias_in + into @ expand.bias
    weights = [into @ expand.matrix(), recurrent, bias_in, bias_recurrent]
    return _run(inputs, hidden, weights)


def weights_of(gru: nn.GRU) -> list[Tensor]:
    """Return (3D, I), (3D, D), (3D,), (3D,), in the order of WEIGHTS."""
    return [gru.get_parameter(name) for name in WEIGHTS]


def _run(
    inputs: Tensor, hidden: Tensor, weights: list[Tensor]
) -> tuple[Tensor, Tensor]:
    if torch.is_autocast_enabled("cpu"):
        dtype = torch.get_autocast_dtype("cpu")
        inputs, hidden = inputs.to(dtype), hidden.to(dtype)
        weights = [weight.to(dtype) for weight in weights]
    states, last = torch.gru(
        inputs,
        hidden[None].contiguous(),
        weights,
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=True,
        bidirectional=False,
        batch_first=True,
    )
    return states, last[0]
