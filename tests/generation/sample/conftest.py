"""One thread, so that what is compared is rounded alike; clips made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.generation.sample import world


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short clips of a dog."""
    return world.clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained Frame net for stub features."""
    return world.tiny_checkpoint(tmp_path_factory.mktemp("run") / "best.net")
