"""A run is taken for what was asked of it, or it is said what is there."""

from pathlib import Path

import pytest

from generation.checkpoint import CheckpointError, load_checkpoint
from generation.sample import SampleError, only_checkpoint
from generation.train import train
from tests.generation.train.prepared import prepared, quick


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A net of frame for drum and one of seq for dog."""
    folder = tmp_path_factory.mktemp("runs")
    clips = prepared(folder / "data", categories=("dog", "drum"), train=(1,), test=(1,))
    for method, category in (("frame", "drum"), ("seq", "dog")):
        config = quick(method, categories=(category,), epochs=1)
        train(clips, config, folder / "runs" / method)
    return folder / "runs"


def test_the_only_net_is_not_taken_for_a_category_it_never_heard(runs: Path) -> None:
    only = runs / "frame"
    assert only_checkpoint(only) == only / "best.net"
    assert only_checkpoint(only, category="Drum") == only / "best.net"
    with pytest.raises(SampleError, match=r"frame/best\.net \(frame for drum\)"):
        only_checkpoint(only, category="dog")


def test_several_nets_are_named_with_their_paths(runs: Path) -> None:
    assert only_checkpoint(runs, method="seq") == runs / "seq" / "best.net"
    with pytest.raises(SampleError, match=r"frame/best\.net .*seq/best\.net"):
        only_checkpoint(runs)


def test_a_folder_in_a_nets_place_is_told_as_one(runs: Path) -> None:
    with pytest.raises(CheckpointError, match="a folder, where a file is needed"):
        load_checkpoint(runs / "frame")
