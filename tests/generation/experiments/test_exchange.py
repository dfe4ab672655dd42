"""Folders for tools outside are equal in names and lengths; results come back."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from generation.clip import REAL, ClipRecord
from generation.experiments.exchange import (
    Score,
    export_folders,
    read_scores,
    scores_table,
)
from generation.experiments.rows import ExperimentError
from generation.media import Sound, read_sounds, write_wav
from tests.generation.makers import video

SCORES = (
    Score("frame", "FD_VGG", 12.5, ""),
    Score("frame", "DeSync", 1.25, ""),
    Score("flow", "FD_VGG", 0.1 + 0.2, ""),
)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[ClipRecord]:
    folder = tmp_path_factory.mktemp("study")
    rows = []
    for clip, length in (("-a clip", 1.0), ("b", 1.4)):
        real = video(folder / f"clip{length}.mp4", seconds=length)
        rows.append(ClipRecord(clip, "Dog", REAL, real))
        for system, shorter in (("frame", 0.0), ("my net", 0.1)):
            path = folder / f"{length}-{system}.wav"
            noise = np.random.default_rng(1).standard_normal(
                round((length - shorter) * 16_000)
            )
            write_wav(path, Sound((0.1 * noise).astype(np.float32), 16_000))
            rows.append(ClipRecord(clip, "Dog", system, path))
    return rows


def seconds(path: Path) -> float:
    told = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-show_entries", "stream=duration"),
            *("-of", "csv=p=0", path),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout.split()[0].strip(","))


def test_every_folder_has_every_clip_in_equal_length(
    rows: list[ClipRecord], tmp_path: Path
) -> None:
    done = export_folders(rows, tmp_path / "out")
    assert [e.clip for e in done] == ["-a clip", "b"]
    assert [e.seconds for e in done] == pytest.approx([0.9, 1.3])
    folders = sorted(p.name for p in (tmp_path / "out").iterdir() if p.is_dir())
    assert folders[0] == "frame"
    assert {"real", "video"} < set(folders)
    assert folders[1].startswith("my_net-")
    for folder in folders:
        files = sorted((tmp_path / "out" / folder).iterdir())
        assert {f.stem for f in files} == {e.id for e in done}
        for exported in done:
            (file,) = [f for f in files if f.stem == exported.id]
            # a frame of the picture lasts 40 ms
            within = 0.041 if folder == "video" else 1e-6
            assert seconds(file) == pytest.approx(exported.seconds, abs=within)
    index = (tmp_path / "out" / "index.csv").read_text().splitlines()
    assert index[0] == "id,clip,category,seconds"
    assert index[2] == "b,b,Dog,1.300000"


def test_sounds_are_the_systems_own(rows: list[ClipRecord], tmp_path: Path) -> None:
    export_folders(rows, tmp_path, systems=["frame"], rate=16_000)
    (given,) = [r.path for r in rows if (r.clip, r.system) == ("b", "frame")]
    before, after = read_sounds([given, tmp_path / "frame" / "b.wav"])
    count = min(len(before.samples), len(after.samples))
    np.testing.assert_allclose(
        after.samples[:count], before.samples[:count], atol=2 / 32768
    )


def test_one_length_for_all_leaves_short_clips_out(
    rows: list[ClipRecord], tmp_path: Path
) -> None:
    (only,) = export_folders(rows, tmp_path, seconds=1.2)
    assert (only.clip, only.seconds) == ("b", 1.2)


@pytest.mark.parametrize(
    ("system", "words"), [("Video", "'Video': a folder is called so")]
)
def test_names_that_would_clash_are_refused(
    rows: list[ClipRecord], tmp_path: Path, system: str, words: str
) -> None:
    clash = [ClipRecord("b", "Dog", system, rows[0].path)]
    with pytest.raises(ExperimentError, match=words):
        export_folders([*rows, *clash], tmp_path)


def test_a_folder_in_use_and_clips_without_sounds_are_refused(
    rows: list[ClipRecord], tmp_path: Path
) -> None:
    (tmp_path / "kept.txt").write_text("")
    with pytest.raises(ExperimentError, match="not empty"):
        export_folders(rows, tmp_path)
    with pytest.raises(ExperimentError, match="no clip has a sound of every system"):
        export_folders(rows, tmp_path / "new", systems=["frame"], seconds=9)
    with pytest.raises(ExperimentError, match="no system beside"):
        export_folders([r for r in rows if r.is_real], tmp_path / "new")


WIDE = "method,FD_VGG,DeSync\nframe,12.5,1.25\nflow,0.30000000000000004,\n"
LONG = """metric,n,method,value
FD_VGG,9,frame,12.5
DeSync,9,frame,1.25
FD_VGG,9,flow,0.30000000000000004
"""
BY_METHOD = {"frame": {"FD_VGG": 12.5, "DeSync": 1.25}, "flow": {"FD_VGG": 0.1 + 0.2}}


@pytest.mark.parametrize(
    ("name", "text"),
    [("wide.csv", WIDE), ("long.csv", LONG), ("s.json", json.dumps(BY_METHOD))],
)
def test_every_form_tells_the_same(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    assert scores_table(read_scores(tmp_path / name)) == scores_table(SCORES)


def test_results_of_one_method_need_its_name(tmp_path: Path) -> None:
    path = tmp_path / "flat.json"
    path.write_text('{"FD_PANNs": 3}')
    with pytest.raises(ExperimentError, match=r"flat\.json: results of one method"):
        read_scores(path)
    assert scores_table(read_scores(path, method="seq")) == {("seq", "FD_PANNs"): 3}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "system,FD\nx,1\n", "no column `method`; columns are system, FD"),
        ("a.csv", "method,metric,value\nx,FD,one\n", "line 2: FD is 'one', no number"),
        ("a.csv", "method,metric,value\nx,FD,nan\n", "the tool has failed"),
        ("a.csv", "method,metric,value\nx,FD\n", "line 2: not 3 cells"),
        ("a.csv", "method,metric,value\nx,FD,1\nx,FD,2\n", "line 3: FD of x stands in"),
        ("a.csv", "method,metric,value\n,FD,1\n", "without a name"),
        ("a.csv", "method,metric,value\n", "no result in it"),
        ("a.json", "[1]", "not an object"),
        ("a.json", "{", "not JSON"),
        ("a.json", '{"x": {"FD": true}}', "no number"),
        ("a.json", '{"x": {"FD": 1}, "FD": 2}', "'FD': not an object of metrics"),
    ],
)
def test_what_cannot_be_used_is_named(
    name: str, text: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ExperimentError, match=words):
        read_scores(tmp_path / name)


def test_a_quote_that_is_never_closed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text('method,metric,value\nseq,"' + "x" * 140_000)
    with pytest.raises(ExperimentError, match=r"scores\.csv: .*; mend its quotes"):
        read_scores(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match=r"none\.csv: cannot be read"):
        read_scores(tmp_path / "none.csv")
