"""A tiny net and two short clips of its category, made on the spot."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from generation.checkpoint import (
    Checkpoint,
    DataFacts,
    FeatureFacts,
    FeatureScale,
    save_checkpoint,
    weights_of,
)
from generation.clip import ClipRecord
from generation.features.stub import StubFeatures, StubMaps
from generation.manifest import write_manifest
from generation.nets import Method, NetConfig, SampleRNN
from generation.sample import Sampling
from tests.generation.makers import video

SECONDS = {"dog-1": 0.2, "dog-2": 0.13, "dog-3": 0.2}


def tiny_checkpoint(
    path: Path,
    method: Method = "frame",
    *,
    categories: Sequence[str] = ("Dog",),
    gain: float = 2.0,
    seed: int = 0,
    config: NetConfig | None = None,
) -> Path:
    """Write an untrained net, of width 8 unless given, for stub features or maps.

    Its mouth is kept small: levels stay near silence.
    """
    config = config or NetConfig(method, dim=8, embedding=8, feature_dim=8)
    kind = StubMaps if config.attention else StubFeatures
    source = kind(config.feature_dim).info
    net = SampleRNN(config, seed=seed)
    with torch.no_grad():
        # near silence with some noise: what a trained net does, in short
        levels = (torch.arange(256) - 128.0) / 12
        assert net.mlp.out.bias is not None
        net.mlp.out.bias.copy_(-(levels**2))
    checkpoint = Checkpoint(
        config=config,
        weights=weights_of(net),
        features=FeatureFacts(
            source.identity,
            source.name,
            source.dim,
            source.weights,
            is_stub=True,
            rows=source.rows,
            columns=source.columns,
        ),
        scale=FeatureScale("none"),
        data=DataFacts(
            name="tests",
            categories=tuple(categories),
            split_kind="last",
            split="0" * 64,
            gain="peak",
            gains=dict.fromkeys(categories, gain),
            train_clips=1,
            test_clips=1,
        ),
    )
    save_checkpoint(path, checkpoint)
    return path


def clips(folder: Path, names: Sequence[str] = tuple(SECONDS)) -> Path:
    """Write short real clips and their manifest; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [
        ClipRecord(
            clip=name,
            category="Dog",
            system="real",
            path=video(folder / f"{name}.mp4", "-c:a", "aac", seconds=SECONDS[name]),
        )
        for name in names
    ]
    write_manifest(records, folder / "manifest.csv")
    return folder / "manifest.csv"


def asking(checkpoint: Path, data: Path, out: Path, **more: object) -> Sampling:
    """A run on one CPU."""
    asked = Sampling(checkpoint=checkpoint, data=data, out=out, device="cpu")
    return replace(asked, **more)  # type: ignore[arg-type]
