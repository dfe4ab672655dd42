"""The kernel over the whole GPU is given tiles that it can take, whatever the net."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.fast import Folded, fold
from generation.fast.launching import STAGES, WARPS
from generation.fast.wide import SHARED, constants, most, plan
from tests.generation.fast.compiling import kinds_of, shared_of
from tests.generation.fast.small import fresh_net
from tests.generation.fast.test_wide_compiling import H200, LARGE

LEAST = 16  # rows, columns and inner numbers: the least that Triton's dot multiplies


SMALL = {
    dtype: fold(fresh_net("frame"), dtype) for dtype in (torch.float32, torch.bfloat16)
}


def net_of(dim: int, dtype: torch.dtype) -> Folded:
    """A net's sizes: its matrices are a small one's, which nothing here looks at."""
    small = SMALL[dtype]
    return replace(small, config=replace(small.config, dim=dim))


def known_of(folded: Folded, clips: int, programs: int) -> dict[str, int]:
    width = max(32, 1 << (folded.config.dim - 1).bit_length())
    shared = plan(clips, width=width, programs=programs)
    known = constants(folded, shared, interpreted=False)
    return {name: value for name, value in known.items() if isinstance(value, int)}


@given(
    st.sampled_from([32, 80, 128, 512, 1024, 2048]),
    st.sampled_from([*SMALL]),
    st.integers(1, 5000),
    st.integers(1, 200),
)
def test_tiles_are_powers_of_2_that_cover_each_layer(
    dim: int, dtype: torch.dtype, clips: int, programs: int
) -> None:
    known = known_of(net_of(dim, dtype), min(clips, most(programs)), programs)
    width = known["D"]
    tiles = ("ROWS", "GATES", "WIDE", "TIER_INNER", "GROUP", "COLUMNS", "INNER")
    assert all(known[name] >= LEAST for name in tiles)
    for name in (*tiles, "D", "SPLIT", "TIER_SPLIT", "MEMBERS", "DRAWN"):
        assert known[name] & (known[name] - 1) == 0, name
    for name in ("GATES", "WIDE", "COLUMNS"):
        assert width % known[name] == 0, name
    assert width % (known["SPLIT"] * known["INNER"]) == 0
    assert width % (known["TIER_SPLIT"] * known["TIER_INNER"]) == 0
    assert width // known["COLUMNS"] % known["MEMBERS"] == 0
    if known["HELD"]:
        assert known["MEMBERS"] * known["COLUMNS"] == width


@pytest.mark.parametrize(
    ("dim", "dtype", "clips"),
    [
        (512, torch.bfloat16, 128),
        (2048, torch.bfloat16, 128),
        (2048, torch.bfloat16, 1),
        (512, torch.float32, 1),
        (2048, torch.float32, 128),
    ],
)
def test_the_shared_memory_asked_of_a_device_is_enough(
    dim: int,
    dtype: torch.dtype,
    clips: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    pytest.importorskip(
        "triton", reason="the Triton kernel is not compiled: there is no triton"
    )
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    from generation.fast.wide_kernel import make

    folded = net_of(dim, dtype)
    shared = plan(clips, width=dim, programs=H200)
    taken = shared_of(
        make,
        kinds_of(dtype, *LARGE) | {"rows": "i32", "counters": "*i32"},
        constants=constants(folded, shared, interpreted=False),
        num_warps=WARPS,
        num_stages=STAGES,
        launch_cooperative_grid=True,
    )
    assert 0 < taken <= SHARED
