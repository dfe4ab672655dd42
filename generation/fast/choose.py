"""Which engine for which machine."""

from collections.abc import Callable, Mapping

import torch

from generation.fast import compiled, fused, graphs, wide
from generation.fast.compiled import COMPILED
from generation.fast.drive import Driven, Engine
from generation.fast.eager import EAGER
from generation.fast.fold import DTYPES
from generation.fast.fused import FUSED
from generation.fast.graphs import GRAPHS
from generation.fast.wide import WIDE

ENGINES: Mapping[str, Driven] = {
    engine.name: engine for engine in (COMPILED, EAGER, FUSED, GRAPHS, WIDE)
}
AUTO = "auto"
_BY_NAME = {"wide"}
"""Whose programs wait for one another, and have not yet done so on a GPU: a mistake
there would show as a command that never ends."""


def choose_engine(
    device: torch.device | str,
    dtype: torch.dtype = torch.float32,
    name: str = AUTO,
    *,
    dim: int | None = None,
) -> Engine:
    """Return the engine of a name, or the fastest that works on a device.

    "auto" is on CUDA, where there is Triton, `fused` for a net known to be narrow, else
    `graphs`; `compiled` on a CPU that has a C++ compiler; else `eager`, which works
    wherever torch does. `wide` is taken by its name alone. `dim` is the net's width,
    when known.
    Raises ValueError for an unknown name or dtype, or an engine that cannot run there,
    saying why.
    """
    place = torch.device(device)
    if dtype not in DTYPES:
        raise ValueError(f"engines compute in one of {DTYPES}, not {dtype}")
    if name != AUTO and name not in ENGINES:
        known = ", ".join([AUTO, *ENGINES])
        raise ValueError(f"no engine {name!r}: choose among {known}")
    if name != AUTO:
        if reason := _REFUSALS[name](place, dtype, dim):
            raise ValueError(f"the engine {name!r} cannot run: {reason}")
        return ENGINES[name]
    narrow = fused.faster(place, dtype, dim)
    passed_over = _BY_NAME if narrow else {*_BY_NAME, "fused"}
    reason = None
    for engine in (name for name in _REFUSALS if name not in passed_over):
        if (reason := _REFUSALS[engine](place, dtype, dim)) is None:
            return ENGINES[engine]
    raise ValueError(f"no engine can run on {place}: {reason}")


def _refuse_fused(
    place: torch.device, dtype: torch.dtype, _dim: int | None
) -> str | None:
    return fused.unusable(place, dtype)


def _refuse_wide(
    place: torch.device, dtype: torch.dtype, _dim: int | None
) -> str | None:
    return wide.unusable(place, dtype)


def _refuse_graphs(
    place: torch.device, _dtype: torch.dtype, _dim: int | None
) -> str | None:
    return graphs.unusable(place)


def _refuse_compiled(
    place: torch.device, dtype: torch.dtype, dim: int | None
) -> str | None:
    return compiled.unusable(place, dtype, compiled.LANES if dim is None else dim)


def _refuse_eager(
    place: torch.device, _dtype: torch.dtype, _dim: int | None
) -> str | None:
    if place.type == "cuda" and not torch.cuda.is_available():
        return "torch finds no CUDA device"
    return None


# from the fastest; eager is last and refuses only a device that is not there
_REFUSALS: Mapping[
    str, Callable[[torch.device, torch.dtype, int | None], str | None]
] = {
    "fused": _refuse_fused,
    "wide": _refuse_wide,
    "graphs": _refuse_graphs,
    "compiled": _refuse_compiled,
    "eager": _refuse_eager,
}
