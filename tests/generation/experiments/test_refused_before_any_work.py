"""What cannot come to anything is refused before sounds are read or nets are run."""

from pathlib import Path

import pytest

from generation.__main__ import main
from generation.clip import ClipRecord
from generation.experiments import CheckpointScorer
from generation.manifest import write_manifest
from generation.media import gateway
from tests.generation.experiments.test_commands import nets


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A manifest of two systems whose files must not be opened."""
    rows = [
        ClipRecord(clip, "Dog", system, tmp_path / f"{clip}.mp4")
        for clip in ("a", "b")
        for system in ("real", "seq", "flow")
    ]
    for row in rows:
        row.path.touch()
    write_manifest(rows, tmp_path / "manifest.csv")

    def forbidden(*_args: object, **_more: object) -> None:
        raise AssertionError("a file was read")

    monkeypatch.setattr(gateway, "_execute", forbidden)
    return str(tmp_path / "manifest.csv")


@pytest.mark.parametrize("command", ["export", "evaluate", "waveforms"])
def test_an_unknown_system_is_told_with_those_there_are(
    listed: str, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [command, listed, "--system", "seq", "--system", "nobody"]
    if command != "evaluate":
        given += ["--out", str(tmp_path / "out")]
    if command == "waveforms":
        given += ["--clip", "a"]
    assert main(given) == 1
    told = capsys.readouterr().err
    assert told == "error: no sounds of 'nobody'; there are flow, seq\n"
    assert not (tmp_path / "out").exists()


def test_an_unknown_control_and_an_unknown_clip_are_told_too(
    listed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", listed, "--control", "noise"]) == 1
    assert "no sounds of 'noise'; there are flow, seq" in capsys.readouterr().err
    out = ["--out", str(tmp_path / "out")]
    assert main(["waveforms", listed, "--clip", "x", *out]) == 1
    assert capsys.readouterr().err == "error: no clip 'x'; there are a, b\n"


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "-1"])
def test_a_senseless_length_is_refused(
    listed: str, tmp_path: Path, seconds: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", listed, "--out", str(out), "--seconds", seconds]) == 1
    told = capsys.readouterr().err
    assert told == f"error: seconds {seconds}: give a length above 0\n"
    assert not out.exists()


def test_two_nets_for_one_loss_are_named_before_any_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dog, drum = nets(tmp_path, "dog", "drum")

    def forbidden(*_args: object, **_more: object) -> None:
        raise AssertionError("a net was run")

    monkeypatch.setattr(CheckpointScorer, "__init__", forbidden)
    data = str(tmp_path / "data")
    assert main(["losses", data, dog, drum, dog]) == 1
    told = capsys.readouterr().err
    assert f"error: frame, dog: {dog} and {dog} would fill one cell; give one" in told
    for command in ("losses", "likelihood"):
        gone = str(tmp_path / "gone.net")
        assert main([command, data, dog, gone]) == 1
        assert f"{gone}: no such file" in capsys.readouterr().err
