"""`python -m generation` says what it did, and errors in one line."""

from pathlib import Path

import pytest

from generation.__main__ import main
from generation.manifest import read_manifest
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
