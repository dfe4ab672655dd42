"""The Triton kernel compiles for a GPU where there is none, and fits it."""

from pathlib import Path

import pytest
import torch

from generation.fast import fold
from generation.fast.fused import constants
from generation.fast.launching import STAGES, WARPS
from tests.generation.fast.compiling import REGISTERS, Compiled, kinds_of
from tests.generation.fast.small import fresh_net

# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability": the
# most shared memory of a block in 8.6 and 8.9, the least of those `OLDEST` lets in
LEAST_SHARED = 99 * 1024
SPILLED = 64  # bytes a thread that may lie in memory instead of registers
LARGE = ("coarse_recurrent", "frame_recurrent", "lift", "told", "hidden")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("dim", [32, 1024])
def test_the_kernel_fits_a_multiprocessor(
    dim: int, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip(
        "triton", reason="the Triton kernel is not compiled: there is no triton"
    )
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    from generation.fast.kernel import make

    known = constants(fold(fresh_net("frame", dim=dim), dtype), interpreted=False)
    done = Compiled(
        make,
        kinds_of(dtype, *LARGE),
        constants=known,
        num_warps=WARPS,
        num_stages=STAGES,
    )
    assert done.metadata.shared <= LEAST_SHARED
    registers, stack = done.used(tmp_path)
    assert 0 < registers * 32 * WARPS <= REGISTERS
    assert stack <= SPILLED
