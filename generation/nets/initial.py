"""A net's first values, from a seed and nothing else.

As the SampleRNN authors' code has it (lib/ops.py): uniform of variance 2/inputs (He)
in the layers it names so, 1/inputs (LeCun) in others, orthogonal where inputs equal
outputs and in the GRU's candidate; levels N(0, 1); biases and first states 0; gains
such that weight norm changes nothing at first.
"""

import math

import torch
from torch import Tensor, nn

from generation.nets.gru import weights_of
from generation.nets.linear import NormedLinear


def initialise(net: nn.Module, *, seed: int, he: frozenset[str]) -> None:
    """Set every parameter of a net in place, module by module in order.

    `he` names the linear layers of variance 2/inputs. One seed gives the same values on
    every device: they are drawn on the CPU.
    """
    rng = torch.Generator().manual_seed(seed)
    for name, module in net.named_modules():
        if isinstance(module, NormedLinear):
            _set_linear(module, rng, is_he=name in he)
        elif isinstance(module, nn.GRU):
            _set_gru(module, rng)
        elif isinstance(module, nn.Embedding):
            _copy(module.weight, torch.randn(module.weight.shape, generator=rng))
    for name, parameter in net.named_parameters():
        if name.endswith(".h0"):
            nn.init.zeros_(parameter)


def _set_linear(layer: NormedLinear, rng: torch.Generator, *, is_he: bool) -> None:
    outputs, inputs = layer.weight.shape
    if is_he:
        values = _uniform(outputs, inputs, 2 / inputs, rng)
    elif inputs == outputs:
        values = _orthogonal(inputs, rng)
    else:
        values = _uniform(outputs, inputs, 1 / inputs, rng)
    _copy(layer.weight, values)
    if layer.gain is not None:
        _copy(layer.gain, torch.linalg.vector_norm(values, dim=1))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


def _set_gru(gru: nn.GRU, rng: torch.Generator) -> None:
    dim, inputs = gru.hidden_size, gru.input_size
    gates = _uniform(2 * dim, dim, 1 / dim, rng)
    into, recurrent, *biases = weights_of(gru)
    _copy(into, _uniform(3 * dim, inputs, 1 / inputs, rng))
    # torch orders the rows reset, update, candidate
    _copy(recurrent, torch.cat([gates, _orthogonal(dim, rng)]))
    for bias in biases:
        nn.init.zeros_(bias)


def _uniform(
    outputs: int, inputs: int, variance: float, rng: torch.Generator
) -> Tensor:
    bound = math.sqrt(3 * variance)
    return (torch.rand(outputs, inputs, generator=rng) * 2 - 1) * bound


def _orthogonal(dim: int, rng: torch.Generator) -> Tensor:
    values = torch.empty(dim, dim)
    nn.init.orthogonal_(values, generator=rng)
    return values


def _copy(parameter: Tensor, values: Tensor) -> None:
    with torch.no_grad():
        parameter.copy_(values)
