"""What a net has learned is told apart from what any net, and any pairing, would do."""

import json
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from generation.__main__ import main
from generation.checkpoint import load_checkpoint
from generation.dataset import ClipSet
from generation.dataset.index import write_index
from generation.experiments import learned_as_text, untrained
from generation.experiments.controls import (
    Against,
    losses_against,
    sync_against,
    synchrony,
)
from generation.experiments.hearing import Hearing, hear
from generation.experiments.learning import Learned, averages
from generation.media import Sound
from generation.nets import SampleRNN
from generation.train import train
from tests.generation.train.prepared import prepared, quick

RATE = 22_050


def clicks(*times: float) -> Hearing:
    """A second and a half of faint noise with loud clicks at these times."""
    rng = np.random.default_rng(0)
    wave = 1e-4 * rng.standard_normal(int(1.5 * RATE))
    for time in times:
        at = round(time * RATE)
        wave[at : at + 400] += 0.8 * np.exp(-np.arange(400) / 80)
    return hear(Sound(wave.astype(np.float32), RATE))


def test_sounds_in_time_beat_sounds_dealt_out() -> None:
    videos = [clicks(0.2, 0.9), clicks(0.4, 1.2), clicks(0.6, 1.3), clicks(0.3, 0.75)]
    silent = [clicks() for _ in videos]
    one, other = (synchrony(videos, made, "onset_f1") for made in (videos, silent))
    found = sync_against(one, other)
    assert found.trained == 1.0
    assert found.untrained == 0.0
    assert found.shuffled is not None
    assert found.shuffled < 0.5
    # the true order is one of 24: no p of four clips can be smaller than about 1/24
    assert found.p == pytest.approx(1 / 24, abs=0.01)


def test_an_envelope_metric_is_the_mean_correlation() -> None:
    videos = [clicks(0.2), clicks(0.7), clicks(1.1)]
    found = synchrony(videos, videos, "envelope_r")
    same = np.arange(3)
    assert float(found.over(same, same)) == pytest.approx(1.0)
    assert found.over(same, np.roll(same, 1)) < 0.2


def test_recall_counts_what_was_there_alone() -> None:
    """One of two blows made, and a stray one: recall 1/2, F1 2 / (2 + 2)."""
    there, made = [clicks(0.2, 0.9)] * 2, [clicks(0.2, 0.5)] * 2
    same = np.arange(2)
    assert synchrony(there, made, "onset_recall").over(same, same) == 0.5
    assert synchrony(there, made, "onset_f1").over(same, same) == 0.5


squares = npst.arrays(
    np.float64, (5, 5), elements=st.floats(0.5, 5.0, allow_nan=False, width=32)
)


@given(squares, squares)
def test_losses_are_means_of_the_diagonal_and_of_the_rest(
    costs: np.ndarray, before: np.ndarray
) -> None:
    found = losses_against(costs, before, np.ones(5, dtype=np.int64))
    assert found.trained == pytest.approx(np.trace(costs) / 5)
    assert found.shuffled == pytest.approx((costs.sum() - np.trace(costs)) / 20)
    assert found.untrained == pytest.approx(np.trace(before) / 5)
    assert found.p is not None
    assert 1e-4 <= found.p <= 1


def test_features_that_say_nothing_have_no_small_p() -> None:
    """Every video finds every sound equally likely: all orders are as good."""
    costs = np.tile(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), (5, 1))
    found = losses_against(costs, costs, np.array([3, 1, 1, 1, 1]))
    assert found.p == 1.0
    assert found.trained == pytest.approx(found.shuffled)


def test_every_sample_counts_alike() -> None:
    """Clips of 3 and 1 samples at 1 and 5 nats: 8 nats for 4 samples."""
    costs = np.array([[1.0, 6.0], [2.0, 5.0]])
    found = losses_against(costs, costs, np.array([3, 1]))
    assert found.trained == 2.0
    assert found.shuffled == 3.0


def row(method: str, category: str, nats: float, sync: float | None) -> Learned:
    return Learned(
        method=method,
        category=category,
        clips=4,
        nats=Against(nats, 2.0, 5.5, 0.01),
        preferred=3,
        metric="onset_f1",
        sync=Against(sync, 0.3, 0.1, 0.02),
    )


