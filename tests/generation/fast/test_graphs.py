"""Graphs replay what eager runs: to be seen where there is a CUDA device."""

import pytest
import torch

from generation.fast import ENGINES, cdf_violation, choose_engine, fold
from generation.fast.graphs import GraphRunner
from generation.nets import State
from generation.nets.config import Method
from tests.generation.fast.small import METHOD_NAMES, clips, fresh_net, net_of

RAGGED = torch.tensor([2, 4, 1, 3, 4, 1, 2, 4])

needs_cuda = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="torch finds no CUDA device"
)


@needs_cuda
@pytest.mark.parametrize("name", ["eager", "graphs"])
@pytest.mark.parametrize("method", METHOD_NAMES)
def test_samples_on_cuda_are_right_by_the_exact_net(name: str, method: Method) -> None:
    net = net_of(method)
    features, numbers = clips(net)
    made = ENGINES[name].generate(
        fold(net).to("cuda"), features, RAGGED, uniforms=numbers, temperature=0.9
    )
    assert made.device.type == "cpu"
    violation = cdf_violation(net, features, RAGGED, made, numbers, temperature=0.9)
    assert violation <= 1e-6


@needs_cuda
def test_bfloat16_on_cuda_strays_by_2_in_1000_at_most() -> None:
    net = fresh_net("frame")
    features, numbers = clips(net)
    folded = fold(net, torch.bfloat16).to("cuda")
    made = ENGINES["graphs"].generate(folded, features, RAGGED, uniforms=numbers)
    assert cdf_violation(net, features, RAGGED, made, numbers) <= 2e-3


@needs_cuda
def test_a_graph_is_what_a_gpu_gets() -> None:
    assert choose_engine("cuda").name == "graphs"


def test_a_net_elsewhere_is_refused() -> None:
    folded = fold(net_of("frame"))
    start = folded.coarse.start[None]
    with pytest.raises(ValueError, match="need a CUDA device, not cpu"):
        GraphRunner(folded, State(start, start), 1.0)
