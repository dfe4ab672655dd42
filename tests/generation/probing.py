"""Files probed once, in tests of what comes after and reads them several times."""

import copy
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generation.media import gateway


@contextmanager
def probed_once() -> Iterator[None]:
    """While the block runs, ask ffprobe once about a file of a name and contents."""
    probe, told = gateway.probe, {}

    def remembered(path: Path, *, timeout: float) -> dict[str, Any]:
        key = path.name, hashlib.sha256(path.read_bytes()).hexdigest()
        if key not in told:
            told[key] = probe(path, timeout=timeout)
        return copy.deepcopy(told[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "probe", remembered)
        yield
