"""A category too small to divide is told by name and does not stop the others."""

from pathlib import Path

import pytest

from generation.__main__ import main
from generation.dataset import DatasetError, load_clips, make_split
from generation.dataset.splits import SplitKind
from tests.generation.dataset.folders import loaded_whole, records
from tests.generation.makers import video

KINDS: tuple[SplitKind, ...] = ("last", "random", "group")


@pytest.mark.parametrize("kind", KINDS)
def test_an_only_clip_is_trained_on_and_told(kind: SplitKind) -> None:
    split = make_split(records({"Dog": 5, "Cough": 1}), kind, count=2)
    assert "Cough/00000" in split.train
    assert len(split.test) == 2
    (note,) = split.notes
    assert note.startswith("Cough: its only clip is one to train on; none is left")


def test_where_each_category_has_one_nothing_is_left_to_test() -> None:
    with pytest.raises(DatasetError, match="no category has two clips"):
        make_split(records({"Dog": 1, "Cough": 1}), "last", count=1)


def test_all_that_are_too_small_are_named_with_what_can_be_done() -> None:
    clips = records({"Dog": 9, "Cough": 3, "Gun": 4})
    with pytest.raises(DatasetError) as refused:
        make_split(clips, "last", count=5)
    assert str(refused.value) == (
        "Cough: 5 test clips of 3 leave none to train on; Gun: 5 test clips of 4 leave "
        "none to train on; give at most 2 test clips (--test), or leave small "
        "categories out (--min-clips 6)"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_small_categories_are_left_out_where_that_is_asked(kind: SplitKind) -> None:
    clips = records({"Dog": 9, "Cough": 3, "Gun": 1})
    split = make_split(clips, kind, count=5, min_clips=6)
    named = {clip.split("/")[0] for clip in (*split.train, *split.test)}
    assert named == {"Dog"}
    assert split.notes == (
        "Cough: left out, it has 3 clips of the 6 asked for",
        "Gun: left out, it has 1 clip of the 6 asked for",
    )
    with pytest.raises(DatasetError, match="no category has 10 clips"):
        make_split(clips, kind, count=5, min_clips=10)


def test_prepare_goes_on_and_warns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Dog/a", "Dog/b", "Cough/a"):
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        video(tmp_path / "set" / f"{name}.mp4", seconds=0.3)
    given = ["prepare", str(tmp_path / "set"), "--layout", "folder", "--test", "1"]
    given += ["--split", "last"]
    for gain in ("peak", "category"):
        out = tmp_path / gain
        assert main([*given, "--out", str(out), "--gain", gain]) == 0
        assert "Cough: its only clip is one to train on" in capsys.readouterr().err
        clips = loaded_whole(out)
        assert [clip.clip for clip in clips.test] == ["Dog/b"]
        assert "Cough/a" in [clip.clip for clip in clips.train]
    assert main([*given, "--out", str(tmp_path / "two"), "--min-clips", "2"]) == 0
    assert "Cough: left out, it has 1 clip" in capsys.readouterr().err
    assert load_clips(tmp_path / "two").categories == ("Dog",)


def test_a_category_whose_test_clips_cannot_be_used_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Dog/a", "Dog/b", "Cough/a", "Cough/b"):
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        video(tmp_path / "set" / f"{name}.mp4", seconds=0.3)
    (tmp_path / "set" / "Cough" / "b.mp4").write_bytes(b"no video")
    given = ["prepare", str(tmp_path / "set"), "--layout", "folder", "--test", "1"]
    assert main([*given, "--split", "last", "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert "Cough: no test clip of it could be used, and nothing is trained" in told
    assert "Dog: no test clip" not in told
