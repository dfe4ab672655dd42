"""Readers take data sets as they are handed around, and say what is amiss."""

from pathlib import Path

import pytest

from generation.dataset import DatasetError, open_dataset
from generation.dataset.hits import Action, read_greatest_hits, read_times
from generation.dataset.layouts import read_vas, read_vegas
from generation.dataset.plain import read_demo, read_folder, read_listed
from tests.generation.dataset.folders import touch


def vegas(root: Path, *, category: str = "dog", clips: int = 3) -> Path:
    touch(*(root / category / "videos" / f"video_{i:05d}.mp4" for i in range(clips)))
    return root


def info(folder: Path, *idents: str) -> None:
    rows = [f"{ident},0,10" for ident in idents]
    text = "\n".join(["YTID,start_second,end_second", *rows])
    (folder / "video_info.csv").write_text(text)


def test_vegas_names_its_categories_as_the_paper_does(tmp_path: Path) -> None:
    found = read_vegas(vegas(tmp_path, category="water_flowing"))
    assert found.counts == {"Water flowing": 3}
    assert found.records[0].clip == "water_flowing/video_00000"


def test_vegas_may_lie_a_folder_deeper(tmp_path: Path) -> None:
    vegas(tmp_path / "VEGAS" / "data")
    assert len(read_vegas(tmp_path).records) == 3


def test_row_i_of_the_table_names_the_recording_of_clip_i(tmp_path: Path) -> None:
    # spec: row i <-> video_%05d of i
    vegas(tmp_path)
    info(tmp_path / "dog", "-Qowm", "abc", "-Qowm")
    groups = [record.group for record in read_vegas(tmp_path).records]
    assert groups == ["-Qowm", "abc", "-Qowm"]


def test_without_the_table_a_warning_says_that_grouping_is_impossible(
    tmp_path: Path,
) -> None:
    found = read_vegas(vegas(tmp_path))
    assert all(record.group is None for record in found.records)
    assert any("video_info.csv is missing" in warning for warning in found.warnings)


def test_sounds_are_taken_from_audios_where_they_lie_there(tmp_path: Path) -> None:
    vegas(tmp_path)
    touch(tmp_path / "dog" / "audios" / "video_00001.wav")
    found = read_vegas(tmp_path)
    assert [bool(record.sound) for record in found.records] == [False, True, False]
    assert any("audios/ lacks 2 clips" in warning for warning in found.warnings)


def test_counts_unlike_the_papers_are_told(tmp_path: Path) -> None:
    # Figure 1 of the paper: 2,785 clips of dogs
    told = read_vegas(vegas(tmp_path)).warnings
    assert "Dog: 3 clips, the published set has 2785" in told
    assert any(line.startswith("Printer: 0 clips") for line in told)


@pytest.mark.parametrize("layout", ["videos/dog", "dog/videos", "VAS/dog/videos"])
def test_vas_is_read_in_either_layout(tmp_path: Path, layout: str) -> None:
    touch(*(tmp_path / layout / f"video_{i:05d}.mp4" for i in range(4)))
    found = read_vas(tmp_path)
    assert found.counts == {"Dog": 4}
    assert dict(found.test_counts)["Cough"] == 64  # spec section 4: last 64


def test_vas_lists_of_both_projects_give_the_same_test_part(tmp_path: Path) -> None:
    touch(*(tmp_path / "videos" / "dog" / f"video_{i:05d}.mp4" for i in range(4)))
    (tmp_path / "dog_test.txt").write_text("video_00003\n")
    regnet = read_vas(tmp_path).official
    (tmp_path / "vas_valid.txt").write_text("dog/video_00003\n")
    assert read_vas(tmp_path).official == regnet == frozenset({"dog/video_00003"})


def hits(root: Path) -> Path:
    name = "2015-02-16-16-49-06"
    folder = root / "vis-data"
    touch(folder / f"{name}_denoised.mp4", folder / f"{name}_denoised.wav")
    times = "1.5 wood hit static\n12.25 wood scratch None\n14 metal None deform\n\n"
    (folder / f"{name}_times.txt").write_text(times)
    (folder / "test.txt").write_text(f"{name}\n")
    return root


