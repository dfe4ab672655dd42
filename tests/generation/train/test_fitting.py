"""Methods refuse features that they cannot mean, and say what differs if they can."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generation.checkpoint import CheckpointError, load_checkpoint
from generation.train import (
    TrainingError,
    add_train_arguments,
    chosen_features,
    loss_table,
    run_train,
    train,
)
from tests.generation.train.prepared import MAPS, SOURCE, prepared, quick


def run(folder: Path, *words: str) -> int:
    """`train` on what is in `folder`/data, as it is typed."""
    parser = argparse.ArgumentParser()
    add_train_arguments(parser)
    tiny = "--category all --preset ci --epochs 1 --batch 2 --frames native --quiet"
    places = ["--data", str(folder / "data"), "--out", str(folder / "run")]
    return run_train(parser.parse_args([*words, *tiny.split(), *places]))


@pytest.mark.parametrize("name", ["vgg19", "own-still"])
def test_flow_refuses_features_of_single_frames(tmp_path: Path, name: str) -> None:
    still = replace(SOURCE, name=name)
    clips = prepared(tmp_path / "data", source=still)
    with pytest.raises(TrainingError, match=r"see each frame alone.*or train seq"):
        train(clips, quick("flow"), tmp_path / "run")
    with pytest.raises(TrainingError, match="see each frame alone"):
        run(tmp_path, "--method", "flow", "--features", name)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("method", ["frame", "seq"])
def test_others_take_features_of_motion_and_say_so(
    tmp_path: Path, method: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path / "data", source=replace(SOURCE, name="own"))
    assert run(tmp_path, "--method", method) == 0
    told = f"{method} with features that tell motion (own)"
    assert f"note: {told}" in capsys.readouterr().out
    (remark,) = load_checkpoint(tmp_path / "run" / "best.net").remarks
    assert remark.startswith(told)
    done = json.loads((tmp_path / "run" / "done.json").read_text())
    assert done["remarks"] == [remark]


def test_seq_and_flow_on_the_same_features_are_one_net(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data", source=replace(SOURCE, name="own"))
    one, other = (
        train(clips, quick(method, steps=2), tmp_path / method)
        for method in ("seq", "flow")
    )
    assert one.test_nats == other.test_nats
    nets = [load_checkpoint(tmp_path / m / "best.net") for m in ("seq", "flow")]
    for name, tensor in nets[0].weights.items():
        assert torch.equal(tensor, nets[1].weights[name])
    assert "they are one net under two names" in loss_table([one, other])


def test_flow_with_motion_and_frame_without_have_no_remarks(tmp_path: Path) -> None:
    for method, name in (("flow", "own"), ("frame", "vgg19")):
        clips = prepared(tmp_path / name, source=replace(SOURCE, name=name))
        done = train(clips, quick(method, epochs=1), tmp_path / method)
        assert done.remarks == ()


def test_attention_refuses_vectors(tmp_path: Path) -> None:
    prepared(tmp_path / "data")
    with pytest.raises(TrainingError, match=r"numbers-.*prepare --features own-still-"):
        run(tmp_path, "--method", "frame", "--attention", "--features", "numbers")
    with pytest.raises(TrainingError, match=r"frame with attention \(own-still-map"):
        run(tmp_path, "--method", "frame", "--attention")
    assert not (tmp_path / "run").exists()


def test_maps_are_refused_without_attention(tmp_path: Path) -> None:
    prepared(tmp_path / "data", source=MAPS)
    for method, told in (
        ("frame", "maps of 2 x 3 places, and frame .*add --attention, or choose"),
        ("seq", "seq reads one vector a frame: choose features without `map`"),
    ):
        with pytest.raises(TrainingError, match=told):
            run(tmp_path, "--method", method, "--features", "numbers-map")


def test_attention_is_for_frame_alone(tmp_path: Path) -> None:
    for method in ("seq", "flow"):
        with pytest.raises(
            ValueError, match=f"attention is for method frame: {method}"
        ):
            quick(method, attention=True)
        prepared(tmp_path / "data", source=MAPS)
        with pytest.raises(ValueError, match="attention is for method frame"):
            run(tmp_path, "--method", method, "--attention")


def test_attention_takes_the_maps_and_the_others_the_vectors(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    prepared(tmp_path / "data", source=MAPS)
    assert chosen_features(clips, "frame", None) == SOURCE.identity
    assert chosen_features(clips, "frame", None, attention=True) == MAPS.identity
    moving = replace(SOURCE, name="own-map", rows=2, columns=2)
    prepared(tmp_path / "data", source=moving)
    assert chosen_features(clips, "seq", None) == SOURCE.identity
    # of maps too those without motion are frame's own
    assert chosen_features(clips, "frame", None, attention=True) == MAPS.identity
    with pytest.raises(TrainingError, match="features for flow"):
        chosen_features(clips, "flow", None)


def test_a_run_begun_before_there_was_attention_goes_on(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(), tmp_path / "run")
    path = tmp_path / "run" / "done.json"
    done = json.loads(path.read_text())
    for later in ("is_demo", "is_stub", "remarks"):
        done.pop(later)
    done["settings"].pop("attention")
    path.write_text(json.dumps(done))
    again = train(clips, quick(), tmp_path / "run")
    assert again.sha256 == done["sha256"]
    # said of the clips and features at hand
    assert again.is_demo
    maps = prepared(tmp_path / "data", source=MAPS)
    with pytest.raises(TrainingError, match="attention was False, now True"):
        train(maps, quick(attention=True), tmp_path / "run")


def test_a_net_with_attention_is_never_said_to_read_vectors(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data", source=MAPS)
    train(clips, quick(attention=True, epochs=1), tmp_path / "run")
    net = load_checkpoint(tmp_path / "run" / "best.net")
    with pytest.raises(CheckpointError, match="asks for places of a map"):
        replace(net, features=replace(net.features, rows=0, columns=0))
    with pytest.raises(CheckpointError, match="does not ask"):
        replace(net, config=replace(net.config, attention=False))


def test_a_table_of_demo_clips_or_stub_features_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prepared(tmp_path / "data", source=replace(SOURCE, name="stub", is_stub=True))
    assert run(tmp_path, "--method", "frame") == 0
    label = "DEMO: of demo clips and stub features, for trying only."
    assert label in capsys.readouterr().out
    # and once more, from what was written
    assert run(tmp_path, "--method", "frame") == 0
    assert label in capsys.readouterr().out
