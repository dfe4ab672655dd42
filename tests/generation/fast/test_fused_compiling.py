"""The Triton kernel compiles for a GPU where there is none, and fits it."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.fast import fold
from generation.fast.fused import STAGES, WARPS, constants
from tests.generation.fast.small import fresh_net

HOPPER = 90
# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability": the
# most shared memory of a block is 227 KiB in 9.0, and 99 KiB in 8.6 and 8.9, the least
# of those that `OLDEST` lets in; a multiprocessor has 65,536 registers in all
LEAST_SHARED = 99 * 1024
REGISTERS = 65536
SPILLED = 64  # bytes a thread that may lie in memory instead of registers
LARGE = ("coarse_recurrent", "frame_recurrent", "lift", "told", "hidden")


def tool(triton: Any, name: str) -> str:
    """A program of CUDA's that comes with Triton, the test being skipped without."""
    try:
        path: str = getattr(triton.knobs.nvidia, name).path
    except RuntimeError as error:
        pytest.skip(f"the Triton kernel is not compiled: {error}")
    return path


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("dim", [32, 128, 256, 1024])
def test_the_kernel_fits_a_multiprocessor(
    dim: int, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    triton: Any = pytest.importorskip(
        "triton", reason="the Triton kernel is not compiled: there is no triton"
    )
    tool(triton, "ptxas")
    cuobjdump = tool(triton, "cuobjdump")
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    from generation.fast.kernel import make

    known = constants(fold(fresh_net("frame", dim=dim), dtype), interpreted=False)
    narrow = "*bf16" if dtype == torch.bfloat16 else "*fp32"
    kinds = {"tokens": "*u8", "samples": "i32", **dict.fromkeys(LARGE, narrow)}
    kinds |= dict.fromkeys(known, "constexpr")
    signature = {name: kinds.get(name, "*fp32") for name in make.arg_names}
    # as a launch finds them: tensors' addresses, and 1,024 samples
    aligned = {
        (place,): [["tt.divisibility", 16]]
        for place, kind in enumerate(signature.values())
        if kind != "constexpr"
    }
    done = triton.compile(
        triton.compiler.ASTSource(make, signature, known, aligned),
        target=triton.backends.compiler.GPUTarget("cuda", HOPPER, 32),
        options={"num_warps": WARPS, "num_stages": STAGES, "enable_fp_fusion": True},
    )
    assert done.metadata.shared <= LEAST_SHARED
    file = tmp_path / "kernel.cubin"
    file.write_bytes(done.asm["cubin"])
    used = subprocess.run(
        [cuobjdump, "-res-usage", file], check=True, capture_output=True, text=True
    ).stdout
    registers, stack = (
        int(re.findall(rf"{name}:(\d+)", used)[-1]) for name in ("REG", "STACK")
    )
    assert 0 < registers * 32 * WARPS <= REGISTERS
    assert stack <= SPILLED
