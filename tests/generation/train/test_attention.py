"""Frame with attention learns from maps, goes on where it was, and is sampled from."""

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.checkpoint import FeatureScale, load_checkpoint
from generation.dataset import ClipSet
from generation.experiments import CheckpointScorer, heard_clips, loss_rows
from generation.fast import ENGINES, fold
from generation.fast.compiled import missing
from generation.nets import SampleRNN, cross_entropy, naive_generate, naive_logits
from generation.nets.config import NetConfig
from generation.train import train
from generation.train.clips import Loader
from generation.train.course import ChunkCourse
from generation.train.world import ALONE
from tests.generation.train.prepared import MAPS, looped, prepared, quick
from tests.generation.train.test_resuming import same_state


@pytest.fixture
def clips(tmp_path: Path) -> ClipSet:
    """Five clips of 2 to 4 frames with maps of 2 x 3 places, 6 channels."""
    return prepared(tmp_path / "data", source=MAPS)


def test_chunks_learn_what_whole_clips_would(clips: ClipSet) -> None:
    net = SampleRNN(NetConfig("frame", 16, 4, 4, 32, 16, 6, True), seed=2).double()
    config = quick(attention=True, frames=5, batch=3)
    load = Loader(clips, FeatureScale(), lead=16)
    course = ChunkCourse(clips.train, config, load, ALONE)
    shares = [course.share(net, step) for step in range(course.begin(0))]
    course.close()
    summed = sum(share.total.item() for share in shares if share.total is not None)
    tokens, features = looped(clips, 5)
    logits = net(tokens, features)
    expected = cross_entropy(logits, tokens[:, 16:]).total.item()
    assert summed == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("bptt", ["chunk", "coarse_full"])
def test_three_steps_and_three_more_are_six(
    clips: ClipSet, tmp_path: Path, bptt: str
) -> None:
    for out, stops in (("straight", (6,)), ("broken", (3, 6))):
        for steps in stops:
            config = quick(attention=True, bptt=bptt, steps=steps, epochs=9)
            train(clips, config, tmp_path / out)
    same_state(tmp_path / "straight", tmp_path / "broken")


def test_training_lowers_the_loss_and_learns_where_to_look(tmp_path: Path) -> None:
    """A square wave has no entropy; a uniform guess costs log 256 = 5.545 nats."""
    waves = [
        np.where(np.arange(2048) % period < period // 2, 100, 156).astype(np.uint8)
        for period in (16, 32)
    ]
    clips = prepared(
        tmp_path / "data", train=(2, 2), test=(2, 2), sounds=waves * 2, source=MAPS
    )
    config = quick(
        attention=True, epochs=100, patience=None, evaluate_every=100, rate=5e-3
    )
    result = train(clips, config, tmp_path / "run")
    first = train(clips, replace(config, steps=1), tmp_path / "first")
    assert first.train_nats > 0.9 * log(256)
    assert result.train_nats < 0.1
    assert result.test_nats < 0.2
    trained = load_checkpoint(tmp_path / "run" / "best.net")
    begun = SampleRNN(trained.config, seed=config.seed).state_dict()
    name = "coarse.attention.query.weight"
    assert (trained.weights[name] - begun[name]).abs().max() > 1e-2


def test_a_checkpoint_keeps_attention_and_its_losses_are_measured_again(
    clips: ClipSet, tmp_path: Path
) -> None:
    result = train(clips, quick(attention=True), tmp_path / "run")
    checkpoint = load_checkpoint(tmp_path / "run" / "best.net")
    assert checkpoint.config.attention
    assert checkpoint.settings["attention"] is True
    facts = checkpoint.features
    assert (facts.rows, facts.columns, facts.dim) == (2, 3, 6)
    assert "attention over 2 x 3 places of numbers-map" in checkpoint.remarks[0]
    assert result.remarks == checkpoint.remarks
    assert result.label == checkpoint.label == "frame, attention"
    heard = heard_clips(clips, "test")
    (row,) = loss_rows("frame", "test", CheckpointScorer(checkpoint), heard)
    assert row.nats == pytest.approx(result.test_nats, rel=1e-6)


@pytest.mark.parametrize("engine", ["eager", "compiled"])
def test_a_trained_net_is_sampled_as_its_naive_twin_does(
    clips: ClipSet, tmp_path: Path, engine: str
) -> None:
    train(clips, quick(attention=True, steps=8, epochs=9), tmp_path / "run")
    checkpoint = load_checkpoint(tmp_path / "run" / "best.net")
    net = checkpoint.net().double()
    batch = clips.native_batch([clip.clip for clip in clips.test])
    maps = checkpoint.scale(batch.features).double()
    chances = torch.rand(
        len(maps),
        1024 * maps.shape[1],
        generator=torch.Generator().manual_seed(1),
        dtype=torch.float64,
    )
    naive = naive_generate(net, maps, batch.lengths, chances)
    if engine == "compiled" and (reason := missing()):
        pytest.skip(f"no C++ engine here: {reason}")
    dtype = torch.float32 if engine == "compiled" else torch.float64
    made = ENGINES[engine].generate(
        fold(net, dtype), maps, batch.lengths, uniforms=chances
    )
    assert torch.equal(made.long(), naive)


def test_predictions_are_the_same_teacher_forced_and_step_by_step(
    clips: ClipSet, tmp_path: Path
) -> None:
    train(clips, quick(attention=True, steps=4), tmp_path / "run")
    net = load_checkpoint(tmp_path / "run" / "best.net").net().double()
    batch = clips.native_batch([clip.clip for clip in clips.test])
    maps = batch.features.double()
    with torch.no_grad():
        whole = net(batch.tokens, maps)
    assert (whole - naive_logits(net, batch.tokens, maps)).abs().max() < 1e-12


def test_half_precision_learns_too(clips: ClipSet, tmp_path: Path) -> None:
    plain, half = (
        train(clips, quick(attention=True, bf16=bf16), tmp_path / str(bf16))
        for bf16 in (False, True)
    )
    assert half.test_nats != plain.test_nats
    assert half.test_nats == pytest.approx(plain.test_nats, rel=0.01)
