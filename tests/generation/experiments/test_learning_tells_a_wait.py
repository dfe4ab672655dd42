"""While an engine keeps `learned` waiting, a line says why."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from generation.__main__ import main
from generation.arguments import learning
from generation.fast import Draws, Folded, Progress, Waits
from generation.sample.engines import Voice, voice_of
from tests.generation.experiments.test_learning import trained
from tests.generation.train.prepared import prepared


class Compiling:
    """An engine that would be compiled first, and makes silence."""

    name = "compiling"

    def generate(
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Draws | Tensor,
        temperature: float = 1.0,
        progress: Progress | None = None,
        waits: Waits | None = None,
    ) -> Tensor:
        """Tell of the wait, and have nothing to say."""
        count, frames = features.shape[:2]
        if waits:
            waits(f"compiling for {count} clips")
        return torch.full((count, 1024 * frames), 128, dtype=torch.uint8)


def slow(*given: object, **more: object) -> Voice:
    return replace(voice_of(*given, **more), engine=Compiling())  # type: ignore[arg-type]


def test_it_says_that_it_compiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    silence = np.full(1024, 128, dtype=np.uint8)
    clips = prepared(tmp_path / "data", train=[1], test=[1, 1], sounds=[silence] * 3)
    given = trained(clips, steps=1)
    monkeypatch.setattr(learning, "voice_of", slow)
    capsys.readouterr()
    assert main(given) == 0
    # of the trained net and of the untrained one
    told = capsys.readouterr().err.splitlines()
    assert told.count("compiling for 2 clips") == 2
