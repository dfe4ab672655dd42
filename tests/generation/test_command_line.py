"""`python -m generation` says what it did, and errors in one line."""

import argparse
import json
import os
import signal
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import pytest

from generation import __main__ as program
from generation.__main__ import COMMANDS, main
from generation.manifest import read_manifest
from generation.train import TrainingStoppedError
from tests.generation.makers import sound, video


def test_demoset_renders_clips_with_candidates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--per-category", "1", "--seconds", "1", "--workers", "1"]
    status = main(["demoset", str(tmp_path), "--seed", "3", *small])
    assert status == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "manifest.csv")
    reading = read_manifest(tmp_path / "manifest.csv")
    assert reading.faults == ()
    assert len(reading.records) == 30
    assert all("demo" in record.note for record in reading.records)


def test_inspect_prints_verdicts_and_fails_on_bad_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = video(tmp_path / "good.mp4", seconds=0.4)
    alone = sound(tmp_path / "alone.wav", seconds=0.4)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    assert main(["inspect", str(good)]) == 0
    assert "OK      good.mp4: 128x72, 25/s" in capsys.readouterr().out
    assert main(["inspect", str(good), str(alone), str(empty)]) == 1
    told = capsys.readouterr().out
    assert "REJECT  alone.wav" in told
    assert "problem: no video stream" in told
    assert "REJECT  empty.mp4: the file is empty" in told
    assert main(["inspect", "--role", "generated", str(alone)]) == 0


def test_errors_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone.csv")
    assert main(["baselines", gone, "--out", str(tmp_path / "o")]) == 1
    assert capsys.readouterr().err.startswith("error: gone.csv has faults:")
    assert main(["demoset", str(tmp_path), "--per-category", "0"]) == 1
    assert capsys.readouterr().err == "error: per category 0: give 1 to 1000\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_told_with_its_default(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = "".join(capsys.readouterr().out.split())
    parser = argparse.ArgumentParser()
    module, options, *_ = COMMANDS[command]
    getattr(import_module(module), options)(parser)
    for action in parser._actions[1:]:
        assert action.help, action.dest
        words = "".join(action.help.split())
        assert words in told
        default = action.default
        if action.option_strings and default not in (None, False, "", []):
            shown = "" if isinstance(default, list) else f"{default})"
            assert f"(default:{shown}" in words + told.partition(words)[2][:40]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_stopped_while_it_is_loaded_says_so_in_one_line(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        program, "import_module", lambda name: os.kill(os.getpid(), number)
    )
    assert main(["train"]) == (130 if number == signal.SIGINT else 143)
    told = capsys.readouterr().err
    assert told == "stopped; run the same command again to go on\n"


def test_a_command_of_one_process_started_as_several_ends_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """torchrun shows what it finds in the file; its own traceback buries the line."""
    note = tmp_path / "error.json"
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(note))
    monkeypatch.setenv("WORLD_SIZE", "2")
    out = str(tmp_path / "out")
    for rank, lines in (("0", 1), ("1", 0)):
        monkeypatch.setenv("RANK", rank)
        monkeypatch.setenv("LOCAL_RANK", rank)
        assert main(["demoset", out]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == lines
    assert not Path(out).exists()
    found = json.loads(note.read_text())["message"]["extraInfo"]["py_callstack"]
    assert found.startswith("error: demoset is run by one process, and 2 were started")
    given = ["train", "--method", "seq", "--category", "all", "--data", out]
    assert main([*given, "--out", out]) == 1
    assert capsys.readouterr().err.startswith(f"error: process 1: {out}")


def test_an_error_that_torchrun_cannot_be_told_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "gone" / "error.json"
    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(note))
    assert main(["demoset", str(tmp_path), "--per-category", "0"]) == 1
    error, remark = capsys.readouterr().err.splitlines()
    assert error == "error: per category 0: give 1 to 1000"
    assert remark == f"torchrun will not show it: {note}: No such file or directory"


def test_a_command_that_trains_on_its_way_tells_how_a_stop_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_given: object, **_more: object) -> NoReturn:
        raise TrainingStoppedError("stopped after step 3, saved in runs/seq")

    monkeypatch.setattr("generation.recipe.command.cook", stopped)
    assert main(["recipe", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "stopped after step 3, saved in runs/seq\n"
