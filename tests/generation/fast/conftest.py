"""Tests run side by side: more threads than cores would only wait for one another."""

from collections.abc import Iterator

import pytest
import torch

from tests.generation.fast.interpreted import Interpreted, interpreted


@pytest.fixture(scope="session")
def interpreter() -> Iterator[Interpreted]:
    """A child process that plays Triton kernels through, one for all tests."""
    with interpreted() as engine:
        yield engine


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
