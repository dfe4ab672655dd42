"""A file where a command is to write a folder is named, before any work is done."""

from pathlib import Path

import pytest

from generation.__main__ import main

COMMANDS = {
    "demoset": ["{file}", "--per-category", "1"],
    "baselines": ["gone.csv", "--out", "{file}"],
    "prepare": ["gone", "--layout", "demo", "--out", "{file}"],
    "train": ["--method", "seq", "--category", "Dog", "--data", "x", "--out", "{file}"],
    "train-all": ["--data", "gone", "--out", "{file}"],
    "sample": ["--run", "gone", "--data", "gone", "--out", "{file}"],
    "recipe": ["{file}"],
    "retrieval": ["gone.csv", "--out", "{file}"],
    "export": ["gone.csv", "--out", "{file}"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("below", ["", "/deeper"])
def test_the_file_is_named_with_what_to_do(
    command: str, below: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "taken"
    file.write_text("somebody's")
    given = [part.format(file=f"{file}{below}") for part in COMMANDS[command]]
    assert main([command, *given]) == 1
    told = capsys.readouterr().err
    assert f"{file}: a file, where a folder is to be; name another folder" in told
    assert file.read_text() == "somebody's"
