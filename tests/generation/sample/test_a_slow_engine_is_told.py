"""Sampling without a compiler works, and says that it is slow and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.fast import compiled
from generation.fast.build import library
from generation.sample import sample
from tests.generation.sample.world import asking

KNOWN = (library, compiled.missing, compiled._loaded)


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CXX", "no-such-compiler")
    for cached in KNOWN:
        cached.cache_clear()
    yield
    for cached in KNOWN:
        cached.cache_clear()


@pytest.mark.usefixtures("no_compiler")
def test_without_a_compiler_the_remark_names_what_to_install(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path))
    told = [text for text in done.remarks if "several times slower" in text]
    assert len(told) == 1
    assert "no C++ compiler found (no-such-compiler): install one" in told[0]
    asked = sample(asking(checkpoint, manifest, tmp_path / "eager", engine="eager"))
    assert not any("slower" in text for text in asked.remarks)
