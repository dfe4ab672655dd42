"""Settings do what they say: looping, dither, clipping, half precision, the bar."""

from pathlib import Path

import pytest
import torch

from generation.checkpoint import FeatureScale, load_checkpoint
from generation.nets import METHODS, Method, SampleRNN, cross_entropy, preset
from generation.train import TrainConfig, train
from generation.train.clips import Loader
from generation.train.course import ChunkCourse, WindowCourse
from generation.train.draws import dither_seed
from generation.train.trainer import Trainer, clip_gradients, gradient_norm
from generation.train.world import ALONE
from tests.generation.train.prepared import looped, prepared, quick


def trainer_of(clips_in: Path, config: TrainConfig) -> Trainer:
    clips = prepared(clips_in)
    net = SampleRNN(preset("ci", config.method, 6), seed=2)
    load = Loader(clips, FeatureScale(), lead=16)
    kind = ChunkCourse if config.truncation == "chunk" else WindowCourse
    course = kind(clips.train, config, load, ALONE)
    course.begin(0)
    return Trainer(net, course, config, ALONE)


@pytest.mark.parametrize("method", METHODS)
def test_training_clips_are_looped_sound_and_features_together(
    tmp_path: Path, method: Method
) -> None:
    clips = prepared(tmp_path, train=(2, 3, 7))
    net = SampleRNN(preset("ci", method, 6), seed=2).double()
    config = quick(method, bptt="chunk", frames=5, batch=3)
    course = ChunkCourse(
        clips.train, config, Loader(clips, FeatureScale(), lead=16), ALONE
    )
    assert course.begin(0) == 5
    summed = 0.0
    for step in range(5):
        total = course.share(net, step).total
        assert total is not None
        summed += total.item()
    course.close()
    tokens, features = looped(clips, 5)
    logits = net(tokens, features)
    expected = cross_entropy(logits, tokens[:, 16:]).total.item()
    assert summed == pytest.approx(expected, rel=1e-9)


def test_dither_moves_a_quarter_up_and_a_quarter_down_and_is_drawn_anew(
    tmp_path: Path,
) -> None:
    """Odds 1:2:1 of generation.quantize.dither_levels."""
    clips = prepared(tmp_path, train=(4,))
    load = Loader(clips, FeatureScale(), lead=16)
    config = quick(dither=True)
    (clip,) = clips.train
    plain = load.take(clip.clip, 40).tokens.long()
    moves = []
    for epoch in (0, 0, 1):
        seed = dither_seed(config, epoch, clip.clip)
        moves.append(load.take(clip.clip, 40, dither=seed).tokens.long() - plain)
    load.close()
    assert torch.equal(moves[0], moves[1])
    assert not torch.equal(moves[0], moves[2])
    assert not moves[0][:16].any()
    shares = [(moves[0][16:] == move).float().mean() for move in (-1, 0, 1)]
    # 40,960 draws: a standard error of 0.0025
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.01)
    assert dither_seed(quick(), 0, clip.clip) is None


def test_gradients_are_clipped_element_by_element_or_in_length() -> None:
    for kind in ("value", "norm", "none"):
        net = torch.nn.Linear(2, 1, bias=False)
        net.weight.grad = torch.tensor([[3.0, -0.1]])
        config = quick(clip=kind, clip_at=1.0)
        clip_gradients(net, config)
        length = torch.tensor([3.0, -0.1]).norm()
        expected = {
            "value": torch.tensor([[1.0, -0.1]]),
            "norm": torch.tensor([[3.0, -0.1]]) / length,
            "none": torch.tensor([[3.0, -0.1]]),
        }[kind]
        assert torch.allclose(net.weight.grad, expected, atol=1e-5)


@pytest.mark.parametrize("method", ["frame", "seq"])
def test_half_precision_computes_in_bfloat16_and_keeps_float32(
    tmp_path: Path, method: Method
) -> None:
    steps = []
    for half in (False, True):
        trainer = trainer_of(tmp_path / str(half), quick(method, bf16=half))
        steps.append(trainer.advance())
        trainer.course.close()
        assert {p.dtype for p in trainer.net.parameters()} == {torch.float32}
        carried = trainer.course.carried(trainer.net)
        assert carried is None or carried.coarse.dtype == torch.float32
        assert gradient_norm(trainer.net) > 0
    # bfloat16 has 8 bits: sums of its products are good to a percent
    assert steps[0].nats != steps[1].nats
    assert steps[0].nats == pytest.approx(steps[1].nats, rel=0.01)


def test_the_bar_tells_epoch_loss_and_the_time_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(), tmp_path / "drum" / "frame", is_shown=True)
    told = capsys.readouterr().err
    assert "drum/frame" in told
    assert "epoch 2" in told
    assert "nats (" in told
    # tqdm's elapsed<left
    assert "<" in told
    train(clips, quick(), tmp_path / "quiet")
    assert not capsys.readouterr().err


def test_the_same_seed_gives_the_same_net_and_another_another(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    nets = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        train(clips, quick("seq", seed=seed, epochs=1), tmp_path / name)
        nets.append(load_checkpoint(tmp_path / name / "last.net").weights)
    same = [torch.equal(nets[0][k], nets[1][k]) for k in nets[0]]
    other = [torch.equal(nets[0][k], nets[2][k]) for k in nets[0]]
    assert all(same)
    assert not all(other)
