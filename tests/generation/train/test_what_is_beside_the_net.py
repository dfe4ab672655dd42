"""A run's folder has all that goes with its net, or says which file is not there."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from generation.train import TrainingError, train
from tests.generation.train.prepared import SOURCE, prepared, quick


def test_the_encoder_of_the_features_lies_beside_the_net(tmp_path: Path) -> None:
    taught = b"an encoder"
    source = replace(SOURCE, weights=sha256(taught).hexdigest())
    clips = prepared(tmp_path / "data", source=source)
    (clips.folder / "own-600-0-abc.encoder").write_bytes(taught)
    (clips.folder / "own-still-600-0-abc.encoder").write_bytes(b"another")
    train(clips, quick(steps=1), tmp_path / "run")
    (kept,) = (tmp_path / "run").glob("*.encoder")
    assert kept.name == "own-600-0-abc.encoder"
    assert kept.read_bytes() == taught


@pytest.mark.parametrize("now", [None, b"", b"another net"])
def test_an_ended_run_whose_net_is_gone_says_so(
    tmp_path: Path, now: bytes | None
) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=2), tmp_path / "run")
    net = tmp_path / "run" / "best.net"
    net.unlink()
    if now is not None:
        net.write_bytes(now)
    with pytest.raises(TrainingError, match=r"best\.net: not the net that this run"):
        train(clips, quick(steps=2), tmp_path / "run")


def test_an_ended_run_without_its_state_is_not_begun_anew(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=2, epochs=9), tmp_path / "run")
    net = tmp_path / "run" / "best.net"
    before = net.read_bytes()
    (tmp_path / "run" / "last.state").unlink()
    with pytest.raises(TrainingError, match=r"last\.state, from which it would go on"):
        train(clips, quick(steps=4, epochs=9), tmp_path / "run")
    assert net.read_bytes() == before


def test_lines_that_are_none_of_the_log_go(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=2, epochs=9), tmp_path / "run")
    log = tmp_path / "run" / "log.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + b'[1]\n{"a": 1}\n\xff\xfe\n{"step": "x"}\n{"ste')
    train(clips, quick(steps=4, epochs=9), tmp_path / "run")
    lines = log.read_bytes()
    assert lines.startswith(whole)
    assert all(line.startswith(b'{"step": ') for line in lines.splitlines())


@pytest.mark.parametrize("steps", [2, 4])
def test_clips_at_another_gain_do_not_go_on(tmp_path: Path, steps: int) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=2, epochs=9), tmp_path / "run")
    louder = tuple(
        replace(one, facts=replace(one.facts, tokens_sha256="ab" * 32))
        for one in clips.clips
    )
    config = quick(steps=steps, epochs=9)
    with pytest.raises(TrainingError, match=r"levels of (sound|these clips' sound)"):
        train(replace(clips, clips=louder), config, tmp_path / "run")
