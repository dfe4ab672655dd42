"""The engine of one Triton kernel: CUDA devices, float32 and bfloat16.

A whole video frame is one launch of `kernel.make`, compiled when first used. Each of
its programs makes 16 clips on one multiprocessor, reads the matrices from the L2 cache
for every sample and waits for no other. So a batch takes as long as 16 clips do, until
all ask for more than the cache can give (5.5 TB/s on an H200: some 800 clips).

Estimated, not measured, for each sample with its share of the slower tiers, of 64 bytes
a cycle from L2 and 128 float32 multiplications a cycle in a multiprocessor at 1.7 GHz:

    width      128                   256                   1,024
    bfloat16   0.25 MB, 2.3 us       0.75 MB, 6.9 us       8.8 MB, 80 us
    float32    1.5 million, 7 us     4.9 million, 23 us    66 million, 300 us

Latencies add a microsecond or two. A sample of a recorded graph is put at 20 us at all
these widths, as launches take most of it. Hence `WIDEST`: wider nets are better off
with `graphs`, whose products share a matrix among all clips.

Triton comes with CUDA builds of torch, and nothing else here needs it.
"""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from functools import cache
from types import ModuleType

import torch
from torch import Tensor
from torch.nn import functional

from generation.fast.drive import Driven
from generation.fast.fold import Folded, Gates
from generation.nets import State
from generation.quantize import ZERO

WIDEST: Mapping[torch.dtype, int] = {torch.float32: 128, torch.bfloat16: 256}
"""The widest net that is expected to be made faster here than by graphs."""

OLDEST = (8, 0)
"""The compute capability from which tensor cores multiply bfloat16 and TF32."""

WARPS = 8
STAGES = 3
"""Tiles on their way at once: 52 KiB of shared memory, which all such devices have."""


def unusable(
    device: torch.device, dtype: torch.dtype, *, oldest: tuple[int, int] = OLDEST
) -> str | None:
    """Return why a net cannot run here, None if it can.

    oldest: the least compute capability that will do.
    """
    if dtype not in WIDEST:
        return f"the Triton kernel computes in float32 and bfloat16, not in {dtype}"
    if device.type == "cuda":
        return _old(device, oldest) or missing() or unlaunchable()
    if device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1":
        return missing()
    return f"the Triton kernel needs a CUDA device, not {device}"


def faster(device: torch.device, dtype: torch.dtype, dim: int | None) -> bool:
    """Return whether a net of a width, if known, is better made here than elsewhere."""
    if dim is None or device.type != "cuda":
        return False
    return dim <= WIDEST.get(dtype, 0)


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
def _kernel() -> ModuleType:
    # not before it is wanted: Triton may not be there
    return importlib.import_module("generation.fast.kernel")


@cache
def missing() -> str | None:
    """Return why there is no Triton here, None if there is."""
    if importlib.util.find_spec("triton") is None:
        return "there is no package triton, which CUDA builds of torch bring"
    try:
        _kernel()
    except ImportError as error:
        return f"the package triton does not load: {error}"
    return None


@cache
def unlaunchable() -> str | None:
    """Return why nothing can be launched on this machine, None if it can."""
    reason = _kernel().unlaunchable()
    return reason and f"Triton cannot launch what it compiles: {reason}"


class FusedRunner:
    """Clips computed by the kernel, a video frame a launch."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        if reason := unusable(folded.device, folded.dtype):
            raise ValueError(reason)
        config, batch = folded.config, len(state.coarse)
        self._dim, self._lead = config.dim, config.fs3
        self._constants = constants(folded, interpreted=_kernel().INTERPRETED)
        self._wide = width = int(self._constants["D"])
        self._net = packed(folded, width, temperature)
        rows = -(-batch // _kernel().ROWS) * _kernel().ROWS

        def room(span: int) -> Tensor:
            return torch.zeros(rows, span, device=folded.device)

        self._coarse, self._frame = room(width), room(width)
        self._coarse[:batch, : config.dim] = state.coarse
        self._frame[:batch, : config.dim] = state.frame
        self._seen = room(3 * width)
        self._rooms = (
            room(config.ratio * 3 * width),
            room(config.fs2 * width),
            room(width),
            room(width),
        )
        self._read = torch.full(
            (rows, config.fs3), ZERO, dtype=torch.uint8, device=folded.device
        )

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (n or more, D)."""
        return self._coarse[:, : self._dim]

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame, (n, samples) uint8, see Runner."""
        count, samples = uniforms.shape
        programs = -(-count // _kernel().ROWS)
        rows = programs * _kernel().ROWS
        gates = self._seen[:count].view(count, 3, self._wide)
        gates[:, :, : self._dim] = seen.view(count, 3, self._dim)
        chances = functional.pad(uniforms.float(), (0, 0, 0, rows - count)).contiguous()
        tokens = torch.empty(
            rows, self._lead + samples, dtype=torch.uint8, device=seen.device
        )
        tokens[:, : self._lead] = self._read[:rows]
        state = (self._seen, chances, tokens, *self._rooms, samples)
        # Triton launches on the current device, whatever the tensors' is
        with torch.cuda.device_of(seen):  # type: ignore[no-untyped-call]
            _kernel().make[(programs,)](
                *(self._coarse, *self._net[0], self._frame, *self._net[1], *state),
                **self._constants,
                num_warps=WARPS,
                num_stages=STAGES,
                enable_fp_fusion=True,
            )
        self._read = tokens[:, samples:].clone()
        return tokens[:count, self._lead :]


FUSED = Driven("fused", FusedRunner)


def constants(folded: Folded, *, interpreted: bool) -> dict[str, int | str]:
    """Return what the kernel is compiled for: sizes, and how products are rounded.

    float32 is multiplied in float32. Where the large matrices are bfloat16, tensor
    cores take `out` as three products of TF32, which is exact to some 1e-6.
    """
    config, narrow = folded.config, folded.dtype == torch.bfloat16
    most = 128 if narrow else 64  # columns whose tiles take 16 KiB or less
    tile = next(size for size in (32, 64, 128) if size >= min(config.dim, most))
    exact = "interpreted" if interpreted else "ieee"
    return {
        "FS3": config.fs3,
        "FS2": config.fs2,
        "K": config.k,
        "D": -(-config.dim // tile) * tile,
        "TILE": tile,
        "INNER": min(tile, 64 if narrow else 32),
        "EXACT": exact,
        "OUT_EXACT": "tf32x3" if narrow and not interpreted else exact,
    }


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
