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

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

import torch
from torch import Tensor

from generation.fast import launching
from generation.fast.drive import Driven
from generation.fast.fold import Folded
from generation.nets import State

WIDEST: Mapping[torch.dtype, int] = {torch.float32: 128, torch.bfloat16: 256}
"""The widest net that is expected to be made faster here than by graphs."""

OLDEST = (8, 0)
"""The compute capability from which tensor cores multiply bfloat16 and TF32."""


def unusable(device: torch.device, dtype: torch.dtype) -> str | None:
    """Return why a net cannot run here, None if it can."""
    return launching.unusable(device, dtype, oldest=OLDEST)


def faster(device: torch.device, dtype: torch.dtype, dim: int | None) -> bool:
    """Return whether a net of a width, if known, is better made here than elsewhere."""
    if dim is None or device.type != "cuda":
        return False
    return dim <= WIDEST.get(dtype, 0)


@cache
def _kernel() -> ModuleType:
    # not before it is wanted: Triton may not be there
    return import_module("generation.fast.kernel")


class FusedRunner:
    """Clips computed by the kernel, a video frame a launch."""

    def __init__(self, folded: Folded, state: State, temperature: float) -> None:
        if reason := unusable(folded.device, folded.dtype):
            raise ValueError(reason)
        config, batch = folded.config, len(state.coarse)
        self._dim, self._lead = config.dim, config.fs3
        self._constants = constants(folded, interpreted=launching.interpreted())
        self._wide = width = int(self._constants["D"])
        self._net = launching.packed(folded, width, temperature)
        rows = -(-batch // _kernel().ROWS) * _kernel().ROWS
        self._coarse = launching.padded(state.coarse, rows, width)
        self._frame = launching.padded(state.frame, rows, width)
        self._seen, *self._rooms = (
            torch.zeros(rows, times * width, device=folded.device)
            for times in (3, config.ratio * 3, config.fs2, 1, 1)
        )
        self._read = launching.silence(folded, rows)

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
        chances = launching.padded(uniforms, rows, samples)
        tokens = torch.empty(
            rows, self._lead + samples, dtype=torch.uint8, device=seen.device
        )
        tokens[:, : self._lead] = self._read[:rows]
        before, after = self._net
        rooms = (self._seen, chances, tokens, *self._rooms)
        launching.launch(
            _kernel().make,
            programs,
            (self._coarse, *before, self._frame, *after, *rooms, samples),
            self._constants,
        )
        self._read = tokens[:, samples:].clone()
        return tokens[:count, self._lead :]


FUSED = Driven("fused", FusedRunner)


def constants(folded: Folded, *, interpreted: bool) -> dict[str, int | str]:
    """Return what the kernel is compiled for, tiles included.

    The three on their way at once take 52 KiB of shared memory: all such devices have
    it.
    """
    dim, narrow = folded.config.dim, folded.dtype == torch.bfloat16
    most = 128 if narrow else 64  # columns whose tiles take 16 KiB or less
    tile = next(size for size in (32, 64, 128) if size >= min(dim, most))
    return {
        **launching.constants(folded, interpreted=interpreted),
        "D": -(-dim // tile) * tile,
        "TILE": tile,
        "INNER": min(tile, 64 if narrow else 32),
    }
