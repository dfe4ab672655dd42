"""Engines make the samples that the plain way makes, or samples as right."""

import pytest
import torch
from torch import Tensor

from generation.fast import cdf_violation, fold
from generation.nets import SampleRNN, naive_generate
from generation.nets.config import Method
from tests.generation.fast.small import (
    CPU_ENGINES,
    FRAME,
    METHOD_NAMES,
    clips,
    engine_of,
    fresh_net,
    net_of,
)

RAGGED = torch.tensor([2, 4, 1, 3, 4, 1, 2, 4])


def made_by(
    name: str,
    net: SampleRNN,
    features: Tensor,
    lengths: Tensor | None,
    numbers: Tensor,
    *,
    dtype: torch.dtype = torch.float32,
    temperature: float = 1.0,
) -> Tensor:
    made = engine_of(name).generate(
        fold(net, dtype), features, lengths, uniforms=numbers, temperature=temperature
    )
    assert made.dtype == torch.uint8
    return made


@pytest.mark.parametrize("temperature", [1.0, 0.8])
@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("name", CPU_ENGINES)
def test_256_samples_of_8_clips_are_those_of_the_plain_way(
    name: str, method: Method, temperature: float
) -> None:
    net = net_of(method)
    features, numbers = clips(net)
    plain = naive_generate(net, features, RAGGED, numbers, temperature=temperature)
    made = made_by(name, net, features, RAGGED, numbers, temperature=temperature)
    assert made.shape == (8, 256)
    assert made[1].bincount().count_nonzero() > 20
    assert torch.equal(made.long(), plain)
    violation = cdf_violation(
        net, features, RAGGED, made, numbers, temperature=temperature
    )
    assert violation <= 1e-6


@pytest.mark.parametrize("name", CPU_ENGINES)
@pytest.mark.parametrize(
    "sizes",
    [
        {"k": 1},
        {"k": 7},
        {"fs3": 8, "fs2": 2},
        {"fs3": 8, "fs2": 8},
        {"dim": 80},
        {"attention": True},
    ],
)
def test_other_nets_are_generated_from_as_exactly(
    name: str, sizes: dict[str, int]
) -> None:
    net = net_of("frame", **sizes)
    features, numbers = clips(net, batch=7, frames=2)
    made = made_by(name, net, features, None, numbers)
    assert torch.equal(made.long(), naive_generate(net, features, None, numbers))


@pytest.mark.parametrize("name", CPU_ENGINES)
@pytest.mark.parametrize(
    ("dim", "embedding", "frames"), [(32, 16, 4), (128, 64, 4), (1024, 256, 1)]
)
def test_bfloat16_strays_by_2_in_1000_at_most(
    name: str, dim: int, embedding: int, frames: int
) -> None:
    # of a net as training starts; an error of the logits grows as they do
    net = fresh_net("frame", dim=dim, embedding=embedding)
    features, numbers = clips(net, frames=frames)
    lengths = RAGGED.clamp(max=frames)
    made = made_by(name, net, features, lengths, numbers, dtype=torch.bfloat16)
    violation = cdf_violation(net, features, lengths, made, numbers)
    assert 1e-5 < violation <= 2e-3


@pytest.mark.parametrize(
    ("name", "dtype"),
    [
        ("eager", torch.float32),
        ("compiled", torch.float32),
        # any difference in rounding would show in bfloat16 within a few samples
        ("compiled", torch.bfloat16),
    ],
)
@pytest.mark.parametrize("method", METHOD_NAMES)
def test_a_clip_is_the_same_alone_and_in_a_batch(
    name: str, dtype: torch.dtype, method: Method
) -> None:
    net = net_of(method)
    features, numbers = clips(net)
    together = made_by(name, net, features, RAGGED, numbers, dtype=dtype)
    for row, frames in enumerate(RAGGED.tolist()):
        alone = made_by(
            name,
            net,
            features[row : row + 1, :frames],
            None,
            numbers[row : row + 1, : frames * FRAME],
            dtype=dtype,
        )
        assert torch.equal(alone[0], together[row, : frames * FRAME])


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_a_clip_ends_in_silence_where_its_video_ends(name: str) -> None:
    net = net_of("seq")
    features, numbers = clips(net)
    made = made_by(name, net, features, RAGGED, numbers)
    for row, frames in enumerate(RAGGED.tolist()):
        assert bool((made[row, frames * FRAME :] == 128).all())
        assert made[row, : frames * FRAME].bincount().count_nonzero() > 10


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_the_first_sample_is_the_first_prediction_after_silence(name: str) -> None:
    # pitfall 13: nothing is stripped, N samples of m frames, the first drawn by u[0]
    net = net_of("flow")
    features, numbers = clips(net, batch=8, frames=1)
    made = made_by(name, net, features, None, numbers)
    assert made.shape == (8, FRAME)
    zeros = torch.zeros(8, FRAME, dtype=torch.int64)
    with torch.no_grad():
        logits = net(torch.cat([net.prompt(8), zeros], dim=1), features)[:, 0]
    borders = logits.softmax(dim=1).cumsum(dim=1)  # (8, 256)
    first = (borders <= numbers[:, :1]).sum(dim=1)
    assert torch.equal(made[:, 0].long(), first)


@pytest.mark.parametrize("name", CPU_ENGINES)
def test_the_feature_heard_is_that_of_the_frame_that_plays(name: str) -> None:
    # pitfall 7: another second frame moves sample 64, none before it
    net = net_of("frame")
    features, numbers = clips(net)
    changed = features.clone()
    changed[:, 1] += 5
    before = made_by(name, net, features, None, numbers)
    after = made_by(name, net, changed, None, numbers)
    assert torch.equal(before[:, :FRAME], after[:, :FRAME])
    assert not torch.equal(before[:, FRAME : FRAME + 4], after[:, FRAME : FRAME + 4])


def test_threads_share_out_clips_and_change_none() -> None:
    net = net_of("frame")
    features, numbers = clips(net, batch=11)
    one = made_by("compiled", net, features, None, numbers)
    torch.set_num_threads(2)
    assert torch.equal(made_by("compiled", net, features, None, numbers), one)


def test_float64_is_the_plain_way_digit_by_digit() -> None:
    net = net_of("seq")
    features, numbers = clips(net)
    made = made_by("eager", net, features, RAGGED, numbers, dtype=torch.float64)
    assert torch.equal(made.long(), naive_generate(net, features, RAGGED, numbers))
