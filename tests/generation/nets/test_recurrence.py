"""The written-out recurrence is torch's GRU, backwards too."""

import torch
from torch import nn

from generation.nets.gru import run_expanded, run_gru
from generation.nets.linear import NormedLinear
from generation.nets.recurrence import recur


def test_its_gradients_are_those_of_finite_differences() -> None:
    rng = torch.Generator().manual_seed(0)
    shapes = [(5, 2, 9), (2, 3), (9, 3), (9,)]
    given = [
        torch.randn(shape, generator=rng, dtype=torch.float64, requires_grad=True)
        for shape in shapes
    ]
    assert torch.autograd.gradcheck(recur, given)


def test_it_is_torchs_gru_forwards_and_backwards() -> None:
    torch.manual_seed(0)
    gru = nn.GRU(4, 6, batch_first=True).double()
    inputs = torch.randn(3, 11, 4, dtype=torch.float64, requires_grad=True)
    hidden = torch.randn(3, 6, dtype=torch.float64, requires_grad=True)
    states, last = run_gru(gru, inputs, hidden)
    expected, end = gru(inputs, hidden[None])
    assert (states - expected).abs().max() < 1e-14
    assert (last - end[0]).abs().max() < 1e-14
    weights = torch.randn(states.shape, dtype=torch.float64)
    sources = [inputs, hidden, *gru.parameters()]
    ours = torch.autograd.grad((states * weights).sum() + last.sum(), sources)
    theirs = torch.autograd.grad((expected * weights).sum() + end.sum(), sources)
    for one, other in zip(ours, theirs, strict=True):
        assert (one - other).abs().max() < 1e-12


def test_a_layer_in_front_and_a_slower_series_are_folded_in() -> None:
    torch.manual_seed(0)
    gru = nn.GRU(6, 6, batch_first=True).double()
    expand = NormedLinear(4, 6, normed=True).double()
    for parameter in expand.parameters():
        nn.init.normal_(parameter)
    inputs = torch.randn(3, 8, 4, dtype=torch.float64)
    added = torch.randn(3, 2, 6, dtype=torch.float64)
    hidden = torch.randn(3, 6, dtype=torch.float64)
    wide = expand(inputs) + added.repeat_interleave(4, dim=1)
    states, _ = run_expanded(gru, expand, inputs, hidden, added)
    assert (states - gru(wide, hidden[None])[0]).abs().max() < 1e-13
