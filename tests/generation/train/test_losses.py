"""Losses of whole clips: what counts, in which mode, and how they are told."""

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.checkpoint import FeatureScale
from generation.nets import SampleRNN, cross_entropy, preset
from generation.train import Result, loss_table, mean_nats, train
from generation.train.clips import Loader
from generation.train.world import ALONE
from tests.generation.train.prepared import prepared, quick


def test_a_test_loss_is_the_mean_over_samples_not_over_clips(tmp_path: Path) -> None:
    clips = prepared(tmp_path, test=(1, 5, 2))
    net = SampleRNN(preset("ci", "seq", 6), seed=3)
    total, count = 0.0, 0
    with torch.no_grad():
        for clip in clips.test:
            one = clips.native_batch([clip.clip])
            logits = net(one.tokens, one.features, one.lengths)
            total += float(cross_entropy(logits, one.tokens[:, 16:]).total)
            count += 1024 * clip.frames
    load = Loader(clips, FeatureScale(), lead=16)
    for batch in (1, 2, 8):
        found = mean_nats(net, clips.test, load, ALONE, batch=batch)
        assert found == pytest.approx(total / count, rel=1e-6)
    load.close()


def test_a_loss_is_measured_in_eval_mode_and_the_mode_comes_back(
    tmp_path: Path,
) -> None:
    """Pitfall 14: validation with dropout on."""
    clips = prepared(tmp_path)
    net = SampleRNN(preset("ci", "frame", 6))
    modes = []
    net.mlp.register_forward_hook(lambda net, given, out: modes.append(net.training))
    load = Loader(clips, FeatureScale(), lead=16)
    for mode in (True, False):
        net.train(mode)
        mean_nats(net, clips.test, load, ALONE, batch=2)
        assert net.training is mode
    load.close()
    assert modes
    assert not any(modes)


def test_training_stops_when_the_test_loss_no_longer_falls(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = [rng.integers(0, 256, 1024).astype(np.uint8) for _ in range(4)]
    clips = prepared(tmp_path / "data", train=(1, 1), test=(1, 1), sounds=noise)
    config = quick(epochs=500, patience=2, rate=0.02)
    result = train(clips, config, tmp_path / "run")
    assert result.reason == "patience"
    # one step an epoch: two looks after the best one without a lower loss
    assert result.steps == result.best_step + 2


def test_a_table_gives_nats_and_bits_by_method() -> None:
    one = Result("frame", ("drum",), 2.6, 2.7, 1, 2, 1, "epochs", "", "", "", {})
    seq = replace(one, method="seq", train_nats=2.5)
    dog = replace(one, categories=("dog",), test_nats=2.9)
    lines = loss_table([one, seq, dog]).splitlines()
    assert lines[0].split() == ["category", "loss", "frame", "seq"]
    rows = {line[:36].strip(): line[36:].split() for line in lines[1:]}
    mean = "mean of categories"
    assert rows[f"{mean}  test, nats"] == ["2.8000", "2.7000"]
    assert rows[f"{mean}  test, bits"] == [f"{2.8 / log(2):.4f}", f"{2.7 / log(2):.4f}"]
    assert rows[f"{'dog':<18}  training, nats"] == ["2.6000", "-"]
    attending = replace(one, train_nats=2.4, settings={"attention": True})
    head, first, *_, last = loss_table([seq, attending, one]).splitlines()
    assert not last.startswith("note")
    *_, last = loss_table([seq, replace(seq, method="flow")]).splitlines()
    assert last.startswith("note: seq and flow read the same features")
    assert head.endswith("     frame  frame, attention       seq")
    assert first.split()[-3:] == ["2.6000", "2.4000", "2.5000"]
