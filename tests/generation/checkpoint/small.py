"""A checkpoint small enough to keep beside the tests."""

import torch

from generation.checkpoint import (
    Checkpoint,
    DataFacts,
    FeatureFacts,
    FeatureScale,
    Losses,
    weights_of,
)
from generation.nets import NetConfig, SampleRNN

CONFIG = NetConfig("flow", dim=4, embedding=2, feature_dim=3)


def small(seed: int = 5) -> Checkpoint:
    return Checkpoint(
        config=CONFIG,
        weights=weights_of(SampleRNN(CONFIG, seed=seed)),
        features=FeatureFacts("numbers-12ab", "numbers", 3, "cd" * 32, True),
        scale=FeatureScale(
            "zscore", torch.tensor([1.0, 2.0, 3.0]), torch.tensor([0.5, 1.0, 2.0])
        ),
        data=DataFacts(
            "demo", ("dog", "drum"), "last128", "5f" * 32, "peak", {"dog": 1.5}, 9, 4
        ),
        losses=Losses(2.6, 2.71),
        step=1200,
        epoch=7,
        settings={"rate": 0.001, "patience": None},
    )
