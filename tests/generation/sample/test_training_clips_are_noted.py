"""Sounds of clips that a net was trained on say so: they show what it remembers."""

from dataclasses import replace
from pathlib import Path

import pytest

from generation.checkpoint import load_checkpoint, save_checkpoint
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
SOURCE = StubFeatures(8)


def prepared(manifest: Path, out: Path, *, count: int = 1) -> Path:
    data = open_dataset("manifest", manifest)
    split = make_split(data.records, "last", count=count)
    prepare(data, split, out, gain="peak", side=16, workers=1)
    return out


def told(done: Sampled) -> set[str]:
    records = read_manifest(done.manifest).records
    return {one.clip for one in records if TOLD in one.flags}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with clips, those prepared (dog-1 to train on), and a net of theirs."""
    folder = tmp_path_factory.mktemp("world")
    data = prepared(clips(folder / "clips", ("dog-1", "dog-2")), folder / "data")
    extract_features(load_clips(data), SOURCE, workers=1)
    learnt = load_clips(data, features=SOURCE.info.identity)
    config = TrainConfig(method="frame", preset="ci", batch=1, frames=None, steps=1)
    train(learnt, config, folder / "run")
    return folder


def test_training_clips_of_the_prepared_folder_are_noted(
    world: Path, tmp_path: Path
) -> None:
    net = world / "run" / "best.net"
    test = sample(asking(net, world / "data", tmp_path / "test"))
    assert told(test) == set()
    assert not any("was trained on" in text for text in test.remarks)
    done = sample(asking(net, world / "data", tmp_path / "all", split="all"))
    assert told(done) == {"dog-1"}
    assert "the net was trained on 1 of the 2 clips" in " ".join(done.remarks)


def test_clips_of_a_manifest_are_known_by_their_bytes(
    world: Path, tmp_path: Path
) -> None:
    """A study's clips come without the split that the net was trained with."""
    manifest = world / "clips" / "manifest.csv"
    done = sample(asking(world / "run" / "best.net", manifest, tmp_path / "out"))
    assert told(done) == {"dog-1"}


def test_training_clips_of_another_net_are_not_noted(
    world: Path, tmp_path: Path
) -> None:
    manifest = clips(tmp_path / "clips", ("dog-2", "dog-3"))
    rows = manifest.read_text().replace("dog-3,", "a,").replace("dog-2,", "b,")
    manifest.write_text(rows)
    other = prepared(manifest, tmp_path / "other")
    # dog-3 has the bytes of dog-1
    (heard,) = load_clips(other).train
    assert heard.clip == "a"
    net = load_checkpoint(world / "run" / "best.net")
    unheard = replace(net, data=replace(net.data, heard=("0" * 16,)))
    save_checkpoint(tmp_path / "best.net", unheard)
    done = sample(asking(tmp_path / "best.net", other, tmp_path / "out", split="all"))
    assert told(done) == set()


def test_of_an_older_net_the_split_tells(world: Path, tmp_path: Path) -> None:
    net = load_checkpoint(world / "run" / "best.net")
    save_checkpoint(
        tmp_path / "best.net", replace(net, data=replace(net.data, heard=()))
    )
    asked = asking(tmp_path / "best.net", world / "data", tmp_path / "o", split="all")
    assert told(sample(asked)) == {"dog-1"}


def test_sounds_made_before_are_noted_as_well(world: Path, tmp_path: Path) -> None:
    asked = asking(
        world / "run" / "best.net", world / "data", tmp_path / "out", split="all"
    )
    first = sample(asked)
    for record in (tmp_path / "out").glob("frame*/*.json"):
        assert TOLD not in record.read_text()
    again = sample(asked)
    assert again.kept == 2
    assert told(again) == told(first) == {"dog-1"}