def test_greatest_hits_is_cut_into_pieces_of_one_group(tmp_path: Path) -> None:
    found = read_greatest_hits(hits(tmp_path))
    assert [record.start for record in found.records] == [0.0, 10.0]
    assert {record.group for record in found.records} == {"2015-02-16-16-49-06"}
    assert found.counts == {"wood": 2}
    assert found.official == frozenset(record.clip for record in found.records)
    assert all(record.sound for record in found.records)
    assert any("977" in warning for warning in found.warnings)


def test_times_of_actions_may_end_in_a_blank_line(tmp_path: Path) -> None:
    hits(tmp_path)
    actions = read_times(tmp_path / "vis-data" / "2015-02-16-16-49-06_times.txt")
    assert actions[0] == Action(1.5, "wood", "hit", "static")
    assert actions[2] == Action(14.0, "metal", None, "deform")


def test_a_time_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x_times.txt"
    path.write_text("1.0 wood hit static\nsoon wood hit static\n")
    with pytest.raises(DatasetError, match="line 2: 'soon'"):
        read_times(path)


def test_a_plain_tree_is_read_by_its_folders(tmp_path: Path) -> None:
    touch(tmp_path / "cat" / "one.mp4", tmp_path / "cat" / "one.wav")
    touch(tmp_path / "dog" / "two.webm", tmp_path / "dog" / "notes.txt")
    found = read_folder(tmp_path)
    assert [(r.clip, bool(r.sound)) for r in found.records] == [
        ("cat/one", True),
        ("dog/two", False),
    ]


def manifest(folder: Path, note: str) -> Path:
    touch(folder / "a.mp4", folder / "b.mp4")
    path = folder / "manifest.csv"
    rows = f"c1,Dog,real,a.mp4,{note}\nc1,Dog,seq,b.mp4,\n"
    path.write_text("clip,category,system,path,note\n" + rows)
    return path


def test_of_a_manifest_the_real_clips_are_read(tmp_path: Path) -> None:
    found = read_listed(manifest(tmp_path, ""))
    assert [(r.clip, r.path.name) for r in found.records] == [("c1", "a.mp4")]


def test_a_manifests_clips_may_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    touch(tmp_path / "clips" / "a.mp4")
    path = tmp_path / "lists" / "clips.csv"
    path.write_text("clip,category,system,path\nc1,Dog,real,../clips/a.mp4\n")
    (record,) = open_dataset("manifest", path).records
    assert record.path == tmp_path / "clips" / "a.mp4"


def test_of_many_faults_the_first_are_told_and_how_many_more(tmp_path: Path) -> None:
    path = tmp_path / "clips.csv"
    rows = "".join(f"c{n},Dog,real,gone{n}.mp4\n" for n in range(6))
    path.write_text(f"clip,category,system,path\n{rows}")
    with pytest.raises(DatasetError, match=r"gone0.*gone1.*gone2.*; and 3 more"):
        open_dataset("manifest", path)


def test_a_name_that_no_manifest_takes_is_refused(tmp_path: Path) -> None:
    """The sounds made for it could not be listed."""
    touch(tmp_path / "cat" / "two\nlines.mp4")
    with pytest.raises(DatasetError, match="control characters; remove them"):
        open_dataset("folder", tmp_path)


def test_the_demo_set_is_marked_as_such(tmp_path: Path) -> None:
    manifest(tmp_path, "demo: synthetic clip")
    assert all(record.is_demo for record in read_demo(tmp_path).records)


def test_real_clips_are_not_taken_for_the_demo_set(tmp_path: Path) -> None:
    manifest(tmp_path, "")
    with pytest.raises(DatasetError, match="c1: not a demo clip"):
        read_demo(tmp_path)


@pytest.mark.parametrize("layout", ["vegas", "vas", "greatest_hits", "folder", "demo"])
def test_an_empty_folder_is_no_data_set(tmp_path: Path, layout: str) -> None:
    with pytest.raises(DatasetError, match=tmp_path.name):
        open_dataset(layout, tmp_path)


def test_an_unknown_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="layout 'audioset': known are vegas"):
        open_dataset("audioset", tmp_path)
