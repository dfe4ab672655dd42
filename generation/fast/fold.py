"""A net rewritten to need less arithmetic a sample, and exactly as predictive.

Neighbouring linear maps become one, computed once in float64: embedding, `mlp.l1` and
`mlp.l2` become k tables of 256 rows to sum; `frame.out` ends in `mlp.l2` already; what
the recurrent tiers read goes straight into the gates, as features and `coarse.out` do.
At width 1,024 that leaves 4.1 million multiplications a sample of 6.7.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

from generation.nets import NetConfig, SampleRNN
from generation.nets.gru import weights_of
from generation.nets.linear import NormedLinear

DTYPES = (torch.float32, torch.bfloat16, torch.float64)


T = TypeVar("T", "Gates", "Folded")


@dataclass(frozen=True, slots=True)
class Gates:
    """A recurrent tier: what it reads and remembers, straight into its three gates.

    `read` (3D, n) meets the n scaled samples before a step, `recurrent` (3D, D) with
    `bias` (3D,) the state; rows are reset, update, candidate. `start` (D,) is h0.
    """

    read: Tensor
    recurrent: Tensor
    bias: Tensor
    start: Tensor

    def to(self, device: torch.device | str) -> "Gates":
        """Return the same values on a device."""
        return _moved(self, device)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded net: matrices (outputs, inputs), without gradients.

    `dtype` is that of the matrices that most work goes into; the rest is float32
    (float64 if they are), `out` with it: rounding it shows most in the shares. `lift`
    tells r = fs3/fs2 frame steps what the coarse state is, `told` fs2 samples what the
    frame state is; `tables` has row 256 i + q for level q as the i-th of k, oldest
    first; `vis` and `query` are frame's alone (the latter with attention), `encoder`
    seq's and flow's: a GRU's weights in torch's order.
    """

    config: NetConfig
    dtype: torch.dtype
    coarse: Gates
    coarse_bias: Tensor  # (3D,)
    vis: Tensor | None  # (3D, F)
    query: Tensor | None  # (C, D)
    encoder: tuple[Tensor, Tensor, Tensor, Tensor] | None
    lift: Tensor  # (r * 3D, D)
    lift_bias: Tensor  # (r * 3D,)
    frame: Gates
    told: Tensor  # (fs2 * D, D)
    told_bias: Tensor  # (fs2 * D,)
    tables: Tensor  # (k * 256, D)
    hidden: Tensor  # (D, D)
    hidden_bias: Tensor  # (D,)
    out: Tensor  # (256, D)
    out_bias: Tensor  # (256,)

    @property
    def bytes(self) -> int:
        """What all values take, in bytes."""
        return sum(tensor.nbytes for tensor in _tensors(self))

    @property
    def device(self) -> torch.device:
        """Where the values are."""
        return self.out.device

    def to(self, device: torch.device | str) -> "Folded":
        """Return the same values on a device."""
        return _moved(self, device)


