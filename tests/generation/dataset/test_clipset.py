"""Prepared clips come out as batches, and what was changed is noticed."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.dataset import (
    ClipSet,
    DatasetError,
    extract_features,
    feature_moments,
    load_clips,
)
from generation.dataset.index import key_of, read_index, write_index
from generation.features import StubFeatures
from generation.features.stub import StubMaps
from tests.generation.dataset.folders import loaded_whole, prepared

FRAMES = {"Dog/1": 5, "Dog/2": 9, "Drum/1": 3, "Drum/2": 7}


@pytest.fixture
def clips(tmp_path: Path) -> ClipSet:
    """Four clips, the last held out, with stub features."""
    found = loaded_whole(prepared(tmp_path, FRAMES))
    done = extract_features(found, StubFeatures(6, side=16), workers=1)
    return found.with_features(done.identity)


def test_a_native_batch_is_padded_with_silence(clips: ClipSet) -> None:
    batch = clips.native_batch(["Dog/1", "Dog/2"])
    assert batch.tokens.shape == (2, 16 + 9 * 1024)
    assert batch.tokens.dtype == torch.int64
    assert batch.lengths.tolist() == [5, 9]
    assert set(batch.tokens[:, :16].flatten().tolist()) == {128}
    assert set(batch.tokens[0, 16 + 5 * 1024 :].tolist()) == {128}
    assert batch.features.dtype == torch.float32
    assert not batch.features[0, 5:].any()
    heard = batch.tokens[1, 16:].numpy()
    assert np.array_equal(heard, clips.tokens("Dog/2"))


def test_parts_and_categories_can_be_chosen(clips: ClipSet) -> None:
    assert [c.clip for c in clips.test] == ["Drum/2"]
    assert [c.clip for c in clips.only("Dog").clips] == ["Dog/1", "Dog/2"]
    assert [c.clip for c in clips.only("Drum", part="train").clips] == ["Drum/1"]
    with pytest.raises(DatasetError, match="category 'Cat': there are Dog, Drum"):
        clips.only("Cat")


def test_the_declared_gain_is_the_training_clips_median(clips: ClipSet) -> None:
    # gains 1.5 and 2.5 of the two dogs; a held-out drum of 4.5 has no say
    assert clips.declared_gain("Dog") == 2.0
    assert clips.declared_gain("Drum") == 3.5


def test_moments_are_those_of_all_frames(clips: ClipSet) -> None:
    names = ["Dog/1", "Dog/2"]
    mean, deviation = feature_moments(clips, names)
    whole = np.concatenate([clips.features(n) for n in names]).astype(np.float64)
    assert np.allclose(mean, whole.mean(axis=0), atol=1e-5)
    assert np.allclose(deviation, whole.std(axis=0), atol=1e-4)
    with pytest.raises(ValueError, match="one clip or more"):
        feature_moments(clips, [])


def test_maps_are_given_out_whole_and_their_moments_are_over_places(
    clips: ClipSet,
) -> None:
    made = extract_features(clips, StubMaps(5, side=16), workers=1)
    maps = clips.with_features(made.identity)
    names = ["Dog/1", "Dog/2"]
    batch = maps.native_batch(names)
    lengths = batch.lengths.tolist()
    assert batch.features.shape == (2, max(lengths), 3, 4, 5)
    for row, (name, frames) in enumerate(zip(names, lengths, strict=True)):
        own = maps.features(name)
        assert own.shape == (frames, 3, 4, 5)
        assert np.array_equal(batch.features[row, :frames].numpy(), own)
        assert not batch.features[row, frames:].any()
    mean, deviation = feature_moments(maps, names)
    whole = np.concatenate([maps.features(n).reshape(-1, 5) for n in names])
    assert np.allclose(mean, whole.astype(np.float64).mean(axis=0), atol=1e-5)
    assert np.allclose(deviation, whole.astype(np.float64).std(axis=0), atol=1e-4)


def test_features_that_were_not_extracted_are_named(clips: ClipSet) -> None:
    with pytest.raises(DatasetError, match="features 'vgg19': extracted are stub-"):
        clips.with_features("vgg19")
    with pytest.raises(DatasetError, match="no features chosen"):
        load_clips(clips.folder).features("Dog/1")
    with pytest.raises(DatasetError, match="Cat/1: not a clip"):
        clips.features("Cat/1")


def test_the_stub_is_marked_where_its_features_lie(clips: ClipSet) -> None:
    assert clips.cache is not None
    assert clips.cache.info.is_stub
    stored = json.loads((clips.cache.folder / "source.json").read_text())
    assert stored["is_stub"] is True


def test_an_index_changed_by_hand_is_refused(clips: ClipSet) -> None:
    path = clips.folder / "index.json"
    path.write_text(path.read_text().replace('"frames": 5', '"frames": 6'))
    with pytest.raises(DatasetError, match="changed since it was written"):
        load_clips(clips.folder)


def test_an_index_of_another_version_is_refused(clips: ClipSet) -> None:
    path = clips.folder / "index.json"
    path.write_text(path.read_text().replace('"version": 1', '"version": 99'))
    with pytest.raises(DatasetError, match="version 99"):
        load_clips(clips.folder)


@pytest.mark.parametrize("text", ["[1, 2]", "null", "{", "[" * 100_000])
def test_an_index_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(DatasetError, match=r"index\.json: .*prepare anew"):
        load_clips(tmp_path)


def test_a_folder_without_index_is_no_prepared_set(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="prepare the data set first"):
        load_clips(tmp_path)
    with pytest.raises(DatasetError, match="gone: no such folder"):
        load_clips(tmp_path / "gone")


def test_an_index_comes_back_as_it_was_written(clips: ClipSet, tmp_path: Path) -> None:
    write_index(tmp_path / "..", clips.index)
    assert read_index(tmp_path / "..") == clips.index


def test_clips_of_awkward_names_have_files_of_their_own() -> None:
    names = ["a/b", "a-b", "a b", "-ab", "ä" * 200, "../../etc"]
    keys = {key_of(name) for name in names}
    assert len(keys) == len(names)
    assert all("/" not in key and len(key) < 80 for key in keys)
