"""Attention looks at places of a picture, and can be asked where it looked."""

import math

import pytest
import torch

from generation.nets import cross_entropy, naive_logits
from generation.nets.attention import Attention
from tests.generation.nets.small import FRAME, clips, gradients, net_of


def test_attention_is_the_same_step_by_step_and_in_chunks() -> None:
    net = net_of("frame", attention=True)
    tokens, features = clips(net)
    whole, maps = net.look(tokens, features)
    assert (whole - naive_logits(net, tokens, features)).abs().max() < 1e-12
    state = net.begin(features)
    for frame in range(3):
        part = tokens[:, frame * FRAME : frame * FRAME + 16 + FRAME]
        logits, state = net.chunk(part, state, features[:, frame : frame + 1])
        own = whole[:, frame * FRAME : (frame + 1) * FRAME]
        assert (logits - own).abs().max() < 1e-12
    assert maps.shape == (3, 3, 3, 2)


def test_maps_are_shares_that_move_with_sound_and_picture() -> None:
    net = net_of("frame", attention=True)
    tokens, features = clips(net)
    _, maps = net.look(tokens, features)
    assert maps.min() > 0
    assert torch.allclose(maps.sum(dim=(2, 3)), torch.ones(3, 3, dtype=maps.dtype))
    assert (maps[0, 0] - maps[1, 0]).abs().max() > 1e-3
    changed = tokens.clone()
    changed[:, 16 : 16 + FRAME] = 200
    _, moved = net.look(changed, features)
    assert torch.equal(moved[:, 0], maps[:, 0])  # nothing was heard before frame 0
    assert (moved[:, 1] - maps[:, 1]).abs().max() > 1e-6


def test_a_picture_the_same_everywhere_is_its_feature() -> None:
    net = net_of("frame", attention=True)
    tokens, features = clips(net)
    plain = features[:, :, :1, :1]
    assert net.config.attention
    spread, maps = net.look(tokens, plain.expand(-1, -1, 3, 2, -1))
    single, _ = net.look(tokens, plain)
    assert (spread - single).abs().max() < 1e-12
    assert torch.allclose(maps, torch.full_like(maps, 1 / 6))


def test_attention_learns_where_to_look() -> None:
    net = net_of("frame", attention=True)
    tokens, features = clips(net)
    loss = cross_entropy(net(tokens, features), tokens[:, 16:]).nats
    assert gradients(net, loss)["coarse.attention.query.weight"].abs().max() > 0


def test_a_net_without_attention_cannot_say_where_it_looked() -> None:
    net = net_of("frame")
    tokens, features = clips(net)
    with pytest.raises(ValueError, match="no attention"):
        net.look(tokens, features)


def test_the_place_most_asked_for_is_seen_most() -> None:
    # softmax(q . f / sqrt(C)) by hand: C = 4, q = (2, 0, 0, 0), two places
    attention = Attention(2, 4, normed=False)
    with torch.no_grad():
        attention.query.weight.zero_()
        attention.query.weight[0, 0] = 2
    places = torch.zeros(1, 1, 2, 4)
    places[0, 0, :, 0] = torch.tensor([3.0, 1.0])
    seen, where = attention(torch.tensor([[1.0, 5.0]]), places)
    share = 1 / (1 + math.exp(-2))  # scores 3 and 1
    assert where[0, 0].tolist() == pytest.approx([share, 1 - share])
    assert seen[0].tolist() == pytest.approx([3 * share + (1 - share), 0, 0, 0])
