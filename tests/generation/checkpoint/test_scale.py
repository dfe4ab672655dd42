"""How features are scaled."""

import pytest
import torch

from generation.checkpoint import FeatureScale


def test_zscore_centres_and_l2_makes_length_one() -> None:
    features = torch.randn(2, 5, 3, dtype=torch.float16) * 3 + 7
    exact = features.double().flatten(0, 1)
    mean, deviation = exact.mean(dim=0), exact.std(dim=0)
    zscore = FeatureScale("zscore", mean.float(), deviation.float())
    expected = (exact - mean) / deviation
    assert torch.allclose(zscore(features).double().flatten(0, 1), expected, atol=1e-4)
    lengths = torch.linalg.vector_norm(FeatureScale("l2")(features), dim=-1)
    assert torch.allclose(lengths, torch.ones(2, 5), atol=1e-6)
    assert torch.equal(FeatureScale()(features), features.float())


def test_a_feature_of_nothing_stays_nothing() -> None:
    assert torch.equal(FeatureScale("l2")(torch.zeros(1, 3)), torch.zeros(1, 3))


def test_statistics_that_do_not_fit_are_refused() -> None:
    one = torch.ones(3)
    for kind, mean, deviation in (
        ("zscore", None, None),
        ("zscore", one, None),
        ("zscore", one, torch.zeros(3)),
        ("zscore", one, torch.ones(2)),
        ("zscore", one * torch.nan, one),
        ("l2", one, one),
        ("max", None, None),
    ):
        with pytest.raises(ValueError, match="scale"):
            FeatureScale(kind, mean, deviation)  # type: ignore[arg-type]
