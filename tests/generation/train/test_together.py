"""Two processes under torchrun learn what one learns."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch

from generation.checkpoint import FeatureScale, load_checkpoint, read_archive
from generation.nets import SampleRNN, preset
from generation.train import TrainConfig, TrainingError, joined, train
from generation.train.clips import Loader
from generation.train.course import ChunkCourse, WindowCourse
from generation.train.trainer import learn
from generation.train.world import ALONE, World
from tests.generation.train.prepared import prepared, quick

ROOT = Path(__file__).parents[3]
# a thread of C++ that was left running when what held it ended
ABORTED = "terminate called without an active exception"
KINDS: dict[str, dict[str, object]] = {
    "frame": {"method": "frame", "bptt": "chunk"},
    "flow": {"method": "flow", "bptt": "coarse_full"},
    "frame-dropped": {"method": "frame", "bptt": "chunk", "history_dropout": 0.5},
    "flow-dropped": {"method": "flow", "bptt": "coarse_full", "history_dropout": 0.5},
}


def settings(name: str, **changes: object) -> TrainConfig:
    return quick(**{**KINDS[name], **changes})  # type: ignore[arg-type]


def gradients(folder: Path, world: World) -> dict[str, torch.Tensor]:
    """All gradients of a step, in float64, with three clips at work of four lanes."""
    found = {}
    clips = prepared(folder / f"data{world.rank}{world.size}")
    for each in KINDS:
        config = settings(each, batch=4)
        net = SampleRNN(preset("ci", config.method, 6), seed=4).double()
        load = Loader(clips, FeatureScale(), lead=16)
        kind = ChunkCourse if config.truncation == "chunk" else WindowCourse
        course = kind(clips.train, config, load, world)
        course.begin(0)
        learn(net, course.share(net, 0), world)
        course.close()
        for name, parameter in net.named_parameters():
            assert parameter.grad is not None, name
            found[f"{each}.{name}"] = parameter.grad
    return found


def run_by_torchrun(script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node=2", str(script), str(folder)),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_two_processes_have_the_gradients_and_the_run_of_one(tmp_path: Path) -> None:
    script = tmp_path / "together.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys, torch
            from pathlib import Path
            from generation.dataset.clipset import load_clips
            from generation.train import joined, train
            from tests.generation.train.prepared import SOURCE
            from tests.generation.train.test_together import (
                KINDS, gradients, settings,
            )
            torch.set_num_threads(1)
            folder = Path(sys.argv[1])
            with joined("cpu") as world:
                assert world.size == 2
                found = gradients(folder, world)
                if world.is_first:
                    torch.save(found, folder / "gradients")
                clips = load_clips(folder / "data", features=SOURCE.identity)
                for name in KINDS:
                    config = settings(name, steps=3, epochs=9)
                    result = train(clips, config, folder / "two" / name, world=world)
                    assert result.steps == 3
            """
        )
    )
    clips = prepared(tmp_path / "data")
    done = run_by_torchrun(script, tmp_path)
    if ABORTED in done.stderr:
        # torch 2.13 itself aborted so once, in some fifty runs on a busy machine
        shutil.rmtree(tmp_path / "two", ignore_errors=True)
        done = run_by_torchrun(script, tmp_path)
    assert done.returncode == 0, done.stderr
    there = torch.load(tmp_path / "gradients", weights_only=True)
    alone = gradients(tmp_path, ALONE)
    assert there.keys() == alone.keys()
    for name, gradient in alone.items():
        scale = max(gradient.abs().max().item(), 1e-12)
        assert (there[name] - gradient).abs().max() / scale < 1e-12, name
    for method in ("frame", "flow"):
        # dropping tells, or agreeing on what is dropped would say nothing
        name = "frame.gru.weight_ih_l0"
        dropped = alone[f"{method}-dropped.{name}"]
        assert not torch.allclose(alone[f"{method}.{name}"], dropped)
    for kind in KINDS:
        config = settings(kind, steps=3, epochs=9)
        one = train(clips, config, tmp_path / "one" / kind)
        two = load_checkpoint(tmp_path / "two" / kind / "best.net")
        assert two.losses.test_nats == pytest.approx(one.test_nats, rel=1e-5)
        # going on alone from what two left: their lanes' states were brought together
        states = [
            read_archive(tmp_path / many / kind / "last.state", "training state")[1]
            for many in ("one", "two")
        ]
        assert states[0].keys() == states[1].keys()
        for name in (key for key in states[0] if key.startswith("carried")):
            assert torch.allclose(states[0][name], states[1][name], atol=1e-4)


def test_processes_that_nobody_brings_together_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("WORLD_SIZE", "2"), ("RANK", "0"), ("LOCAL_RANK", "0")):
        monkeypatch.setenv(name, value)
    with (
        pytest.raises(TrainingError, match=r"2 processes, .*; start"),
        joined("cpu"),
    ):
        pass


def test_lanes_and_clips_are_shared_without_rest() -> None:
    for size in (1, 2, 3, 8):
        for count in (0, 1, 5, 128):
            shares = [World(rank=r, size=size).share_of(count) for r in range(size)]
            assert [i for share in shares for i in share] == list(range(count))
