"""Triton kernels compiled for a GPU where there is none."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch

HOPPER = 90
# CUDA C++ Programming Guide, "Technical Specifications per Compute Capability"
REGISTERS = 65536  # of a multiprocessor
SHARED = 227 * 1024  # the most bytes a block may use in 9.0


def tool(triton: Any, name: str) -> str:
    """A program of CUDA's that comes with Triton, the test being skipped without."""
    try:
        path: str = getattr(triton.knobs.nvidia, name).path
    except RuntimeError as error:
        pytest.skip(f"the Triton kernel is not compiled: {error}")
    return path


def compiled(
    kernel: Any, kinds: dict[str, str], *, constants: dict[str, Any], **options: Any
) -> Any:
    """What Triton makes of a kernel for sm_90, launched as the engines do."""
    import triton  # type: ignore[import-untyped]

    tool(triton, "ptxas")
    kinds = kinds | dict.fromkeys(constants, "constexpr")
    signature = {name: kinds.get(name, "*fp32") for name in kernel.arg_names}
    # as a launch finds them: tensors' addresses, and numbers that 16 divides
    aligned = {
        (place,): [["tt.divisibility", 16]]
        for place, kind in enumerate(signature.values())
        if kind != "constexpr"
    }
    return triton.compile(
        triton.compiler.ASTSource(kernel, signature, constants, aligned),
        target=triton.backends.compiler.GPUTarget("cuda", HOPPER, 32),
        options={"enable_fp_fusion": True, **options},
    )


def shared_of(kernel: Any, kinds: dict[str, str], **options: Any) -> int:
    """The bytes of shared memory that a kernel takes.

    Known before its machine code is, which takes a minute to make and is left out.
    """
    import triton

    with triton.knobs.runtime.scope():
        triton.knobs.runtime.add_stages_inspection_hook = _without_machine_code
        taken: int = compiled(kernel, kinds, **options).metadata.shared
    return taken


def _without_machine_code(*given: Any) -> tuple[str, str]:
    """Triton's hook: asked for a key of what it changes, or given the stages."""
    if given:
        _, stages, *_ = given
        stages["ptx"] = lambda _module, metadata: metadata.setdefault("name", "none")
        stages["cubin"] = lambda _text, _metadata: b""
    return "no machine code", "no machine code"


class Compiled:
    """A kernel's machine code for sm_90, its PTX and what it takes."""

    def __init__(self, kernel: Any, kinds: dict[str, str], **options: Any) -> None:
        import triton

        done = compiled(kernel, kinds, **options)
        self.metadata, self.ptx = done.metadata, str(done.asm["ptx"])
        self._code, self._tool = done.asm["cubin"], tool(triton, "cuobjdump")

    def used(self, folder: Path) -> tuple[int, int]:
        """The registers of a thread, and the bytes of it that lie in memory."""
        file = folder / "kernel.cubin"
        file.write_bytes(self._code)
        told = subprocess.run(
            [self._tool, "-res-usage", file], check=True, capture_output=True, text=True
        ).stdout
        registers, stack = (
            int(re.findall(rf"{name}:(\d+)", told)[-1]) for name in ("REG", "STACK")
        )
        return registers, stack


def kinds_of(dtype: torch.dtype, *large: str) -> dict[str, str]:
    """How Triton names arguments that are not float32."""
    narrow = "*bf16" if dtype == torch.bfloat16 else "*fp32"
    return {"tokens": "*u8", "samples": "i32", **dict.fromkeys(large, narrow)}
