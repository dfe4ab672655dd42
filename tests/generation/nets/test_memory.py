"""What Seq and Flow read of the video outlives the first milliseconds of the sound."""

from dataclasses import replace

import pytest
import torch

from generation.nets import Method, SampleRNN, preset
from generation.train.config import TrainConfig, first_net, require_same

SAMPLES = 8 * 1024
"""512 coarse steps, half a second."""


def said_of_the_video(net: SampleRNN) -> float:
    """How strongly the last coarse steps depend on the features, by their gradient."""
    features = torch.randn(1, 8, 6, generator=torch.Generator().manual_seed(1))
    features.requires_grad_()
    tokens = torch.randint(
        256, (1, 16 + SAMPLES), generator=torch.Generator().manual_seed(2)
    )
    state = net.begin(features)
    states, _, _ = net.coarse(net.read_coarse(tokens), state.coarse, None)
    states[:, -16:].square().sum().backward()
    assert features.grad is not None
    return float(features.grad.norm())


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_a_long_memory_still_knows_the_video_when_a_plain_one_has_forgotten(
    method: Method,
) -> None:
    """A plain unit keeps half a step: 0.5^512 of a gradient is none at all."""
    config = preset("ci", method, 6)
    plain, long = (first_net(config, {"memory": each}) for each in ("plain", "long"))
    assert said_of_the_video(plain) < 1e-12
    assert said_of_the_video(long) > 1e-4


@pytest.mark.parametrize(
    ("method", "gru", "steps"),
    [("seq", "coarse.gru", 9984), ("flow", "encoder", 156), ("frame", "coarse.gru", 0)],
)
def test_update_gates_begin_between_one_step_and_a_whole_clip(
    method: Method, gru: str, steps: int
) -> None:
    """156 frames of ten seconds, 64 coarse steps each: spec, 9,984 steps."""
    net = first_net(preset("ci", method, 6), {"memory": "auto"})
    update = net.get_submodule(gru).get_parameter("bias_ih_l0")[32:64]
    times = update.exp()
    if not steps:
        assert (update == 0).all()
        return
    assert times.min() >= 1
    assert times.max() <= steps
    assert times.max() > steps**0.5  # log-uniform: half lie above


def test_all_else_begins_as_in_a_plain_net() -> None:
    config = preset("ci", "seq", 6)
    plain = SampleRNN(config, seed=4).state_dict()
    long = SampleRNN(config, seed=4, memory=156).state_dict()
    differing = [name for name in plain if not torch.equal(plain[name], long[name])]
    assert differing == ["coarse.gru.bias_ih_l0", "encoder.bias_ih_l0"]


def test_a_run_begun_before_there_was_memory_had_none() -> None:
    wanted = TrainConfig(method="seq")
    stored = wanted.as_dict()
    del stored["memory"]
    require_same(replace(wanted, memory="plain"), stored)
    with pytest.raises(ValueError, match="memory was 'plain', now 'long'"):
        require_same(wanted, stored)


def test_what_auto_means_is_the_same_setting() -> None:
    wanted = TrainConfig(method="seq")
    require_same(replace(wanted, memory="long"), wanted.as_dict())
