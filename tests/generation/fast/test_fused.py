"""The Triton kernel makes the samples that the plain way makes, or samples as right.

Interpreted on the CPU: what a GPU alone would show (a barrier that is missing) is seen
in test_on_cuda.py where there is one.
"""

import pytest
import torch

from generation.fast import ENGINES, cdf_violation, fold
from generation.nets import naive_generate
from generation.nets.config import Method
from tests.generation.fast.interpreted import Interpreted
from tests.generation.fast.small import clips, fresh_net, net_of

SHORT = 32  # samples a video frame: two coarse steps


@pytest.fixture
def fused(interpreter: Interpreted) -> Interpreted:
    return interpreter


@pytest.mark.slow
def test_256_samples_of_more_clips_than_a_program_makes(fused: Interpreted) -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=18)
    lengths = torch.tensor([1, 4, 2, 3] + 14 * [1])
    made = fused.generate(fold(net), features, lengths, uniforms=numbers)
    assert made.shape == (18, 256)
    assert made.dtype == torch.uint8
    assert made[1].bincount().count_nonzero() > 20
    eager = ENGINES["eager"].generate(fold(net), features, lengths, uniforms=numbers)
    assert torch.equal(made, eager)
    plain = naive_generate(net, features, lengths, numbers)
    assert torch.equal(made.long(), plain)
    assert cdf_violation(net, features, lengths, made, numbers) <= 1e-6


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_a_net_that_has_read_the_video_before(
    fused: Interpreted, method: Method
) -> None:
    net = net_of(method)
    features, numbers = clips(net, batch=3, frames=2)
    lengths = torch.tensor([1, 2, 1])
    plain = naive_generate(net, features, lengths, numbers, temperature=0.8)
    made = fused.generate(
        fold(net), features, lengths, uniforms=numbers, temperature=0.8
    )
    assert torch.equal(made.long(), plain)
    violation = cdf_violation(net, features, lengths, made, numbers, temperature=0.8)
    assert violation <= 1e-6


@pytest.mark.parametrize(
    "sizes",
    [
        {"k": 1},
        {"k": 7},
        {"fs3": 8, "fs2": 2},
        {"fs3": 8, "fs2": 8},
        {"dim": 64},
        {"dim": 80},  # padded, and more than one tile
        {"attention": True},
    ],
)
def test_other_nets_are_generated_from_as_exactly(
    fused: Interpreted, sizes: dict[str, int]
) -> None:
    net = net_of("frame", frame_samples=SHORT, **sizes)
    features, numbers = clips(net, batch=3, frames=2 if net.config.attention else 1)
    made = fused.generate(fold(net), features, uniforms=numbers)
    assert torch.equal(made.long(), naive_generate(net, features, None, numbers))


@pytest.mark.parametrize("dim", [32, 64])
def test_bfloat16_strays_by_2_in_1000_at_most(fused: Interpreted, dim: int) -> None:
    net = fresh_net("frame", dim=dim, embedding=dim // 2)
    features, numbers = clips(net, batch=16, frames=1)
    made = fused.generate(fold(net, torch.bfloat16), features, uniforms=numbers)
    violation = cdf_violation(net, features, None, made, numbers)
    assert 1e-5 < violation <= 2e-3


def test_a_clip_is_the_same_alone_and_in_a_batch(fused: Interpreted) -> None:
    net = net_of("frame", frame_samples=SHORT)
    features, numbers = clips(net, batch=17, frames=1)
    folded = fold(net, torch.bfloat16)
    together = fused.generate(folded, features, uniforms=numbers)
    alone = fused.generate(folded, features[16:], uniforms=numbers[16:])
    assert torch.equal(alone[0], together[16])


def test_in_the_cold_the_likeliest_level_is_drawn(fused: Interpreted) -> None:
    net = net_of("frame", frame_samples=SHORT)
    features, numbers = clips(net, batch=2, frames=1)
    made = fused.generate(fold(net), features, uniforms=numbers, temperature=1e-6)
    with torch.no_grad():
        logits = net(torch.cat([net.prompt(2), made.long()], dim=1), features)
    assert torch.equal(made.long(), logits.argmax(dim=2))
