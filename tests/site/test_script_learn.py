"""script/learn goes its whole way by the processes that the machine has cores for."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def called(tmp_path: Path, *options: str) -> list[list[str]]:
    """What it asks Python for, with a Python that only writes that down."""
    python = tmp_path / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(
        "#!/bin/sh\n"
        f'for each; do printf "%s\\037" "$each"; done >>{tmp_path}/asked\n'
        f'printf "\\036" >>{tmp_path}/asked\n'
    )
    python.chmod(0o700)
    (tmp_path / "out").mkdir()
    subprocess.run(
        [ROOT / "script/learn", "--out", tmp_path / "out", *options],
        env={**os.environ, "VENV": str(tmp_path / "venv"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=True,
    )
    asked = (tmp_path / "asked").read_text().split("\036")[:-1]
    return [call.split("\037")[:-1] for call in asked]


def test_clips_are_made_prepared_learned_and_measured(tmp_path: Path) -> None:
    calls = [call for call in called(tmp_path, "--quick") if "generation" in call]
    commands = [call[call.index("generation") + 1] for call in calls]
    assert commands == ["demoset", "prepare", "train-all", "learned"]
    out = str(tmp_path / "out")
    assert f"{out}/clips" in calls[0]
    assert f"{out}/prepared" in calls[1]
    assert {f"{out}/prepared", f"{out}/runs"} <= set(calls[2])
    assert {f"{out}/prepared", f"{out}/runs"} <= set(calls[3])


def test_every_core_trains_whatever_the_threads_of_a_process(tmp_path: Path) -> None:
    [training] = [call for call in called(tmp_path) if "train-all" in call]
    cores = len(os.sched_getaffinity(0))
    assert training[training.index("--nproc-per-node") + 1] == str(cores)


def test_options_behind_the_dashes_go_to_train(tmp_path: Path) -> None:
    options = ("--method", "seq", "--category", "Drum", "--", "--epochs", "3")
    [training] = [call for call in called(tmp_path, *options) if "train-all" in call]
    assert training[-2:] == ["--epochs", "3"]
    assert training[training.index("--method") + 1] == "seq"
    assert training[training.index("--category") + 1] == "Drum"
