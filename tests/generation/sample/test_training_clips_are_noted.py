"""Sounds of clips that a net was trained on say so: they show what it remembers."""

from pathlib import Path

from generation.dataset import (
    extract_features,
    load_clips,
    make_split,
    open_dataset,
    prepare,
)
from generation.features.stub import StubFeatures
from generation.manifest import read_manifest
from generation.sample import Sampled, sample
from generation.train import TrainConfig, train
from tests.generation.sample.world import asking, clips

TOLD = "the net was trained on this clip"


def prepared(manifest: Path, out: Path) -> Path:
    data = open_dataset("manifest", manifest)
    split = make_split(data.records, "last", count=1)
    prepare(data, split, out, gain="peak", side=16, workers=1)
    return out


def told(done: Sampled) -> set[str]:
    records = read_manifest(done.manifest).records
    return {one.clip for one in records if TOLD in one.flags}


def test_training_clips_of_the_prepared_folder_are_noted(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    data = prepared(manifest, tmp_path / "data")
    test = sample(asking(checkpoint, data, tmp_path / "test"))
    assert len(test.made) == 1
    assert told(test) == set()
    assert test.remarks == ()
    done = sample(asking(checkpoint, data, tmp_path / "all", split="all"))
    assert told(done) == {"dog-1", "dog-2"}
    assert "the net was trained on 2 of the 3 clips" in " ".join(done.remarks)


def test_clips_of_a_manifest_are_known_by_their_bytes(tmp_path: Path) -> None:
    """A study's clips come without the split that the net was trained with."""
    manifest = clips(tmp_path / "clips", ("dog-1", "dog-2"))
    source = StubFeatures(8)
    folder = prepared(manifest, tmp_path / "data")
    extract_features(load_clips(folder), source, workers=1)
    learnt = load_clips(folder, features=source.info.identity)
    config = TrainConfig(method="frame", preset="ci", batch=1, frames=None, steps=1)
    train(learnt, config, tmp_path / "run")
    done = sample(asking(tmp_path / "run" / "best.net", manifest, tmp_path / "out"))
    assert told(done) == {"dog-1"}
    assert "the net was trained on 1 of the 2 clips" in " ".join(done.remarks)