@torch.no_grad()
def fold(net: SampleRNN, dtype: torch.dtype = torch.float32) -> Folded:
    """Return a net folded, its large matrices in float32, bfloat16 or float64.

    The result is on the net's device and shares nothing with it. Raises ValueError for
    another dtype.
    """
    if dtype not in DTYPES:
        raise ValueError(f"a net is folded to one of {DTYPES}, not {dtype}")
    config, dim = net.config, net.config.dim
    coarse_in, coarse_bias = _entry(net.coarse.gru, net.coarse.expand)
    frame_in, frame_bias = _entry(net.frame.gru, net.frame.expand)
    into_coarse, into_frame = (
        weights_of(tier.gru)[0].double() for tier in (net.coarse, net.frame)
    )
    lift, lift_bias = _through(net.coarse.out, into_frame)
    second, second_bias = _wide(net.mlp.l2)
    told, told_bias = _through(net.frame.out, second)
    first = _wide(net.mlp.l1)[0].view(dim, config.k, -1)  # (D, k, E)
    mixing = torch.einsum("de,eki->kdi", second, first)  # (k, D, E)
    tables = net.mlp.emb.weight.double() @ mixing.mT  # (k, 256, D)
    vis = net.coarse.vis
    attention = net.coarse.attention
    encoder = None if net.encoder is None else weights_of(net.encoder)
    folded = Folded(
        config=config,
        dtype=dtype,
        coarse=_gates(net.coarse.gru, coarse_in, net.coarse.h0),
        coarse_bias=coarse_bias,
        vis=None if vis is None else into_coarse @ _wide(vis)[0],
        query=None if attention is None else _wide(attention.query)[0],
        encoder=None if encoder is None else (*encoder,),  # type: ignore[arg-type]
        lift=lift,
        lift_bias=lift_bias + frame_bias.repeat(config.ratio),
        frame=_gates(net.frame.gru, frame_in, net.frame.h0),
        told=told,
        told_bias=told_bias + second_bias.repeat(config.fs2),
        tables=tables.flatten(0, 1),
        hidden=_wide(net.mlp.l3)[0],
        hidden_bias=_wide(net.mlp.l3)[1],
        out=_wide(net.mlp.out)[0],
        out_bias=_wide(net.mlp.out)[1],
    )
    return _stored(folded, dtype)


def _entry(gru: torch.nn.GRU, expand: NormedLinear) -> tuple[Tensor, Tensor]:
    """Return what the samples read do to the gates, (3D, n), and the bias (3D,)."""
    into, _, bias, _ = (weight.double() for weight in weights_of(gru))
    matrix, shift = _wide(expand)
    return into @ matrix, bias + into @ shift


def _through(layer: NormedLinear, then: Tensor) -> tuple[Tensor, Tensor]:
    """Return a layer D -> times * D with `then` (O, D) after each of the times."""
    dim = then.shape[1]
    matrix, bias = _wide(layer)
    merged = then @ matrix.view(-1, dim, matrix.shape[1])  # (times, O, D)
    return merged.flatten(0, 1), (bias.view(-1, dim) @ then.T).flatten()


def _wide(layer: NormedLinear) -> tuple[Tensor, Tensor]:
    """Return a layer's matrix in force and its bias (0 if it has none) in float64."""
    weight = layer.weight.double()
    if layer.gain is not None:
        norms = torch.linalg.vector_norm(weight, dim=1)
        weight = weight * (layer.gain.double() / norms)[:, None]
    if layer.bias is None:
        return weight, weight.new_zeros(len(weight))
    return weight, layer.bias.double()


def _gates(gru: torch.nn.GRU, read: Tensor, start: Tensor) -> Gates:
    _, recurrent, _, bias = weights_of(gru)
    return Gates(read, recurrent, bias, start)


def _stored(folded: Folded, dtype: torch.dtype) -> Folded:
    """Give every tensor its own memory and the dtype it is kept in."""
    rest = torch.float64 if dtype == torch.float64 else torch.float32

    def kept(tensor: Tensor, kind: torch.dtype = rest) -> Tensor:
        return tensor.detach().to(kind).clone().contiguous()

    def tier(gates: Gates) -> Gates:
        return Gates(
            read=kept(gates.read),
            recurrent=kept(gates.recurrent, dtype),
            bias=kept(gates.bias),
            start=kept(gates.start),
        )

    changes: dict[str, Any] = {}
    for field in fields(folded):
        value = getattr(folded, field.name)
        if isinstance(value, Gates):
            changes[field.name] = tier(value)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(kept(each) for each in value)
        elif isinstance(value, Tensor):
            large = field.name in ("lift", "told", "hidden")
            changes[field.name] = kept(value, dtype if large else rest)
    return replace(folded, **changes)


def _tensors(record: Folded | Gates) -> list[Tensor]:
    found: list[Tensor] = []
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Gates):
            found += _tensors(value)
        elif isinstance(value, tuple):
            found += value
        elif isinstance(value, Tensor):
            found.append(value)
    return found


def _moved(record: T, device: torch.device | str) -> T:
    changes: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Tensor | Gates):
            changes[field.name] = value.to(device)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(each.to(device) for each in value)
    return replace(record, **changes)
