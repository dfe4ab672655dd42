"""The runs that the Generate page offers tell method and categories, without torch."""

import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generation.checkpoint import write_archive
from generation.nets import NetConfig
from studies.services.runs import UnreadableError, read_net, runs_below, runs_told
from tests.generation.sample.world import tiny_checkpoint
from tests.studies.generate.booth import real_study


@pytest.fixture
def root(settings: Any, tmp_path: Path) -> Path:
    settings.RUNS_ROOT = tmp_path / "runs"
    return tmp_path / "runs"


def net(path: Path, method: Any, categories: Any = ("dog",)) -> None:
    """What torch writes of a net, as far as it is read here."""
    record(path, {"config": {"method": method}, "data": {"categories": categories}})


def record(path: Path, meta: Any) -> None:
    content = {"kind": "net", "version": 1, "meta": json.dumps(meta)}
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(content, protocol=2))


def test_a_net_as_training_writes_it_is_read(tmp_path: Path) -> None:
    path = tiny_checkpoint(tmp_path / "best.net", "flow", categories=("Dog", "Öl"))
    assert read_net(path).method == "flow"
    assert read_net(path).categories == ("Dog", "Öl")
    config = NetConfig("frame", dim=8, embedding=8, feature_dim=8, attention=True)
    tiny_checkpoint(path, config=config)
    assert read_net(path).method == "frame with attention"


def test_a_net_put_in_place_of_one_of_its_size_and_time_is_read(tmp_path: Path) -> None:
    path, other = tmp_path / "a" / "best.net", tmp_path / "b" / "best.net"
    net(path, "seq")
    net(other, "fqs")
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    assert read_net(path).method == "seq"
    other.replace(path)
    os.utime(path, ns=times)
    assert read_net(path).method == "fqs"


def test_a_folder_of_several_tells_all_of_them(root: Path) -> None:
    for name, method, categories in (
        ("vegas/dog-frame", "frame", ["dog"]),
        ("vegas/drum-frame", "frame", ["Drum"]),
        ("vegas/dog-seq", "seq", ["dog"]),
        ("vegas/dog-flow", "flow", ["dog"]),
        ("all", "seq", [f"c{number:02}" for number in range(12)]),
    ):
        net(root / name / "best.net", method, categories)
    told = dict(runs_told())
    assert list(told) == runs_below()
    assert told["vegas/drum-frame"] == "frame: Drum"
    assert told["vegas"] == "flow, seq: dog; frame: dog, Drum"
    assert told["all"] == f"seq: {', '.join(f'c{n:02}' for n in range(10))} and 2 more"


def test_a_folder_whose_name_is_no_text_takes_no_page_away(
    db: None, root: Path, ada: Client, tmp_path: Path
) -> None:
    study = real_study(tmp_path / "clips", clips=["dog-0"])
    for name in (b"caf\xe9", b"two\nlines", b"caf\xc3\xa9"):
        net(root / os.fsdecode(name) / "best.net", "frame")
    assert runs_below() == ["café"]
    answer = ada.get(reverse("admin:studies_study_generate", args=[study.pk]))
    assert "café (frame: dog)" in answer.content.decode()


def damaged(path: Path) -> None:
    whole = path.read_bytes()
    at = whole.index(b"categories")
    path.write_bytes(whole[:at] + b"X" + whole[at + 1 :])


def piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def of_another_kind(path: Path) -> None:
    write_archive(path, "state", {"config": {"method": "seq"}}, {})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.write_bytes(b""), "no net of this program, or damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:90]), "or damaged"),
        (damaged, "no net of this program, or damaged"),
        (of_another_kind, "no net of this program, or damaged"),
        (piped, "no file"),
    ],
)
def test_what_cannot_be_read_is_told(root: Path, spoil: Any, said: str) -> None:
    for name in ("two/dog", "two/drum"):
        net(root / name / "best.net", "frame")
    spoil(root / "two/drum/best.net")
    told = dict(runs_told())
    assert told["two/drum"].startswith("cannot be read: ")
    assert told["two/drum"].endswith(said)
    assert told["two"] == "frame: dog; 1 of 2 cannot be read"
    with pytest.raises(UnreadableError):
        read_net(root / "two/drum/best.net")


@pytest.mark.parametrize(
    ("method", "categories", "said"),
    [
        ("frame", "dog", "best.net lists its categories as 'dog'"),
        ("frame", 3, "best.net lists its categories as 3"),
        ("frame", None, "best.net lists its categories as None"),
        ("frame", {"dog": 1}, "best.net lists its categories as {'dog': 1}"),
        ("frame", ["dog", None], "best.net lists its categories as ['dog', None]"),
        ("frame", ["dog", " "], "best.net lists its categories as ['dog', ' ']"),
        (None, ["dog"], "best.net names None as its method"),
        ("", ["dog"], "best.net names '' as its method"),
        (2, ["dog"], "best.net names 2 as its method"),
    ],
)
def test_a_record_of_odd_values_is_told_with_its_file(
    root: Path, method: Any, categories: Any, said: str
) -> None:
    net(root / "odd" / "best.net", method, categories)
    assert runs_told() == [("odd", f"cannot be read: {said}")]


@pytest.mark.parametrize(
    "meta",
    [
        None,
        [],
        "dog",
        {},
        {"config": "frame", "data": {"categories": ["dog"]}},
        {"config": {"method": "frame"}},
        {"config": {"method": "frame"}, "data": None},
        {"config": {"method": "frame"}, "data": {}},
        {"config": {"method": "frame"}, "data": ["categories"]},
        {"config": {}, "data": {"categories": ["dog"]}},
    ],
)
def test_a_record_that_lacks_something_is_told(root: Path, meta: Any) -> None:
    record(root / "odd" / "best.net", meta)
    said = "cannot be read: no net of this program, or damaged"
    assert runs_told() == [("odd", said)]


def test_nothing_of_a_file_from_elsewhere_is_run(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return (tmp_path.joinpath("ran").mkdir, ())

    path = tmp_path / "best.net"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Bomb()))
    with pytest.raises(UnreadableError):
        read_net(path)
    assert not (tmp_path / "ran").exists()


def test_the_page_shows_both(db: None, root: Path, ada: Client, tmp_path: Path) -> None:
    study = real_study(tmp_path / "clips", clips=["dog-0"])
    net(root / "vegas" / "best.net", "frame", ["<dog>"])
    net(root / "old" / "best.net", "frame")
    (root / "old" / "best.net").write_bytes(b"")
    path = reverse("admin:studies_study_generate", args=[study.pk])
    said = ada.get(path).content.decode()
    assert '<option value="vegas">vegas (frame: &lt;dog&gt;)</option>' in said
    assert "old (cannot be read: no net of this program, or damaged)" in said
