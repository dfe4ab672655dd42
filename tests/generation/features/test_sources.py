"""Sources say what they are, and the cache keeps by content what they gave."""

from pathlib import Path

import numpy as np
import pytest

from generation.features import (
    FeatureCache,
    FeatureError,
    Joined,
    SourceInfo,
    SourceOptions,
    StubFeatures,
    open_source,
)
from generation.features.cache import picture_key

PICTURES = np.random.default_rng(0).integers(0, 256, (5, 3, 16, 20), dtype=np.uint8)


def test_the_stub_is_marked_wherever_it_goes() -> None:
    stub = StubFeatures(8)
    assert stub.info.is_stub
    assert stub.info.identity.startswith("stub-")
    assert Joined((stub, StubFeatures(4))).info.is_stub


def test_the_stub_sees_the_picture_and_follows_from_its_seed() -> None:
    features = StubFeatures(8, seed=1).extract(PICTURES)
    assert features.shape == (5, 8)
    assert features.dtype == np.float16
    assert np.array_equal(features, StubFeatures(8, seed=1).extract(PICTURES))
    assert not np.array_equal(features, StubFeatures(8, seed=2).extract(PICTURES))
    assert not np.array_equal(features[1], features[2])
    other = StubFeatures(8, seed=1).extract(255 - PICTURES)
    assert not np.array_equal(features, other)


def test_joined_sources_stand_side_by_side() -> None:
    joined = Joined((StubFeatures(3), StubFeatures(4)))
    features = joined.extract(PICTURES)
    assert joined.info.dim == 7
    assert np.array_equal(features[:, :3], StubFeatures(3).extract(PICTURES))
    with pytest.raises(FeatureError, match=r"pictures of \[32, 64\] px"):
        _ = Joined((StubFeatures(3), StubFeatures(3, side=32))).info


def test_an_identity_changes_with_all_that_features_depend_on() -> None:
    base = ("vgg19", 4096, 256, "a" * 64, "crop")
    identities = {
        SourceInfo(*base).identity,
        SourceInfo("vgg19", 4096, 256, "b" * 64, "crop").identity,
        SourceInfo("vgg19", 4096, 256, "a" * 64, "crop, before relu").identity,
        SourceInfo("vgg19", 4096, 128, "a" * 64, "crop").identity,
        SourceInfo(*base, is_stub=True).identity,
    }
    assert len(identities) == 5


@pytest.mark.parametrize("shape", [(5, 1, 16, 20), (0, 3, 16, 20), (3, 16, 20)])
def test_pictures_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(FeatureError, match=r"give \(m, 3, height, width\)"):
        StubFeatures(8).extract(np.zeros(shape, dtype=np.uint8))


def test_what_is_stored_is_found_again(tmp_path: Path) -> None:
    stub = StubFeatures(8)
    cache = FeatureCache.create(tmp_path, stub.info)
    features = stub.extract(PICTURES)
    assert cache.load("k", 5) is None
    cache.store("k", features)
    again = FeatureCache.open(tmp_path / stub.info.identity)
    assert again.info == stub.info
    found = again.load("k", 5)
    assert found is not None
    assert np.array_equal(found, features)
    assert not list(cache.folder.glob(".*.part"))


def test_unfit_features_are_not_stored(tmp_path: Path) -> None:
    cache = FeatureCache.create(tmp_path, StubFeatures(2).info)
    with pytest.raises(FeatureError, match=r"not \(m, 2\) float16"):
        cache.store("k", np.zeros((5, 3), dtype=np.float16))
    with pytest.raises(FeatureError, match="too large for float16"):
        cache.store("k", np.full((5, 2), np.inf, dtype=np.float16))
    assert cache.load("k", 5) is None


def test_damaged_features_are_named(tmp_path: Path) -> None:
    cache = FeatureCache.create(tmp_path, StubFeatures(2).info)
    file = cache.folder / "k.npy"
    for half in (b"half", b""):
        file.write_bytes(half)
        with pytest.raises(FeatureError, match=r"k.npy: damaged"):
            cache.load("k", 5)
    cache.store("k", np.zeros((5, 2), dtype=np.float16))
    with pytest.raises(FeatureError, match=r"damaged \(\(5, 2\) in place of \(6, 2\)"):
        cache.load("k", 6)
    spoilt = np.zeros((5, 2), dtype=np.float16)
    spoilt[3, 1] = np.nan
    np.save(file, spoilt)
    with pytest.raises(FeatureError, match=r"k.npy: holds what is no finite number"):
        cache.load("k", 5)
    with pytest.raises(FeatureError, match="no features in it"):
        FeatureCache.open(tmp_path / "nowhere")


def test_a_key_changes_with_the_clips_bytes_and_its_cut() -> None:
    keys = {
        picture_key("a", start=0.0, frames=10, side=64),
        picture_key("b", start=0.0, frames=10, side=64),
        picture_key("a", start=1.0, frames=10, side=64),
        picture_key("a", start=0.0, frames=11, side=64),
        picture_key("a", start=0.0, frames=10, side=32),
    }
    assert len(keys) == 5


def test_sources_are_opened_by_name() -> None:
    assert open_source("stub", SourceOptions(dim=12)).info.dim == 12
    with pytest.raises(FeatureError, match="features 'resnet': known are vgg19"):
        open_source("resnet")
    with pytest.raises(FeatureError, match="train an encoder first"):
        open_source("own")
