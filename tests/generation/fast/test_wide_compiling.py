"""The kernel over the whole GPU compiles, fits, and meets as PTX says it should."""

import re
from pathlib import Path

import pytest
import torch

from generation.fast import fold
from generation.fast.launching import STAGES, WARPS
from generation.fast.wide import constants, plan
from tests.generation.fast.compiling import REGISTERS, SHARED, Compiled, kinds_of
from tests.generation.fast.small import fresh_net

H200 = 132  # multiprocessors
STEPS = r"bar\.sync|(?:atom|red|ld|st)\.global[\w.]*|cp\.async\.\w+|bra"
MEETING = (
    "bar.sync atom.global.gpu.release.add.u32 "
    "bar.sync ld.global.gpu.acquire.b32 bar.sync bra bar.sync"
)
SPILLED = 512  # bytes a thread, addresses above all; a sample reloads some 60 numbers
LARGE = (
    *("coarse_recurrent", "frame_recurrent", "lift", "told", "hidden"),
    *("coarse_known", "frame_known", "mixed"),
)


@pytest.mark.parametrize("clips", [1, 128])
def test_the_kernel_fits_and_its_programs_meet(
    clips: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip(
        "triton", reason="the Triton kernel is not compiled: there is no triton"
    )
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    from generation.fast.wide_kernel import make

    net = fold(fresh_net("frame", dim=1024), torch.bfloat16)
    shared = plan(clips, width=1024, programs=H200)
    known = constants(net, shared, interpreted=False)
    assert known["HELD"]
    done = Compiled(
        make,
        kinds_of(torch.bfloat16, *LARGE) | {"rows": "i32", "counters": "*i32"},
        constants=known,
        num_warps=WARPS,
        num_stages=STAGES,
        launch_cooperative_grid=True,
    )
    assert done.metadata.launch_cooperative_grid
    # what is held through all samples, and tiles under way
    assert 1024 * 32 * 2 < done.metadata.shared <= SHARED
    registers, stack = done.used(tmp_path)
    assert 0 < registers * 32 * WARPS <= REGISTERS
    assert stack <= SPILLED
    # a program comes when its threads have stored, and they load when all have come
    # (PTX ISA, memory model: bar.sync makes one thread's release and acquire for all)
    steps = " ".join(re.findall(rf"^\s*(?:@!?%p\d+\s+)?({STEPS})\b", done.ptx, re.M))
    assert steps.count(MEETING) == (7 if shared.alone else 8)
    assert steps.count("gpu.release") == steps.count("gpu.acquire")
    assert steps.count("gpu.release") == steps.count(MEETING)
    # what others store is never read from a cache that only the program sees
    assert "ld.global.nc" not in done.ptx
