"""A folded net predicts what the net predicts."""

import pytest
import torch
from torch import Tensor

from generation.fast import Folded, fold
from generation.fast.block import Block
from generation.fast.sight import Sight, begin
from generation.nets import SampleRNN
from generation.nets.config import Method
from tests.generation.fast.small import METHOD_NAMES, clips, net_of


@torch.inference_mode()
def forced(folded: Folded, made: Tensor, features: Tensor) -> Tensor:
    """The logits (B, N, 256) of a folded net that is told what was made, (B, N)."""
    config, videos = folded.config, list(features)
    block = Block(folded, begin(folded, videos))
    sight = Sight(folded, videos)
    found = []
    for sample, level in enumerate(made.T):
        frame, within = divmod(sample, config.frame_samples)
        place = within % config.fs3
        if within == 0:
            block.seen.copy_(sight(frame, len(features), block.coarse.state))
        block.predict(place)
        found.append(block.logits.clone())
        block.made[:, place] = level
        if place == config.fs3 - 1:
            block.turn()
    return torch.stack(found, dim=1)


def distance(net: SampleRNN) -> float:
    features, _ = clips(net, batch=3, frames=3)
    count = 3 * net.config.frame_samples
    rng = torch.Generator().manual_seed(5)
    made = torch.randint(256, (3, count), generator=rng)
    with torch.no_grad():
        logits = net(torch.cat([net.prompt(3), made], dim=1), features)
    assert logits.std() > 0.1
    folded = forced(fold(net, torch.float64), made, features)
    return float((folded - logits).abs().max())


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_logits_are_the_same_but_for_the_last_digits(method: Method) -> None:
    assert distance(net_of(method)) < 1e-12


@pytest.mark.parametrize(
    "sizes",
    [
        {"k": 1},
        {"k": 7},
        {"fs3": 8, "fs2": 2},
        {"fs3": 8, "fs2": 8},
        {"dim": 7},
        {"weight_norm": False},
        {"attention": True},
    ],
)
def test_other_nets_fold_as_exactly(sizes: dict[str, int]) -> None:
    assert distance(net_of("frame", **sizes)) < 1e-12


def test_a_folded_net_shares_nothing_with_the_net() -> None:
    net = net_of("seq")
    folded = fold(net, torch.float64)
    assert folded.encoder is not None
    kept = [tensor.clone() for tensor in (folded.out, folded.encoder[0])]
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
    assert torch.equal(folded.out, kept[0])
    assert torch.equal(folded.encoder[0], kept[1])
    assert not folded.out.requires_grad


def test_bytes_count_every_value_once() -> None:
    # by hand, D 32, F 5: tiers 96 (n + 32 + 1) + 32, n = 16 and 4; the rest in order:
    # coarse_bias, vis, lift, told, tables, hidden, out
    tiers = 96 * (16 + 33) + 32 + 96 * (4 + 33) + 32
    rest = 96 + 96 * 5 + 384 * 33 + 128 * 33 + 1024 * 32 + 32 * 33 + 256 * 33
    assert fold(net_of("frame"), torch.float32).bytes == 4 * (tiers + rest)
    # two bytes fewer for each of the matrices that every step multiplies by
    large = 2 * 96 * 32 + 384 * 32 + 128 * 32 + 32 * 32
    folded = fold(net_of("frame"), torch.bfloat16)
    assert folded.bytes == 4 * (tiers + rest) - 2 * large


def test_a_net_of_width_1024_multiplies_as_often_as_the_docstring_says() -> None:
    folded = fold(net_of("frame"))
    every = {
        folded.coarse.recurrent: 16,
        folded.lift: 16,
        folded.frame.recurrent: 4,
        folded.told: 4,
        folded.hidden: 1,
    }
    # all of them grow with the width's square, the last layer with the width
    squares = sum(matrix.numel() / samples for matrix, samples in every.items())
    assert squares * (1024 / 32) ** 2 + 1024 * 256 == pytest.approx(4.1e6, rel=0.01)


def test_half_precision_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="float16"):
        fold(net_of("frame"), torch.float16)
