"""Products by oneDNN are torch's own, with their gradients."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from generation.nets import products

SHAPES = [(2, 300, 64, 128), (1, 8, 256, 768), (3, 5, 7, 11)]
"""Batch, steps, inputs, outputs: two large enough for oneDNN, one that is not."""


def made(
    linear: object, shape: tuple[int, int, int, int], dtype: torch.dtype, *, bias: bool
) -> list[Tensor]:
    """A layer's result and its three gradients."""
    rng = torch.Generator().manual_seed(1)
    batch, steps, inputs, outputs = shape
    sizes = [(batch, steps, inputs), (outputs, inputs), (outputs,)]
    values = [
        torch.randn(size, generator=rng).to(dtype).requires_grad_() for size in sizes
    ]
    weights = torch.randn(batch, steps, outputs, generator=rng).to(dtype)
    if not bias:
        values.pop()
    result = linear(*values)  # type: ignore[operator]
    return [result, *torch.autograd.grad((result * weights).sum(), values)]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_layer_and_its_gradients_are_exact_to_single_precision(
    shape: tuple[int, int, int, int], bias: bool
) -> None:
    exact = made(functional.linear, shape, torch.float64, bias=bias)
    for found, wanted in zip(
        made(products.linear, shape, torch.float32, bias=bias), exact, strict=True
    ):
        assert (found - wanted).abs().max() < 1e-5 * wanted.abs().max()


@pytest.mark.parametrize("turned", [True, False])
def test_a_matrix_laid_out_once_multiplies_as_it_is(turned: bool) -> None:
    rng = torch.Generator().manual_seed(1)
    matrix = torch.randn(768, 256, generator=rng)
    matrix = matrix if turned else matrix.T.contiguous().T
    bias = torch.randn(768, generator=rng)
    again = products.Repeated(matrix, bias, rows=8)
    for _ in range(2):
        left = torch.randn(8, 256, generator=rng)
        wanted = left.double() @ matrix.double().T + bias
        assert (again(left) - wanted).abs().max() < 1e-5 * wanted.abs().max()


def test_without_onednn_torch_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = made(functional.linear, SHAPES[0], torch.float32, bias=True)
    monkeypatch.setattr(products, "_MULTIPLY", None)
    for found, wanted in zip(
        made(products.linear, SHAPES[0], torch.float32, bias=True), plain, strict=True
    ):
        assert torch.equal(found, wanted)


def test_in_half_precision_autocast_decides() -> None:
    left, matrix = torch.randn(512, 64), torch.randn(64, 64)
    with torch.autocast("cpu", torch.bfloat16):
        assert products.linear(left, matrix).dtype == torch.bfloat16


def test_gradients_that_nobody_wants_are_not_computed() -> None:
    left, matrix = torch.randn(512, 64), torch.randn(64, 64, requires_grad=True)
    products.linear(left, matrix).sum().backward()  # type: ignore[no-untyped-call]
    assert left.grad is None
    assert matrix.grad is not None
