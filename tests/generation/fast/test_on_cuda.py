"""Engines of CUDA devices make the right samples: to be seen where there is one."""

import pytest
import torch

from generation.fast import (
    ENGINES,
    Engine,
    cdf_violation,
    choose_engine,
    fold,
    fused,
    wide,
)
from generation.fast.fused import FusedRunner
from generation.fast.graphs import GraphRunner
from generation.fast.wide import WideRunner
from generation.nets import State
from generation.nets.config import Method
from tests.generation.fast.small import METHOD_NAMES, clips, fresh_net, net_of

RAGGED = torch.tensor([2, 4, 1, 3, 4, 1, 2, 4])

needs_cuda = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="torch finds no CUDA device"
)


CUDA_ENGINES = ("eager", "graphs", "fused", "wide")


def engine_of(name: str) -> Engine:
    """An engine, the test being skipped where the Triton kernel cannot run."""
    kernels = {"fused": fused.unusable, "wide": wide.unusable}
    if name in kernels and (
        reason := kernels[name](torch.device("cuda"), torch.float32)
    ):
        pytest.skip(reason)
    return ENGINES[name]


@needs_cuda
@pytest.mark.parametrize("name", CUDA_ENGINES)
@pytest.mark.parametrize("method", METHOD_NAMES)
def test_samples_on_cuda_are_right_by_the_exact_net(name: str, method: Method) -> None:
    net = net_of(method)
    features, numbers = clips(net)
    made = engine_of(name).generate(
        fold(net).to("cuda"), features, RAGGED, uniforms=numbers, temperature=0.9
    )
    assert made.device.type == "cpu"
    violation = cdf_violation(net, features, RAGGED, made, numbers, temperature=0.9)
    assert violation <= 1e-6


@needs_cuda
@pytest.mark.parametrize("name", CUDA_ENGINES)
@pytest.mark.parametrize("dim", [32, 80, 256])
def test_bfloat16_on_cuda_strays_by_2_in_1000_at_most(name: str, dim: int) -> None:
    net = fresh_net("frame", dim=dim, embedding=dim // 2)
    features, numbers = clips(net, batch=18)
    lengths = torch.tensor([1, 4, 2, 3] + 14 * [2])
    folded = fold(net, torch.bfloat16).to("cuda")
    made = engine_of(name).generate(folded, features, lengths, uniforms=numbers)
    assert cdf_violation(net, features, lengths, made, numbers) <= 2e-3


@needs_cuda
@pytest.mark.parametrize("name", ["fused", "wide"])
@pytest.mark.parametrize("dim", [80, 256, 1024])
def test_triton_kernels_make_the_same_samples_again(name: str, dim: int) -> None:
    # threads and programs hand values on: without a meeting they would vary
    net = net_of("frame", dim=dim)
    features, numbers = clips(net, batch=40)
    folded, engine = fold(net, torch.bfloat16).to("cuda"), engine_of(name)
    first = engine.generate(folded, features, uniforms=numbers)
    for _ in range(5):
        assert torch.equal(engine.generate(folded, features, uniforms=numbers), first)


@needs_cuda
@pytest.mark.parametrize("batch", [1, 128, 140])
def test_the_paper_s_net_is_made_over_the_whole_gpu(batch: int) -> None:
    net = fresh_net("frame", dim=1024, embedding=256)
    features, numbers = clips(net, batch=batch, frames=2)
    folded = fold(net, torch.bfloat16).to("cuda")
    made = engine_of("wide").generate(folded, features, uniforms=numbers)
    assert cdf_violation(net, features, None, made, numbers) <= 2e-3


@needs_cuda
def test_a_wide_net_in_float32_gets_a_graph() -> None:
    assert choose_engine("cuda", dim=1024).name == "graphs"


def test_a_net_elsewhere_is_refused() -> None:
    folded = fold(net_of("frame"))
    start = folded.coarse.start[None]
    with pytest.raises(ValueError, match="need a CUDA device, not cpu"):
        GraphRunner(folded, State(start, start), 1.0)
    with pytest.raises(ValueError, match="needs a CUDA device, not cpu"):
        FusedRunner(folded, State(start, start), 1.0)
    with pytest.raises(ValueError, match="needs a CUDA device, not cpu"):
        WideRunner(folded, State(start, start), 1.0)
