"""What the engines of the Triton kernels, `fused` and `wide`, do alike around them."""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from generation.fast.fold import Folded, Gates
from generation.quantize import ZERO

DTYPES = (torch.float32, torch.bfloat16)

WARPS = 8
STAGES = 3
"""Tiles on their way at once."""


def unusable(
    device: torch.device, dtype: torch.dtype, *, oldest: tuple[int, int]
) -> str | None:
    """Return why a net cannot run here, None if it can.

    oldest: the least compute capability that will do.
    """
    if dtype not in DTYPES:
        return f"the Triton kernel computes in float32 and bfloat16, not in {dtype}"
    if device.type == "cuda":
        return _old(device, oldest) or missing() or unlaunchable()
    if device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1":
        return missing()
    return f"the Triton kernel needs a CUDA device, not {device}"


def _old(device: torch.device, oldest: tuple[int, int]) -> str | None:
    if not torch.cuda.is_available():
        return "the Triton kernel needs a CUDA device, and torch finds none"
    capability = torch.cuda.get_device_capability(device)
    if torch.version.hip is None and capability >= oldest:
        return None
    wanted, found = (".".join(map(str, each)) for each in (oldest, capability))
    name = torch.cuda.get_device_name(device)
    return f"the Triton kernel needs compute capability {wanted}: {name} has {found}"


@cache
def missing() -> str | None:
    """Return why there is no Triton here, None if there is."""
    if importlib.util.find_spec("triton") is None:
        return "there is no package triton, which CUDA builds of torch bring"
    try:
        _tiles()
    except ImportError as error:
        return f"the package triton does not load: {error}"
    return None


@cache
def unlaunchable() -> str | None:
    """Return why nothing can be launched on this machine, None if it can."""
    reason = _tiles().unlaunchable()
    return reason and f"Triton cannot launch what it compiles: {reason}"


def interpreted() -> bool:
    """Return whether Triton plays kernels through on the CPU."""
    return bool(_tiles().INTERPRETED)


@cache
def _tiles() -> ModuleType:
    # not before it is wanted: Triton may not be there
    return importlib.import_module("generation.fast.tiles")


def constants(folded: Folded, *, interpreted: bool) -> dict[str, int | str]:
    """Return what both kernels are compiled for: sizes, and how products are rounded.

    float32 is multiplied in float32. Where the large matrices are bfloat16, tensor
    cores take `out` as three products of TF32, which is exact to some 1e-6.
    """
    config, narrow = folded.config, folded.dtype == torch.bfloat16
    exact = "interpreted" if interpreted else "ieee"
    return {
        "FS3": config.fs3,
        "FS2": config.fs2,
        "K": config.k,
        "EXACT": exact,
        "OUT_EXACT": "tf32x3" if narrow and not interpreted else exact,
    }


def launch(
    kernel: Any,
    programs: int,
    arguments: tuple[Any, ...],
    known: Mapping[str, int | str | None],
    **options: bool,
) -> None:
    """Run so many programs of a kernel on arguments, the first of them a tensor.

    known: what it is compiled for; options: more of Triton's.
    """
    # Triton launches on the current device, whatever the tensors' is
    with torch.cuda.device_of(arguments[0]):  # type: ignore[no-untyped-call]
        kernel[(programs,)](
            *arguments,
            **known,
            num_warps=WARPS,
            num_stages=STAGES,
            enable_fp_fusion=True,
            **options,
        )


def padded(values: Tensor, rows: int, width: int) -> Tensor:
    """Return a copy of values (n, m) in float32 among zeros: (rows, width)."""
    count, span = values.shape
    room = (0, width - span, 0, rows - count)
    return functional.pad(values.float(), room).contiguous()


def silence(folded: Folded, rows: int) -> Tensor:
    """Return the levels before the first sample: (rows, fs3) uint8."""
    shape = (rows, folded.config.fs3)
    return torch.full(shape, ZERO, dtype=torch.uint8, device=folded.device)


def packed(
    folded: Folded, width: int, temperature: float
) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Return a net's arrays in the kernel's order: before the frame states, and after.

    Matrices (O, I) become (I, O), every D padded to `width` with zeros: what is padded
    stays 0 in each layer and state.
    """
    dim = folded.config.dim

    def blocks(values: Tensor) -> Tensor:  # (n D, ...) to (n width, ...)
        split = values.view(-1, dim, *values.shape[1:])  # (n, D, ...)
        padded = split.new_zeros(len(split), width, *split.shape[2:])
        padded[:, :dim] = split
        return padded.flatten(0, 1)

    def columns(values: Tensor) -> Tensor:  # (..., D) to (..., width)
        return functional.pad(values, (0, width - dim))

    def matrix(values: Tensor) -> Tensor:  # (n D, D) to (width, n width)
        return columns(blocks(values)).T.contiguous()

    def tier(gates: Gates) -> tuple[Tensor, ...]:
        read = blocks(gates.read).T.contiguous()  # (samples, 3 width)
        return matrix(gates.recurrent), blocks(gates.bias), read

    before = (*tier(folded.coarse), matrix(folded.lift), blocks(folded.lift_bias))
    after = (
        *(*tier(folded.frame), matrix(folded.told), blocks(folded.told_bias)),
        *(columns(folded.tables), matrix(folded.hidden), blocks(folded.hidden_bias)),
        columns(folded.out / temperature).T.contiguous(),  # (width, 256)
        folded.out_bias / temperature,
    )
    return before, after
