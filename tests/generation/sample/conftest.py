"""One thread, so that what is compared is rounded alike; clips made once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.dataset import decode
from generation.media.footage import Footage, read_footage
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


@pytest.fixture(scope="session")
def decoded() -> dict[tuple[str, str, str], Footage]:
    """What was decoded already, by a file's name and contents and what was asked."""
    return {}


@pytest.fixture(autouse=True)
def _decoded_once(
    decoded: dict[tuple[str, str, str], Footage],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most tests sample for the same clips, and are about what is made of them."""

    def read(path: Path, folder: Path, **asked: Any) -> Footage:
        if not path.is_file() or asked.get("sound"):
            return read_footage(path, folder, **asked)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        key = path.name, digest, repr(asked)
        if key not in decoded:
            kept = tmp_path_factory.mktemp("decoded")
            decoded[key] = read_footage(path, kept, **asked)
        return decoded[key]

    monkeypatch.setattr(decode, "read_footage", read)
