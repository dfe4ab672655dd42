"""A prepared folder used again with another split, or on a disk without room."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generation.__main__ import main
from generation.arguments.preparing import own_encoder
from generation.dataset import ClipSet, load_clips, make_split, prepare
from generation.dataset.index import write_array, write_index
from generation.dataset.record import Record, reading
from generation.features.cache import FeatureCache
from generation.features.stub import StubFeatures
from generation.files import StorageError
from generation.media import Sound, write_wav
from tests.generation.dataset.folders import prepared
from tests.generation.makers import files_of_at_most, video


def turned(clips: ClipSet) -> ClipSet:
    """The same folder with its two parts exchanged."""
    found = tuple(
        replace(clip, part="train" if clip.part == "test" else "test")
        for clip in clips.index.clips
    )
    write_index(clips.folder, replace(clips.index, clips=found))
    return load_clips(clips.folder)


def test_an_encoder_is_not_kept_for_a_split_that_tests_what_it_heard(
    tmp_path: Path,
) -> None:
    folder = prepared(tmp_path, {f"Dog/{n}": 8 for n in range(4)}, tests=2)
    clips = load_clips(folder)
    first = own_encoder(clips, "own-still", steps=1, seed=0)
    assert own_encoder(clips, "own-still", steps=1, seed=0) == first
    other = own_encoder(turned(clips), "own-still", steps=1, seed=0)
    assert other != first
    assert other.read_bytes() != first.read_bytes()
    back = turned(turned(clips))
    assert own_encoder(back, "own-still", steps=1, seed=0) == first


def test_weights_that_lack_are_told_before_anything_is_decoded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(2):
        (tmp_path / "set" / "Dog").mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / "Dog" / f"{number}.mp4").touch()
    options = ["--layout", "folder", "--out", str(tmp_path / "out"), "--test", "1"]
    given = ["prepare", str(tmp_path / "set"), *options, "--features", "vgg19"]
    assert main(given) == 1
    assert "this needs a VGG19 file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_takes_no_files_is_no_fault_of_the_clips(
    tmp_path: Path,
) -> None:
    records = [
        Record(name, "Dog", video(tmp_path / f"{name}.mp4", seconds=0.5), group=name)
        for name in ("a", "b")
    ]
    data, out = reading("two", records), tmp_path / "out"
    split = make_split(records, "last", count=1)
    out.mkdir()
    (out / "pictures").touch()  # where a folder is to be
    with pytest.raises(StorageError, match="pictures: a file, where a folder is"):
        prepare(data, split, out)
    (out / "pictures").unlink()
    assert not [*out.rglob(".*.part"), *out.rglob("index.json")]
    assert prepare(data, split, out).failures == ()


def test_what_cannot_be_written_whole_leaves_no_draft(tmp_path: Path) -> None:
    source = StubFeatures(64)
    cache = FeatureCache.create(tmp_path / "features", source.info)
    pictures = load_clips(prepared(tmp_path / "set", {"Dog/1": 30, "Dog/2": 30}))
    seen = pictures.pictures("Dog/1")
    with files_of_at_most(1000):
        with pytest.raises(StorageError, match=r"x\.npy: cannot be written"):
            write_array(tmp_path / "x.npy", seen)
        with pytest.raises(OSError, match="large"):
            cache.store("key", source.extract(seen, clip="Dog/1"))
        with pytest.raises(OSError, match="large"):
            write_wav(tmp_path / "x.wav", Sound(np.zeros(9000, np.float32), 48_000))
    assert not list(tmp_path.rglob(".*.part"))


def test_clips_that_change_sides_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nets trained before would else fail later, or be tested on what they learned."""
    (tmp_path / "set" / "Dog").mkdir(parents=True)
    for name in ("0", "1", "2"):
        video(tmp_path / "set" / "Dog" / f"{name}.mp4", seconds=0.5)
    place, out = str(tmp_path / "set"), str(tmp_path / "out")
    given = ["prepare", place, "--layout", "folder", "--out", out, "--split", "last"]
    for _ in "same", "again":
        assert main([*given, "--test", "1"]) == 0
    assert "its split" not in capsys.readouterr().err
    assert main([*given, "--test", "2"]) == 0
    assert "nets trained with the old one do not go on" in capsys.readouterr().err
