"""Nats computed with their gradients, part by part, are those of the logits."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from generation.nets import (
    coarse_full,
    cross_entropy,
    layered_logits,
    sample_mask,
    score_windows,
    scoring,
    tiers,
    window_targets,
)
from generation.nets.config import Method
from generation.nets.scoring import Asked, Head, score
from generation.nets.tiers import SampleTier
from tests.generation.nets.small import FRAME, METHOD_NAMES, clips, gradients, net_of


@pytest.fixture(autouse=True)
def _part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few the samples are: else logits would be compared with logits."""
    monkeypatch.setattr(SampleTier, "is_cheap_merged", lambda *_: True)


def test_few_samples_of_a_wide_net_are_scored_by_their_logits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()

    def forbidden(*_: object) -> None:
        raise AssertionError("scored part by part")

    net = net_of("frame")
    tokens, features = clips(net, frames=2)
    assert not net.mlp.is_cheap_merged(targets_of(tokens).numel(), net.frame.out)
    monkeypatch.setattr(tiers, "score", forbidden)
    total, _ = net.score(tokens, net.begin(features), features)
    plain = layered_logits(net, tokens, features)
    expected = cross_entropy(plain, targets_of(tokens)).total
    assert total.item() == pytest.approx(expected.item(), rel=1e-13)


def targets_of(tokens: Tensor) -> Tensor:
    return tokens[:, 16:]


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("part", [64, 80, 4096])  # samples; there are 3 x 128
@pytest.mark.parametrize("ragged", [False, True])
def test_a_score_and_its_gradients_are_the_plain_ways(
    method: Method, part: int, ragged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "PART", part)
    monkeypatch.setattr(scoring, "WIDE", 1)
    net = net_of(method)
    tokens, features = clips(net, frames=2)
    mask = sample_mask(torch.tensor([2, 1, 2]), 2 * FRAME, each=FRAME)
    counted = mask if ragged else None
    total, _ = net.score(tokens, net.begin(features), features, counted)
    plain = layered_logits(net, tokens, features)
    expected = cross_entropy(plain, tokens[:, 16:], counted).total
    assert total.item() == pytest.approx(expected.item(), rel=1e-13)
    wanted = gradients(net, expected)
    for name, gradient in gradients(net, total).items():
        scale = max(wanted[name].abs().max().item(), 1e-3)
        assert (gradient - wanted[name]).abs().max() / scale < 1e-10, name


def test_gradients_are_those_of_finite_differences() -> None:
    rng = torch.Generator().manual_seed(1)
    shapes = ((8, 4), (8,), (512, 4), (4, 4), (4,), (256, 4), (256,))
    head = [random(shape, rng) for shape in shapes]
    states = random((3, 4), rng)
    rows = torch.randint(256, (6, 2), generator=rng) + torch.tensor([0, 256])
    targets = torch.randint(256, (6,), generator=rng)
    mask = torch.tensor([True, True, False, True, True, True])
    asked = Asked(rows, targets, mask)

    def total(*values: Tensor) -> Tensor:
        return score(Head(*values[1:]), values[0], asked)

    assert torch.autograd.gradcheck(total, (states, *head), fast_mode=True)


def test_what_is_not_counted_may_be_no_number() -> None:
    net = net_of("frame")
    tokens, features = clips(net)
    features[2] = math.nan
    mask = sample_mask(torch.tensor([3, 3, 0]), 3 * FRAME, each=FRAME)
    total, _ = net.score(tokens, net.begin(features), features, mask)
    own, _ = net.score(tokens[:2], net.begin(features[:2]), features[:2])
    assert total.item() == pytest.approx(own.item(), rel=1e-12)


def test_levels_of_no_odds_cost_what_their_logits_say() -> None:
    # probabilities below 1e-38 are 0 in float32, their logarithms are not
    logits = torch.full((2, 256), -200.0)
    logits[:, 7] = 0
    targets = torch.tensor([7, 8])
    asked = Asked(torch.zeros(2, 1, dtype=torch.int64), targets, None)
    nothing = torch.zeros(1, 1)
    head = Head(
        torch.zeros(1, 1),
        torch.zeros(1),
        torch.zeros(256, 1),
        nothing,
        torch.zeros(1),
        torch.zeros(256, 1),
        logits[0],
    )
    total = score(head, torch.zeros(2, 1), asked)
    expected = functional.cross_entropy(logits, targets, reduction="sum")
    assert total.item() == pytest.approx(expected.item(), rel=1e-6)  # 200


def test_a_score_without_gradients_is_the_same() -> None:
    net = net_of("seq")
    tokens, features = clips(net)
    total, _ = net.score(tokens, net.begin(features), features)
    with torch.no_grad():
        again, _ = net.score(tokens, net.begin(features), features)
    assert not again.requires_grad
    assert total.item() == again.item()


def test_half_precision_scores_in_single() -> None:
    net = net_of("frame").float()
    tokens, features = clips(net)
    features = features.float()
    exact = cross_entropy(layered_logits(net, tokens, features), tokens[:, 16:]).total
    with torch.autocast("cpu", torch.bfloat16):
        total, state = net.score(tokens, net.begin(features), features)
    assert total.dtype == state.frame.dtype == torch.float32
    assert total.item() == pytest.approx(exact.item(), rel=1e-2)
    wanted = gradients(net, exact)
    for name, gradient in gradients(net, total).items():
        apart = (gradient - wanted[name]).norm() / wanted[name].norm()
        assert apart < 0.1, name


def test_windows_score_as_their_logits_do() -> None:
    net = net_of("flow")
    tokens, features = clips(net)
    starts = torch.tensor([[0, 32], [64, 128], [0, 128]])
    total = score_windows(net, tokens, features, starts, length=64, burn_in=8)
    logits = coarse_full(net, tokens, features, starts, length=64, burn_in=8)
    targets = window_targets(net, tokens, starts, length=64)
    expected = cross_entropy(logits, targets).total
    assert total.item() == pytest.approx(expected.item(), rel=1e-13)
    wanted = gradients(net, expected)
    for name, gradient in gradients(net, total).items():
        assert torch.allclose(gradient, wanted[name], rtol=1e-9, atol=1e-12), name


def random(shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    values = torch.randn(shape, generator=rng, dtype=torch.float64)
    return values.requires_grad_()
