"""Named sizes have the parameters they are known by; settings are checked."""

import math

import pytest
import torch

from generation.nets import METHODS, PRESETS, NetConfig, SampleRNN, preset
from generation.nets.config import Method

# The architecture's own table: D = 1024, E = 256, features 4096 (Flow 8192), weight
# norm's gains counted, summed by hand from the sizes of its layers.
PAPER = {"frame": 28_701_184, "seq": 40_240_640, "flow": 52_823_552}


def parameters(config: NetConfig) -> int:
    return sum(one.numel() for one in SampleRNN(config).parameters())


@pytest.mark.parametrize("method", METHODS)
def test_the_papers_nets_have_their_parameters(method: Method) -> None:
    assert parameters(preset("paper", method)) == PAPER[method]


@pytest.mark.parametrize(
    ("name", "count"),
    [("mid", 8_616_448), ("dev", 2_735_616), ("small", 974_848), ("ci", 41_344)],
)
def test_smaller_presets_have_theirs(name: str, count: int) -> None:
    # printed as 8.6 M, 2.74 M, 0.97 M and 41,344
    assert parameters(preset(name, "frame")) == count


def test_layers_are_counted_one_by_one() -> None:
    net = SampleRNN(preset("paper", "frame"))
    names = "coarse.expand coarse.vis coarse.gru coarse.out frame.expand frame.gru "
    names += "frame.out mlp.emb mlp.l1 mlp.out"
    counts = [
        sum(one.numel() for one in net.get_submodule(name).parameters())
        for name in names.split()
    ]
    assert counts == [
        18_432, 4_195_328, 6_297_600, 4_202_496,
        6_144, 6_297_600, 4_202_496, 65_536, 1_049_600, 262_656,
    ]  # fmt: skip


def test_attention_adds_one_matrix_and_is_off_unless_asked_for() -> None:
    plain = NetConfig("frame", dim=8, embedding=4, feature_dim=6)
    assert not plain.attention
    asked = NetConfig("frame", dim=8, embedding=4, feature_dim=6, attention=True)
    assert parameters(asked) - parameters(plain) == 6 * 8 + 6


def test_flow_features_are_two_networks_side_by_side() -> None:
    assert preset("paper", "flow").feature_dim == 8192
    assert preset("paper", "seq").feature_dim == 4096
    assert preset("ci", "flow").feature_dim == 128
    assert preset("dev", "flow", 77).feature_dim == 77


def test_paper_is_the_default() -> None:
    assert preset("paper", "frame") == NetConfig("frame")
    assert set(PRESETS) == {"paper", "mid", "dev", "small", "ci"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "wave"}, "no method 'wave'"),
        ({"fs3": 16, "fs2": 3}, "fs3 = 16 is no multiple of fs2 = 3"),
        ({"fs3": 4, "fs2": 16}, "fs3 = 4 is no multiple of fs2 = 16"),
        ({"fs3": 24, "fs2": 4}, "1024 samples are no multiple"),
        ({"k": 17}, "k = 17 reaches before"),
        ({"dim": 0}, "dim is a whole number from 1, not 0"),
        ({"k": 4.0}, "k is a whole number from 1, not 4.0"),
        ({"fs2": True}, "fs2 is a whole number from 1, not True"),
        ({"weight_norm": 1}, "weight_norm is true or false, not 1"),
        ({"method": "seq", "attention": True}, "only frame has one"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        NetConfig(**{"method": "frame", **changes})  # type: ignore[arg-type]


def test_settings_come_back_from_plain_values_and_strangers_are_refused() -> None:
    config = preset("dev", "flow")
    assert NetConfig.from_dict(config.as_dict()) == config
    # pitfall 6: other code gives `frame_sizes`, in samples or as ratios
    with pytest.raises(ValueError, match="no such setting: frame_sizes"):
        NetConfig.from_dict({"method": "frame", "frame_sizes": [16, 4]})
    with pytest.raises(ValueError, match="need a method"):
        NetConfig.from_dict({"dim": 8})


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(ValueError, match="no preset 'huge': choose among paper"):
        preset("huge", "frame")


def test_first_values_come_from_the_seed_alone() -> None:
    config = preset("ci", "flow")
    torch.manual_seed(1)
    one = SampleRNN(config, seed=7).state_dict()
    torch.manual_seed(2)
    before = torch.get_rng_state()
    two = SampleRNN(config, seed=7).state_dict()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(one[name], two[name]) for name in one)
    other = SampleRNN(config, seed=8).state_dict()
    assert not torch.equal(one["mlp.l2.weight"], other["mlp.l2.weight"])


def test_first_values_are_those_of_the_authors_code() -> None:
    net = SampleRNN(preset("small", "seq"))
    named = dict(net.named_parameters())
    # uniform of variance v ends at sqrt(3 v): He 2/inputs, LeCun 1/inputs
    for name, variance in [
        ("coarse.expand.weight", 2 / 16),
        ("coarse.out.weight", 2 / 128),
        ("mlp.l1.weight", 2 / 256),
        ("mlp.l2.weight", 2 / 128),
        ("mlp.out.weight", 1 / 128),
        ("frame.gru.weight_ih_l0", 1 / 128),
        ("encoder.weight_ih_l0", 1 / 4096),
    ]:
        values = named[name].detach()
        assert values.abs().max().item() == pytest.approx(
            math.sqrt(3 * variance), rel=0.02
        )
        assert values.var().item() == pytest.approx(variance, rel=0.1)
    candidate = named["coarse.gru.weight_hh_l0"][256:].detach()
    assert (candidate @ candidate.T - torch.eye(128)).abs().max() < 1e-5
    assert named["mlp.emb.weight"].std().item() == pytest.approx(1, rel=0.05)
    for name in ("coarse.h0", "frame.h0", "mlp.l2.bias", "encoder.bias_hh_l0"):
        assert named[name].abs().max() == 0


def test_weight_norm_changes_nothing_at_first_and_scales_by_the_gain() -> None:
    layer = SampleRNN(preset("ci", "frame")).mlp.l3
    assert layer.gain is not None
    assert (layer.matrix() - layer.weight).abs().max() < 1e-6
    with torch.no_grad():
        layer.weight.mul_(3)
        layer.gain.fill_(2)
    assert torch.allclose(layer.matrix().norm(dim=1), torch.full((32,), 2.0))
