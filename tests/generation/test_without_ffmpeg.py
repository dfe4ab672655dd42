"""Where ffmpeg is missing that is said; what is prepared already needs none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.__main__ import main
from generation.clip import ClipRecord
from generation.manifest import write_manifest
from generation.train import train
from tests.generation.makers import video
from tests.generation.train.prepared import SOURCE, prepared, quick

MISSING = r"is not installed, or not on PATH: install the package ffmpeg"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two real clips and a system's."""
    folder = tmp_path_factory.mktemp("clips")
    for name in ("a", "b", "c"):
        (folder / "Dog").mkdir(exist_ok=True)
        video(folder / "Dog" / f"{name}.mp4", seconds=0.3)
    rows = [("a", "real", "a"), ("b", "real", "b"), ("a", "seq", "c")]
    records = [
        ClipRecord(clip, "Dog", system, folder / "Dog" / f"{file}.mp4")
        for clip, system, file in rows
    ]
    write_manifest(records, folder / "manifest.csv")
    return folder / "manifest.csv"


COMMANDS: dict[str, Callable[[str, str, str], list[str]]] = {
    "demoset": lambda _m, _f, out: [out, "--per-category", "1", "--workers", "1"],
    "baselines": lambda m, _f, out: [m, "--out", out],
    "prepare": lambda _m, folder, out: [
        *(folder, "--layout", "folder", "--out", out, "--test", "1"),
    ],
    "inspect": lambda _m, folder, _o: [f"{folder}/Dog/a.mp4"],
    "evaluate": lambda m, _f, _o: [m],
    "waveforms": lambda m, _f, out: [m, "--clip", "a", "--out", out],
    "retrieval": lambda m, _f, out: [m, "--out", out],
    "export": lambda m, _f, out: [m, "--out", out],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_needs_it_says_so_and_how_to_install_it(
    manifest: Path,
    tmp_path: Path,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    out = str(tmp_path / "out")
    given = COMMANDS[command](str(manifest), str(manifest.parent), out)
    assert main([command, *given]) == 1
    told = capsys.readouterr()
    assert f"error: ff{'mpeg' if 'error: ffmpeg' in told.err else 'probe'} " in told.err
    assert MISSING in told.err
    assert "encode it anew" not in told.out + told.err
    assert told.err.count("install the package") == 1


def test_what_is_prepared_is_trained_sampled_and_measured_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = prepared(tmp_path / "data", train=(2,), test=(1, 1))
    monkeypatch.setenv("PATH", str(tmp_path))
    train(clips, quick(epochs=1), tmp_path / "run")
    data, net = str(tmp_path / "data"), str(tmp_path / "run" / "best.net")
    assert main(["losses", data, net]) == 0
    assert main(["likelihood", data, net]) == 0
    assert SOURCE.identity in str(clips.cache)
    assert "ffmpeg" not in capsys.readouterr().err
