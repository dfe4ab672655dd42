"""The fast way learns what the plain way learns, and the encoder learns at all."""

import pytest
import torch

from generation.nets import (
    Layers,
    coarse_full,
    cross_entropy,
    draw_windows,
    layered_logits,
    naive_logits,
    window_targets,
)
from generation.nets.config import Method
from generation.nets.windows import grid_of
from tests.generation.nets.small import FRAME, METHOD_NAMES, clips, gradients, net_of


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("batch", [2, 9])
def test_fast_gradients_are_those_of_single_samples(method: Method, batch: int) -> None:
    net = net_of(method)
    tokens, features = clips(net, batch=batch, frames=2)
    targets = tokens[:, 16:]
    ways = [
        cross_entropy(net(tokens, features), targets).nats,
        cross_entropy(naive_logits(net, tokens, features), targets).nats,
        cross_entropy(layered_logits(net, tokens, features), targets).nats,
    ]
    fast, single, layered = (gradients(net, loss) for loss in ways)
    for name, gradient in fast.items():
        scale = max(gradient.abs().max().item(), 1e-3)
        assert (gradient - single[name]).abs().max() / scale < 1e-10, name
        assert (gradient - layered[name]).abs().max() / scale < 1e-10, name


def test_layers_apart_learn_what_the_net_learns_and_leave_it_alone() -> None:
    net = net_of("frame")
    tokens, features = clips(net, frames=2)
    layers = Layers(net, apart=True)
    loss = cross_entropy(layers.logits(tokens, features), tokens[:, 16:]).nats
    values = list(layers.parameters())
    found = torch.autograd.grad(loss, values)
    wanted = gradients(net, cross_entropy(net(tokens, features), tokens[:, 16:]).nats)
    assert sum(value.numel() for value in values) == sum(
        gradient.numel() for gradient in wanted.values()
    )
    apart = sum(float((gradient**2).sum()) for gradient in found)
    assert apart == pytest.approx(sum(float((g**2).sum()) for g in wanted.values()))
    assert net.mlp.l1.weight.grad is None


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_every_parameter_gets_a_gradient(method: Method) -> None:
    net = net_of(method)
    tokens, features = clips(net)
    loss = cross_entropy(net(tokens, features), tokens[:, 16:]).nats
    for name, gradient in gradients(net, loss).items():
        assert gradient.abs().max() > 0, name


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_windows_at_the_start_or_one_burn_in_later_are_exact(method: Method) -> None:
    net = net_of(method)
    tokens, features = clips(net)
    lengths = torch.tensor([3, 2, 3])
    whole = net(tokens, features, lengths)
    starts = torch.tensor([[0, 32], [32, 0], [0, 0]])
    seen = coarse_full(
        net, tokens, features, starts, lengths=lengths, length=64, burn_in=8
    )
    assert seen.shape == (3, 2, 64, 256)
    targets = window_targets(net, tokens, starts, length=64)
    for row in range(3):
        for window, start in enumerate(starts[row].tolist()):
            expected = whole[row, start : start + 64]
            assert (seen[row, window] - expected).abs().max() < 1e-12
            own = tokens[row, 16 + start : 16 + start + 64]
            assert torch.equal(targets[row, window], own)


def test_a_longer_burn_in_comes_nearer_to_the_whole() -> None:
    net = net_of("seq")
    tokens, features = clips(net)
    whole = net(tokens, features)[:, 128:]
    starts = torch.full((3, 1), 128)
    errors = [
        (
            coarse_full(net, tokens, features, starts, length=64, burn_in=steps)[:, 0]
            - whole
        )
        .abs()
        .max()
        .item()
        for steps in (0, 8, 32)
    ]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 1e-12  # 32 steps of 4 samples reach back to the beginning


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_a_late_window_teaches_the_encoder(method: Method) -> None:
    # pitfall 10: in chunks, only the first of them does
    net = net_of(method)
    tokens, features = clips(net)
    starts = torch.full((3, 1), 2 * FRAME)
    logits = coarse_full(net, tokens, features, starts, length=FRAME, burn_in=8)
    targets = window_targets(net, tokens, starts, length=FRAME)
    loss = cross_entropy(logits, targets).nats
    assert gradients(net, loss)["encoder.weight_ih_l0"].abs().max() > 1e-9

    state = net.begin(features)
    _, state = net.chunk(tokens[:, : 16 + 2 * FRAME], state)
    logits, _ = net.chunk(tokens[:, 2 * FRAME :], state.detach())
    loss = cross_entropy(logits, tokens[:, 16 + 2 * FRAME :]).nats
    assert gradients(net, loss)["encoder.weight_ih_l0"].abs().max() == 0


def test_windows_that_lie_outside_are_refused() -> None:
    net = net_of("seq")
    tokens, features = clips(net)
    for start in (-16, 16, 40, 144):
        starts = torch.tensor([[start], [0], [0]])
        with pytest.raises(ValueError, match="windows start at 0 or from 32 to 128"):
            coarse_full(net, tokens, features, starts, length=64, burn_in=8)


@pytest.mark.parametrize(
    ("fs3", "fs2", "grid"),
    [(16, 4, 256), (64, 4, 256), (64, 16, 1024), (512, 4, 512), (16, 1, 256)],
)
def test_windows_that_are_drawn_suit_every_net(fs3: int, fs2: int, grid: int) -> None:
    """64 steps of the frame tier go before, and fill steps of the coarse one."""
    net = net_of("seq", fs3=fs3, fs2=fs2, frame_samples=1024, dim=2, embedding=2)
    assert grid_of(net.config) == grid
    tokens, features = clips(net)
    rng = torch.Generator().manual_seed(1)
    starts = draw_windows(torch.tensor([3, 3, 3]), 4, rng, net.config)
    assert len({*starts.flatten().tolist()}) > 2
    logits = coarse_full(net, tokens, features, starts)
    assert logits.shape == (3, 4, 1024, 256)


def test_windows_are_drawn_within_each_clip_from_a_seed() -> None:
    lengths = torch.tensor([1, 2, 156])
    starts, again = (
        draw_windows(lengths, 400, torch.Generator().manual_seed(5)) for _ in range(2)
    )
    assert torch.equal(starts, again)
    assert starts.shape == (3, 400)
    assert (starts % 256 == 0).all()
    assert (starts[0] == 0).all()
    assert set(starts[1].tolist()) == {0, 256, 512, 768, 1024}
    assert starts[2].max() <= 155 * 1024
    assert starts[2].double().mean() == pytest.approx(155 * 512, rel=0.1)
    with pytest.raises(ValueError, match="shorter than a window of 2048"):
        draw_windows(lengths, 1, torch.Generator(), length=2048)