def test_a_row_beats_only_what_is_better_than_both_controls() -> None:
    assert row("frame", "Dog", 1.9, 0.4).is_cheaper
    assert not row("frame", "Dog", 2.1, 0.4).is_cheaper
    assert row("frame", "Dog", 1.9, 0.4).is_in_time
    assert not row("frame", "Dog", 1.9, 0.3).is_in_time
    assert not row("frame", "Dog", 1.9, None).is_in_time
    unknown = Against(0.4, None, 0.1, None)
    assert not replace(row("frame", "Dog", 1.9, 0.4), sync=unknown).is_in_time


def test_averages_leave_out_what_is_not_defined() -> None:
    (mean,) = averages([row("frame", "Dog", 1.0, None), row("frame", "Drum", 2.0, 0.5)])
    assert mean.nats.trained == 1.5
    assert mean.sync.trained == 0.5
    assert mean.clips == 8


def test_one_net_under_two_names_is_told() -> None:
    """Seq and flow differ in what they are shown alone."""
    names = ("frame", "seq", "flow")
    rows = [replace(row(name, "Dog", 1.9, 0.4), features="own-1") for name in names]
    note = "seq and flow read the same features, own-1: "
    assert note in learned_as_text(rows)
    assert note not in learned_as_text([*rows[:2], replace(rows[2], features="own-2")])
    assert note not in learned_as_text([*rows[:2], replace(rows[2], category="Drum")])


def test_the_table_counts_categories_and_says_demo() -> None:
    rows = [row("frame", "Dog", 1.9, 0.4), row("frame", "Drum", 2.2, 0.5)]
    text = learned_as_text([replace(one, is_demo=True) for one in rows])
    assert "of 2 categories 1 beat both controls on loss, 2 on synchrony" in text
    assert "1.9000*" in text
    assert "2.2000 " in text
    assert "DEMO" in text


def trained(clips: ClipSet, **changes: object) -> list[str]:
    """What `learned` is given to measure a run of one epoch unless changed."""
    config = quick(**{"epochs": 1, **changes})  # type: ignore[arg-type]
    run = clips.folder.with_name(f"run {config.seed}")
    train(clips, config, run)
    return ["learned", str(clips.folder), str(run)]


def test_the_command_measures_a_run_on_its_held_out_clips(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Silence everywhere: a few steps learn it; a guess costs log 256."""
    silence = np.full(1024, 128, dtype=np.uint8)
    clips = prepared(
        tmp_path / "data",
        categories=["Drum"],
        train=[1, 1],
        test=[1, 1],
        sounds=[silence] * 4,
    )
    command = trained(clips, epochs=20, evaluate_every=20, rate=5e-3)
    out = tmp_path / "table.json"
    assert main([*command, "--json", str(out)]) == 0
    told = json.loads(out.read_text())
    # their files are gone, and with them the lists of onsets
    note = "Onsets were detected, not read, of 2 clips: no JSON with them beside Drum/"
    assert note in capsys.readouterr().out
    assert told["notes"][-1].startswith(note)
    (found,) = told["rows"]
    assert found["clips"] == 2
    assert found["nats"]["p"] is None  # two clips have two orders
    assert found["nats"]["trained"] < 0.1
    assert found["nats"]["untrained"] > log(256) / 2


def test_the_untrained_net_is_the_runs_own_before_its_first_step(
    tmp_path: Path,
) -> None:
    *_, run = trained(prepared(tmp_path / "data"), seed=5)
    stored = load_checkpoint(Path(run) / "best.net")
    fresh = SampleRNN(stored.config, seed=5).state_dict()
    for name, tensor in untrained(stored).weights.items():
        assert torch.equal(tensor, fresh[name])


def test_one_held_out_clip_is_refused_by_its_category(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(trained(prepared(tmp_path / "data", test=(2,)))) == 1
    assert "drum: one held-out clip" in capsys.readouterr().err


def test_clips_of_another_split_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it calls held out may be what the net learned."""
    clips = prepared(tmp_path / "data")
    command = trained(clips)
    write_index(clips.folder, replace(clips.index, split_sha256="a" * 64))
    assert main(command) == 1
    assert "may have been learned" in capsys.readouterr().err


def test_two_nets_of_one_cell_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = prepared(tmp_path / "data")
    *command, one = trained(clips, seed=1)
    *_, other = trained(clips, seed=2)
    assert main([*command, one, other]) == 1
    assert "frame, drum: two nets" in capsys.readouterr().err
