"""A net's first values, from a seed and nothing else.

As the SampleRNN authors' code has it (lib/ops.py): uniform of variance 2/inputs (He)
in the layers it names so, 1/inputs (LeCun) in others, orthogonal where inputs equal
outputs and in the GRU's candidate; levels N(0, 1); biases and first states 0; gains
such that weight norm changes nothing at first.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from generation.nets.gru import weights_of
from generation.nets.linear import NormedLinear


def initialise(
    net: nn.Module,
    *,
    seed: int,
    he: frozenset[str],
    holds: Mapping[str, int] | None = None,
) -> None:
    """Set every parameter of a net in place, module by module in order.

    `he` names the linear layers of variance 2/inputs, `holds` the GRUs whose units are
    to remember from the start, with the most steps. One seed gives the same values on
    every device: they are drawn on the CPU, those of memory last.
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
    for name, steps in (holds or {}).items():
        _set_memory(net.get_submodule(name), steps, rng)


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


def _set_memory(gru: nn.Module, steps: int, rng: torch.Generator) -> None:
    """Let units keep what they hold for 1 to `steps` steps, all scales alike.

    A unit whose update gate starts at a bias of log(T) keeps 1 - 1/(1 + T) of its state
    with each step (Tallec and Ollivier, "Can recurrent neural networks warp time?",
    ICLR 2018); at 0 it keeps half. Times are drawn log-uniformly, so that fast units
    stay: theirs are uniform.
    """
    bias = gru.get_parameter("bias_ih_l0")  # (3D,)
    dim = len(bias) // 3
    times = torch.rand(dim, generator=rng) * math.log(steps)
    with torch.no_grad():
        bias[dim : 2 * dim] = times


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
