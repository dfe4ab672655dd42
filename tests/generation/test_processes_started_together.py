"""Only processes that were told their numbers are taken for several of one run."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generation.__main__ import main
from generation.launch import Launched, launched
from generation.train import joined
from generation.train.world import ALONE

NAMES = (
    *("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"),
    *("TORCHELASTIC_RUN_ID", "TORCHELASTIC_ERROR_FILE"),
)
# as the agent of torch.distributed.elastic starts its workers (torch 2.13)
TORCHRUN = {
    "RANK": "3",
    "LOCAL_RANK": "1",
    "WORLD_SIZE": "4",
    "MASTER_ADDR": "one",
    "MASTER_PORT": "29500",
    "TORCHELASTIC_RUN_ID": "none",
}
# what job scripts of SLURM set for all they run, single processes too
JOB = {"WORLD_SIZE": "2", "MASTER_ADDR": "one", "MASTER_PORT": "29500"}


@pytest.fixture(autouse=True)
def _nobody_about(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def told(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        ({}, Launched()),
        (TORCHRUN, Launched(rank=3, size=4, local=1)),
        ({"RANK": "1", "LOCAL_RANK": "1", "WORLD_SIZE": "2"}, Launched(1, 2, 1)),
        # as Kubeflow starts PyTorch: a process a machine, without LOCAL_RANK
        ({**JOB, "RANK": "1"}, Launched(1, 2, 0)),
        (JOB, Launched()),
        ({"WORLD_SIZE": "8", "LOCAL_RANK": "2"}, Launched()),
        ({"WORLD_SIZE": "8", "RANK": "2"}, Launched()),
        ({**TORCHRUN, "WORLD_SIZE": "1", "RANK": "0"}, Launched()),
        ({**TORCHRUN, "WORLD_SIZE": "many"}, Launched()),
    ],
)
def test_a_process_is_one_of_several_where_it_was_told_which(
    variables: dict[str, str], found: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, variables)
    assert launched() == found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RANK", "first"),
        ("RANK", ""),
        ("RANK", "-1"),
        ("RANK", "4"),
        ("LOCAL_RANK", "one"),
        ("LOCAL_RANK", "4"),
    ],
)
def test_a_number_that_is_none_of_theirs_is_told_in_one_line(
    name: str,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told(monkeypatch, {**TORCHRUN, name: value})
    assert main(["train", "--help"]) == 1
    assert capsys.readouterr().err == (
        f"error: {name} is {value!r}, and WORLD_SIZE says 4 processes: give each a "
        "number from 0 to 3, as torchrun does, or unset WORLD_SIZE to run one alone\n"
    )


def test_a_process_alone_needs_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, {"RANK": "first", "LOCAL_RANK": "9"})
    assert launched() == Launched()


def test_a_job_that_sets_the_size_alone_samples_with_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, JOB)
    run = tmp_path / "gone"
    given = ["--run", str(run), "--data", str(run), "--out", str(tmp_path / "out")]
    assert main(["sample", *given]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"error: {run}: no such folder or file")


def test_a_job_that_sets_the_size_alone_trains_with_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(monkeypatch, JOB)
    with joined("cpu") as world:
        assert world == ALONE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_that_waits_for_the_others_says_so_and_can_be_ended(number: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    # as the commands run: `kill` is taken for a wish, which a wait would never hear
    waits = """
from generation.stopping import stopped_by_kill
from generation.train import joined
with stopped_by_kill(), joined("cpu"):
    pass
"""
    alone = {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "3", "MASTER_PORT": port}
    with subprocess.Popen(
        [sys.executable, "-c", waits],
        env={**os.environ, **alone, "MASTER_ADDR": "127.0.0.1"},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            told = process.stderr.readline()
            assert told == f"waiting for 2 other processes at 127.0.0.1:{port}\n"
            time.sleep(0.5)  # into the wait
            process.send_signal(number)
            assert process.wait(timeout=20) == -number
        finally:
            process.kill()
