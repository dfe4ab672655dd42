"""Losses in nats and bits, masked; clips scored whole; levels drawn by inverse CDF."""

import math

import numpy as np
import pytest
import torch

from generation.nets import (
    clip_nats,
    cross_entropy,
    draw,
    naive_generate,
    naive_logits,
    sample_mask,
)
from generation.nets.config import Method
from tests.generation.nets.small import FRAME, METHOD_NAMES, clips, net_of


def test_equal_odds_of_256_levels_cost_eight_bits() -> None:
    loss = cross_entropy(torch.zeros(2, 5, 256), torch.zeros(2, 5, dtype=torch.int64))
    assert loss.bits.item() == pytest.approx(8)  # log2 256
    assert loss.nats.item() == pytest.approx(8 * math.log(2))
    assert loss.count.item() == 10


def test_masked_samples_do_not_count() -> None:
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 256, generator=rng, dtype=torch.float64)
    targets = torch.randint(256, (2, 4), generator=rng)
    mask = sample_mask(torch.tensor([3, 1]), 4, each=1)
    assert mask.tolist() == [[True, True, True, False], [True, False, False, False]]
    loss = cross_entropy(logits, targets, mask)
    odds = logits.numpy() - np.log(np.exp(logits.numpy()).sum(axis=2, keepdims=True))
    places = [(0, 0), (0, 1), (0, 2), (1, 0)]
    expected = -np.mean([odds[b, t, targets[b, t]] for b, t in places])
    assert loss.nats.item() == pytest.approx(expected, rel=1e-12)
    assert cross_entropy(logits, targets, mask & False).nats.item() == 0


def test_half_precision_is_summed_in_single() -> None:
    logits = torch.zeros(3000, 256, dtype=torch.bfloat16)
    loss = cross_entropy(logits, torch.zeros(3000, dtype=torch.int64))
    assert loss.total.dtype == torch.float32
    assert loss.bits.item() == pytest.approx(8, abs=1e-4)


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("frames", [1, 2, 5])
def test_a_clip_costs_what_its_own_samples_cost(method: Method, frames: int) -> None:
    net = net_of(method)
    tokens, features = clips(net)
    lengths = torch.tensor([3, 1, 2])
    nats = clip_nats(net, tokens, features, lengths, frames=frames)
    for row, length in enumerate(lengths.tolist()):
        own = tokens[row : row + 1, : 16 + length * FRAME]
        logits = net(own, features[row : row + 1, :length])
        expected = cross_entropy(logits, own[:, 16:]).total.item()
        assert nats[row].item() == pytest.approx(expected, rel=1e-12)


def test_levels_are_drawn_where_the_distribution_passes_the_uniform() -> None:
    odds = torch.zeros(5, 256, dtype=torch.float64)
    odds[:, 0], odds[:, 7], odds[:, 255] = 0.25, 0.5, 0.25
    uniforms = torch.tensor([0.0, 0.2499, 0.25, 0.75, 1 - 2**-53], dtype=torch.float64)
    assert draw(odds.log(), uniforms).tolist() == [0, 0, 7, 255, 255]


def test_a_low_temperature_draws_the_likeliest_level() -> None:
    rng = torch.Generator().manual_seed(0)
    logits = torch.randn(50, 256, generator=rng, dtype=torch.float64)
    uniforms = torch.rand(50, generator=rng, dtype=torch.float64)
    assert torch.equal(draw(logits, uniforms, 1e-4), logits.argmax(dim=1))
    with pytest.raises(ValueError, match="above 0, not 0"):
        draw(logits, uniforms, 0)


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_generated_levels_follow_the_teacher_forced_distribution(
    method: Method,
) -> None:
    net = net_of(method)
    _, features = clips(net)
    lengths = torch.tensor([3, 1, 2])
    rng = torch.Generator().manual_seed(4)
    uniforms = torch.rand(3, 3 * FRAME, generator=rng, dtype=torch.float64)
    made = naive_generate(net, features, lengths, uniforms, temperature=0.8)
    assert made.shape == (3, 3 * FRAME)
    logits = net(torch.cat([net.prompt(3), made], dim=1), features, lengths)
    for row, length in enumerate(lengths.tolist()):
        own = length * FRAME
        again = draw(logits[row, :own], uniforms[row, :own], 0.8)
        assert torch.equal(made[row, :own], again)
        assert (made[row, own:] == 128).all()
    assert len(set(made[0].tolist())) > 20


def test_a_clip_is_generated_alike_alone_and_among_others() -> None:
    net = net_of("seq")
    _, features = clips(net)
    lengths = torch.tensor([3, 1, 2])
    rng = torch.Generator().manual_seed(4)
    uniforms = torch.rand(3, 3 * FRAME, generator=rng, dtype=torch.float64)
    made = naive_generate(net, features, lengths, uniforms)
    alone = naive_generate(net, features[1:2, :1], None, uniforms[1:2, :FRAME])
    assert torch.equal(made[1, :FRAME], alone[0])


def test_the_prompt_is_silence_not_level_zero() -> None:
    # pitfall 16: level 0 is -1.0, a full-scale step before the first sample
    net = net_of("frame")
    assert net.prompt(2).tolist() == [[128] * 16] * 2
    tokens, _ = clips(net)
    assert net.read_coarse(tokens)[:, 0].abs().max() == 0
    assert net.read_frame(tokens)[:, 0].abs().max() == 0


def test_recurrent_tiers_read_levels_between_minus_two_and_two() -> None:
    net = net_of("frame")
    tokens = torch.tensor([[0] * 16 + [255] * 16 + [0] * 16])
    read = net.read_coarse(tokens)
    assert read.min().item() == -2
    assert read.max().item() == 2 * (255 / 128 - 1)


def test_steps_match_at_half_precision_up_to_its_rounding() -> None:
    net = net_of("frame").float()
    tokens, features = clips(net)
    features = features.float()
    with torch.autocast("cpu", torch.bfloat16):
        logits, state = net.chunk(tokens, net.begin(features), features)
    assert state.coarse.dtype == torch.float32
    exact = naive_logits(net, tokens, features)
    assert (logits - exact).abs().max() < 0.1 * exact.abs().max()
