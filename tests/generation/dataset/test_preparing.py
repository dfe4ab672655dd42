"""Clips are decoded once, whole or not at all, and a bad one stops no other."""

import os
import shutil
import signal
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from generation.__main__ import main
from generation.dataset import (
    DatasetError,
    Preparation,
    extract_features,
    load_clips,
    make_split,
    open_dataset,
    prepare,
)
from generation.dataset import decode as decoding
from generation.features import StubFeatures
from generation.files import draft_of
from generation.media import ToolMissingError
from generation.quantize import GainPolicy, decode
from tests.generation.dataset.folders import loaded_whole, touch
from tests.generation.makers import ffmpeg, video

LENGTHS = {"one": 0.5, "three": 1.0, "two": 0.7}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clips of one category, of half to one second."""
    root = tmp_path_factory.mktemp("tree")
    (root / "cat").mkdir()
    for name, seconds in LENGTHS.items():
        video(root / "cat" / f"{name}.mp4", seconds=seconds)
    return root


def run(tree: Path, out: Path, *, gain: GainPolicy = "peak") -> Preparation:
    data = open_dataset("folder", tree)
    split = make_split(data.records, "last", count=1)
    return prepare(data, split, out, gain=gain, side=16, workers=2)


@pytest.fixture(scope="module")
def first_run(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run over the three clips leaves: to be read, or taken by `copied`."""
    out = tmp_path_factory.mktemp("first")
    assert run(tree, out).failures == ()
    return out


def copied(first_run: Path, to: Path) -> None:
    shutil.copytree(first_run, to, dirs_exist_ok=True)


