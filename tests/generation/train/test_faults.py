"""What goes wrong in training is said, and what was won before is not lost."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from generation.checkpoint import (
    CheckpointError,
    FeatureScale,
    file_sha256,
    load_checkpoint,
    read_archive,
    weights_of,
)
from generation.files import InUseError, owned
from generation.nets import SampleRNN, preset
from generation.train import TrainConfig, TrainingDivergedError, TrainingError, train
from generation.train.clips import Loader
from generation.train.course import ChunkCourse
from generation.train.trainer import Trainer
from generation.train.world import ALONE
from tests.generation.makers import files_of_at_most
from tests.generation.train.prepared import SOURCE, prepared, quick
from tests.generation.train.test_resuming import same_state


def test_a_full_disk_leaves_the_last_state_to_go_on_from(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    out = tmp_path / "run"
    train(clips, quick(epochs=2), out)
    kept = {name: file_sha256(out / name) for name in ("best.net", "last.state")}
    with (
        files_of_at_most(100_000),
        pytest.raises(CheckpointError, match=r"cannot be written .* untouched"),
    ):
        train(clips, quick(epochs=4), out)
    assert kept == {name: file_sha256(out / name) for name in kept}
    assert not list(out.glob(".*.part"))
    train(clips, quick(epochs=4), out)
    train(clips, quick(epochs=4), tmp_path / "straight")
    same_state(out, tmp_path / "straight")


def test_a_diverging_run_stops_and_its_last_state_holds_numbers(
    tmp_path: Path,
) -> None:
    clips = prepared(tmp_path / "data")
    with pytest.raises(TrainingDivergedError, match=r"step 2: .* lower rate"):
        train(clips, quick(rate=1e30), tmp_path / "run", save_minutes=0)
    meta, tensors = read_archive(tmp_path / "run" / "last.state", "training state")
    assert meta["position"]["step"] == 1
    assert all(bool(value.isfinite().all()) for value in tensors.values())
    assert not (tmp_path / "run" / "done.json").exists()


def test_a_step_that_diverges_changes_nothing(tmp_path: Path) -> None:
    clips = prepared(tmp_path)
    net = SampleRNN(preset("ci", "frame", 6))
    course = ChunkCourse(
        clips.train, quick(), Loader(clips, FeatureScale(), lead=16), ALONE
    )
    trainer = Trainer(net, course, quick(), ALONE)
    course.begin(0)
    trainer.advance()
    with torch.no_grad():
        net.mlp.emb.weight[128] = torch.inf
    before, position = weights_of(net), trainer.position
    with pytest.raises(TrainingDivergedError):
        trainer.advance()
    course.close()
    assert trainer.position == position
    assert all(torch.equal(value, before[k]) for k, value in weights_of(net).items())


def test_a_damaged_state_is_named(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=1), tmp_path / "run")
    path = tmp_path / "run" / "last.state"
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(CheckpointError, match=r"last\.state: no training state"):
        train(clips, quick(steps=2), tmp_path / "run")


def test_best_net_tells_what_it_learned_from(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data", categories=("dog", "drum"))
    result = train(clips, quick("seq", categories=("drum",)), tmp_path / "run")
    net = load_checkpoint(tmp_path / "run" / "best.net")
    assert file_sha256(tmp_path / "run" / "best.net") == result.sha256
    assert net.data.categories == result.categories == ("drum",)
    # the training clips' gains are 1, 2 and 3
    assert dict(net.data.gains) == {"drum": 2.0}
    assert (net.data.train_clips, net.data.test_clips) == (3, 2)
    assert net.is_provisional
    assert net.losses.test_nats == result.test_nats
    assert net.losses.train_nats == result.train_nats
    assert net.step == result.best_step
    assert net.settings["method"] == net.config.method == "seq"
    frames = [clips.features(clip.clip) for clip in clips.only("drum").train]
    seen = torch.cat([torch.tensor(each, dtype=torch.float64) for each in frames])
    assert net.scale.mean is not None
    assert torch.allclose(net.scale.mean.double(), seen.mean(dim=0), rtol=1e-6)
    assert net.scale(seen.float()).std(dim=0, correction=0) == pytest.approx(
        1, abs=1e-5
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"preset": "huge"}, "no preset 'huge'"),
        ({"batch": 0}, "batch is a whole number from 1, not 0"),
        ({"rate": -1.0}, r"rate is above 0, not -1\.0"),
        ({"seed": -1}, r"seed is 0 to 2\^63 - 1, not -1"),
        ({"scale": "cube"}, "no scale 'cube'"),
        ({"clip": "tight"}, "no clip 'tight'"),
    ],
)
def test_senseless_settings_are_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        TrainConfig(method="frame", **changes)  # type: ignore[arg-type]


def test_a_finished_run_is_not_taken_for_one_with_other_features(
    tmp_path: Path,
) -> None:
    train(prepared(tmp_path / "data"), quick(steps=1), tmp_path / "run")
    other = prepared(tmp_path / "other", source=replace(SOURCE, name="colours"))
    with pytest.raises(TrainingError, match=r"done with features numbers-.*, now col"):
        train(other, quick(steps=1), tmp_path / "run")


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    out = tmp_path / "run"
    out.mkdir()
    with owned(out), pytest.raises(InUseError, match="works there since"):
        train(clips, quick(), out)
    assert train(clips, quick(), out).reason == "epochs"


def test_a_category_without_test_clips_is_refused(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data").only(part="train")
    with pytest.raises(TrainingError, match="no test clip of drum"):
        train(clips, quick(), tmp_path / "run")


@pytest.mark.parametrize("minutes", [-1.0, float("nan"), float("inf")])
def test_minutes_between_states_that_are_none_are_refused(
    tmp_path: Path, minutes: float
) -> None:
    clips = prepared(tmp_path / "data")
    with pytest.raises(TrainingError, match=r"--save-minutes .*: give minutes from 0"):
        train(clips, quick(), tmp_path / "run", save_minutes=minutes)
    assert not (tmp_path / "run").exists()
