"""What lost its end, on a disk that failed say, is noticed and made again."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from generation.dataset import (
    DatasetError,
    Preparation,
    extract_features,
    load_clips,
    make_split,
    open_dataset,
    prepare,
)
from generation.features import FeatureCache, FeatureError, StubFeatures
from generation.quantize import GainPolicy
from tests.generation.dataset.test_preparing import everything
from tests.generation.makers import video

SOURCE = StubFeatures(4, side=16)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short clips of one category."""
    root = tmp_path_factory.mktemp("tree")
    (root / "cat").mkdir()
    for name, seconds in (("one", 0.5), ("two", 0.7)):
        video(root / "cat" / f"{name}.mp4", seconds=seconds)
    return root


def run(tree: Path, out: Path, gain: GainPolicy = "peak") -> Preparation:
    data = open_dataset("folder", tree)
    split = make_split(data.records, "last", count=1)
    done = prepare(data, split, out, gain=gain, side=16, workers=1)
    extract_features(load_clips(out), SOURCE, workers=1)
    return done


@pytest.fixture(scope="module")
def made(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The clips prepared once by each policy of gain; tests damage copies."""
    folders: dict[str, Path] = {}
    policies: tuple[GainPolicy, ...] = ("peak", "category")
    for gain in policies:
        folders[gain] = tmp_path_factory.mktemp(gain)
        run(tree, folders[gain], gain)
    return folders


def damage(path: Path, how: str) -> None:
    whole = path.read_bytes()
    ways = {"empty": b"", "cut": whole[:-1], "head": whole[:100], "longer": whole * 2}
    path.write_bytes(ways[how])


@pytest.mark.parametrize("how", ["empty", "cut", "head", "longer"])
@pytest.mark.parametrize("kind", ["tokens", "pictures", "features", "sounds"])
def test_an_array_that_is_not_whole_is_made_again(
    tree: Path, made: dict[str, Path], tmp_path: Path, kind: str, how: str
) -> None:
    gain: GainPolicy = "category" if kind == "sounds" else "peak"
    shutil.copytree(made[gain], tmp_path, dirs_exist_ok=True)
    before = everything(tmp_path)
    damage(sorted((tmp_path / kind).rglob("*.npy"))[0], how)
    done = run(tree, tmp_path, gain)
    assert done.failures == ()
    assert done.kept == (2 if kind == "features" else 1)
    assert everything(tmp_path) == before


def test_features_of_another_length_than_their_clip_are_made_again(
    made: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(made["peak"], tmp_path, dirs_exist_ok=True)
    one, two = sorted((tmp_path / "features" / SOURCE.info.identity).glob("*.npy"))
    before = one.read_bytes()
    cache = FeatureCache.open(one.parent)
    cache.store(one.stem, np.load(two)[:3])
    found = extract_features(load_clips(tmp_path), SOURCE, workers=1)
    assert (found.done, found.kept) == (1, 1)
    assert one.read_bytes() == before


@pytest.mark.parametrize("kind", ["tokens", "pictures", "features"])
@pytest.mark.parametrize("how", ["empty", "head", "shorter"])
def test_a_reader_names_the_file_that_is_not_as_it_was_prepared(
    made: dict[str, Path], tmp_path: Path, kind: str, how: str
) -> None:
    shutil.copytree(made["peak"], tmp_path, dirs_exist_ok=True)
    files = sorted((tmp_path / kind).rglob("*.npy"))
    for file in files:
        if how == "shorter":
            np.save(file, np.load(file)[:-1])
        else:
            damage(file, how)
    clips = load_clips(tmp_path, features=SOURCE.info.identity)
    read = {
        "tokens": clips.tokens,
        "pictures": clips.pictures,
        "features": clips.features,
    }[kind]
    with pytest.raises((DatasetError, FeatureError), match=r"\.npy: damaged"):
        read(clips.clips[0].clip)
