"""A checkpoint's net scores like the net itself."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from generation.checkpoint import (
    Checkpoint,
    DataFacts,
    FeatureFacts,
    FeatureScale,
    weights_of,
)
from generation.experiments.losses import loss_rows
from generation.experiments.scoring import CheckpointScorer, HeardClip
from generation.nets import Method, SampleRNN, preset


def checkpoint(method: Method) -> Checkpoint:
    net = SampleRNN(preset("ci", method, 6), seed=1)
    scale = FeatureScale("zscore", torch.full((6,), 2.0), torch.full((6,), 3.0))
    data = DataFacts(
        "demo", ("Dog",), "last128", "0" * 64, "peak", {"Dog": 1.0}, 1, 1, is_demo=True
    )
    facts = FeatureFacts("stub-6", "stub", 6, "", is_stub=True)
    return Checkpoint(net.config, weights_of(net), facts, scale, data)


def clips() -> list[HeardClip]:
    rng = np.random.default_rng(0)
    return [
        HeardClip(
            f"clip {frames}",
            "Dog",
            rng.integers(0, 256, 1024 * frames, dtype=np.uint8),
            rng.standard_normal((frames, 6)).astype(np.float32),
        )
        for frames in (2, 1)
    ]


@pytest.mark.parametrize("method", ["frame", "seq", "flow"])
def test_scores_are_the_nets_own_cross_entropy(method: Method) -> None:
    """Against torch's cross-entropy of the teacher-forced logits, clip by clip."""
    stored = checkpoint(method)
    (row,) = loss_rows(method, "test", CheckpointScorer(stored, frames=1), clips())
    net, total = stored.net(), 0.0
    for clip in clips():
        levels = torch.from_numpy(clip.tokens.astype(np.int64))[None]
        seen = (torch.from_numpy(clip.features)[None] - 2) / 3
        with torch.no_grad():
            logits = net(torch.cat([net.prompt(1), levels], dim=1), seen)
        total += float(functional.cross_entropy(logits[0], levels[0], reduction="sum"))
    assert row.samples == 3 * 1024
    assert row.nats == pytest.approx(total / row.samples, rel=1e-5)
    assert row.nats > math.log(256)  # random levels cannot be told for less
