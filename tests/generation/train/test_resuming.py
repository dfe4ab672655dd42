"""A run that is broken off goes on to the very same net."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generation.checkpoint import read_archive
from generation.nets import Method
from generation.train import (
    TrainingError,
    TrainingStoppedError,
    train,
)
from tests.generation.train.prepared import SOURCE, prepared, quick

METHODS: tuple[Method, ...] = ("frame", "seq", "flow")


def same_state(one: Path, other: Path) -> None:
    """Bitwise: parameters, optimiser, what the lanes carry, and the position."""
    (meta, tensors), (meta2, tensors2) = (
        read_archive(out / "last.state", "training state") for out in (one, other)
    )
    for noted in (meta, meta2):
        noted.pop("settings")
    assert meta == meta2
    assert tensors.keys() == tensors2.keys()
    for name, value in tensors.items():
        assert torch.equal(value, tensors2[name]), name


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("bptt", ["chunk", "coarse_full"])
def test_three_steps_and_three_more_are_six(
    tmp_path: Path, method: Method, bptt: str
) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(method, bptt=bptt, steps=6, epochs=9), tmp_path / "straight")
    for steps in (3, 6):
        config = quick(method, bptt=bptt, steps=steps, epochs=9)
        train(clips, config, tmp_path / "broken")
    same_state(tmp_path / "straight", tmp_path / "broken")


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_net(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    script = """
        import os, signal, sys, torch
        from pathlib import Path
        from generation.dataset.clipset import load_clips
        from generation.train import train
        from tests.generation.train.prepared import SOURCE, quick
        torch.set_num_threads(1)
        calls = iter(range(11))
        def clock():
            if next(calls, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return 0.0
        clips = load_clips(Path(sys.argv[1]) / "data", features=SOURCE.identity)
        train(clips, quick(), Path(sys.argv[1]) / "killed", save_minutes=0, clock=clock)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    meta, _ = read_archive(tmp_path / "killed" / "last.state", "training state")
    assert 0 < meta["position"]["step"] < 10
    train(clips, quick(), tmp_path / "killed")
    train(clips, quick(), tmp_path / "straight")
    same_state(tmp_path / "straight", tmp_path / "killed")


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    first = train(clips, quick(), tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()}
    assert train(clips, quick(), tmp_path / "run") == first
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").iterdir()}
    assert before == after
    assert first.reason == "epochs"
    more = train(clips, quick(epochs=3), tmp_path / "run")
    assert more.epochs == 3


def test_the_log_has_every_step_once_after_a_restart(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(epochs=4), tmp_path / "run")
    log = tmp_path / "run" / "log.jsonl"
    noted = [json.loads(line) for line in log.read_text().splitlines()]
    # a run killed after its last state has lines beyond it, the last cut short
    with log.open("a") as file:
        file.write(json.dumps({"step": 999, "epoch": 3, "train_nats": 1.0}) + '\n{"st')
    train(clips, quick(epochs=5), tmp_path / "run")
    after = [json.loads(line) for line in log.read_text().splitlines()]
    assert after[: len(noted)] == noted
    steps = [line["step"] for line in after if "train_nats" in line]
    assert steps == sorted(set(steps))
    assert 999 not in steps


def test_other_settings_are_named(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=1), tmp_path / "run")
    with pytest.raises(TrainingError, match=r"rate was 0\.001, now 0\.01"):
        train(clips, quick(rate=0.01), tmp_path / "run")


def test_features_of_another_width_are_named(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=1), tmp_path / "run")
    wider = prepared(tmp_path / "wider", source=replace(SOURCE, dim=7))
    with pytest.raises(TrainingError, match=r"\(6 numbers a frame\), now .* \(7\)"):
        train(wider, quick(steps=2), tmp_path / "run")


def test_asking_to_stop_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    calls = iter(range(10**9))

    def clock() -> float:
        if next(calls) == 4:
            os.kill(os.getpid(), signal.SIGINT)
        return 0.0

    with pytest.raises(TrainingStoppedError, match="the same command goes on"):
        train(clips, quick(), tmp_path / "stopped", clock=clock)
    assert not (tmp_path / "stopped" / "done.json").exists()
    train(clips, quick(), tmp_path / "stopped")
    train(clips, quick(), tmp_path / "straight")
    same_state(tmp_path / "straight", tmp_path / "stopped")