def everything(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_clips_keep_their_native_length(first_run: Path) -> None:
    clips = loaded_whole(first_run)
    frames = {clip.clip: clip.frames for clip in clips.clips}
    # round(15.6 s): 7.8, 15.6, 10.9
    assert frames == {"cat/one": 8, "cat/three": 16, "cat/two": 11}
    for name, m in frames.items():
        assert clips.tokens(name).shape == (1024 * m,)
        assert clips.pictures(name).shape == (m, 3, 16, 28)
    assert [clip.clip for clip in clips.test] == ["cat/two"]


def test_sound_reaches_nine_tenths_and_silence_stays_128(first_run: Path) -> None:
    clips = load_clips(first_run)
    heard = decode(np.asarray(clips.tokens("cat/three")))
    assert np.abs(heard).max() == pytest.approx(0.9, abs=0.01)
    assert abs(float(heard.mean())) < 0.005
    # the tone of 440 Hz at 15,974.4 samples a second
    spectrum = np.abs(np.fft.rfft(heard))
    peak = spectrum.argmax() * 15_974.4 / len(heard)
    assert peak == pytest.approx(440, abs=1)


def test_a_second_run_decodes_nothing(
    tree: Path, first_run: Path, tmp_path: Path
) -> None:
    copied(first_run, tmp_path)
    before = everything(tmp_path)
    again = run(tree, tmp_path)
    assert again.kept == 3
    assert everything(tmp_path) == before


def test_a_file_that_changed_is_decoded_again(tree: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tree"
    (copy / "cat").mkdir(parents=True)
    for path in (tree / "cat").iterdir():
        (copy / "cat" / path.name).write_bytes(path.read_bytes())
    run(copy, tmp_path / "out")
    video(copy / "cat" / "one.mp4", seconds=0.9)
    assert run(copy, tmp_path / "out").kept == 2
    assert load_clips(tmp_path / "out").clip("cat/one").frames == 14


def test_a_bad_file_is_reported_by_name_and_the_others_go_on(
    tree: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "tree" / "cat"
    bad.mkdir(parents=True)
    for path in (tree / "cat").iterdir():
        (bad / path.name).write_bytes(path.read_bytes())
    touch(bad / "empty.mp4")
    (bad / "text.mp4").write_text("no video")
    done = run(tmp_path / "tree", tmp_path / "out")
    assert [f.clip for f in done.failures] == ["cat/empty", "cat/text"]
    assert "the file is empty" in str(done.failures[0])
    clips = loaded_whole(tmp_path / "out")
    assert len(clips.clips) == 3
    assert clips.index.missing == ("cat/empty", "cat/text")


def test_a_run_without_any_usable_clip_of_a_part_fails(tmp_path: Path) -> None:
    touch(tmp_path / "cat" / "a.mp4", tmp_path / "cat" / "b.mp4")
    with pytest.raises(DatasetError, match=r"no train clip .*cat/a: a.mp4: the file"):
        run(tmp_path, tmp_path / "out")


def test_one_gain_of_a_category_keeps_loudness_apart(
    tree: Path, tmp_path: Path
) -> None:
    quiet = tmp_path / "tree" / "cat"
    quiet.mkdir(parents=True)
    for path in (tree / "cat").iterdir():
        weaker = ["-af", "volume=0.5"] if path.stem == "one" else []
        ffmpeg("-i", path, "-c:v", "copy", *weaker, quiet / path.name)
    run(tmp_path / "tree", tmp_path / "out", gain="category")
    clips = loaded_whole(tmp_path / "out")
    loud = {c.clip: np.abs(decode(clips.tokens(c.clip))).max() for c in clips.clips}
    assert loud["cat/three"] == pytest.approx(0.9, abs=0.02)
    assert loud["cat/one"] == pytest.approx(0.45, abs=0.03)
    assert len({clip.facts.gain for clip in clips.clips}) == 1
    assert run(tmp_path / "tree", tmp_path / "out", gain="category").kept == 3


def test_digital_silence_is_told_and_stays_at_128(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mute = tmp_path / "tree" / "cat"
    mute.mkdir(parents=True)
    for path in (tree / "cat").iterdir():
        (mute / path.name).write_bytes(path.read_bytes())
    ffmpeg("-i", tree / "cat" / "one.mp4", "-af", "volume=0", mute / "still.mp4")
    given = [str(tmp_path / "tree"), "--layout", "folder", "--split", "last"]
    assert main(["prepare", *given, "--test", "1", "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "cat/still: digital silence, nothing to learn from; leave it out" in told
    assert told.count("digital silence") == 1
    tokens = load_clips(tmp_path / "out").tokens("cat/still")
    assert (np.asarray(tokens) == 128).all()


def die_at_the_first(names: Iterator[str], _: int) -> Iterator[str]:
    for name in names:
        os.kill(os.getpid(), signal.SIGKILL)
        yield name


def be_killed(tree: Path, out: Path) -> None:
    data = open_dataset("folder", tree)
    split = make_split(data.records, "last", count=1)
    prepare(data, split, out, side=16, workers=1, progress=die_at_the_first)


def test_a_killed_run_is_taken_up_and_ends_like_an_unbroken_one(
    tree: Path, first_run: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    killed = get_context("fork").Process(target=be_killed, args=(tree, out))
    killed.start()
    killed.join()
    assert killed.exitcode == -signal.SIGKILL
    assert not (out / "index.json").exists()
    left = draft_of(out / "tokens" / "half.npy")
    left.with_name(left.name.replace(f".{os.getpid()}.", ".999999999.")).touch()
    assert 1 <= run(tree, out).kept <= 2
    assert everything(out) == everything(first_run)


def be_killed_while_it_decodes(tree: Path, out: Path) -> None:
    def killed(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    vars(decoding)["read_footage"] = killed
    be_killed(tree, out)


def test_what_a_killed_run_had_decoded_so_far_is_removed(
    tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    killed = get_context("fork").Process(
        target=be_killed_while_it_decodes, args=(tree, out)
    )
    killed.start()
    killed.join()
    assert len(list(out.rglob("*.part"))) == 1
    run(tree, out)
    assert not list(out.rglob("*.part"))


def test_prepared_clips_need_no_ffmpeg(
    first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(first_run, tmp_path)
    monkeypatch.setenv("PATH", "")
    clips = loaded_whole(tmp_path)
    done = extract_features(clips, StubFeatures(8, side=16), workers=1)
    assert (done.failures, done.done) == ((), 3)
    batch = clips.with_features(done.identity).native_batch(["cat/one"])
    assert batch.features.shape == (1, 8, 8)
    with pytest.raises(ToolMissingError, match="install the package ffmpeg"):
        extract_features(clips, StubFeatures(8, side=24), workers=1)


def test_larger_pictures_are_decoded_for_a_source_that_wants_them(
    first_run: Path, tmp_path: Path
) -> None:
    copied(first_run, tmp_path)
    seen: list[str] = []

    def told(names: Iterator[str], total: int) -> Iterator[str]:
        for name in names:
            seen.append(f"{name} of {total}")
            yield name

    clips = load_clips(tmp_path)
    done = extract_features(clips, StubFeatures(8, side=32), progress=told)
    assert done.done == len(seen) == 3
    features = clips.with_features(done.identity).features("cat/one")
    assert features.shape == (8, 8)
    again = extract_features(clips, StubFeatures(8, side=32))
    assert (again.done, again.kept) == (0, 3)
