"""The video arrives where it should: at its own frame, or at the very first sample."""

import pytest
import torch

from generation.nets import State
from generation.nets.config import Method
from tests.generation.nets.small import FRAME, clips, net_of


def test_a_frame_is_heard_from_its_own_first_sample() -> None:
    # pitfall 7: features follow the samples predicted, not the ones read
    net = net_of("frame")
    tokens, features = clips(net, batch=1)
    whole = net(tokens, features)
    for frame in range(3):
        changed = features.clone()
        changed[:, frame] += 1
        moved = (net(tokens, changed) - whole).abs().amax(dim=(0, 2))
        assert moved[: frame * FRAME].sum() == 0
        assert moved[frame * FRAME] > 1e-6


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_every_frame_of_the_video_is_heard_in_the_first_sample(method: Method) -> None:
    net = net_of(method)  # pitfall 8
    tokens, features = clips(net, batch=1)
    first = net(tokens, features)[0, 0]
    for frame in range(3):
        changed = features.clone()
        changed[:, frame] += 1
        assert (net(tokens, changed)[0, 0] - first).abs().max() > 1e-6


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_the_encoder_ends_at_the_clips_own_last_frame(method: Method) -> None:
    net = net_of(method)
    _, features = clips(net)
    lengths = torch.tensor([3, 1, 2])
    padded = features.clone()
    for row, length in enumerate(lengths.tolist()):
        padded[row, length:] = float("nan")
    state = net.begin(padded, lengths)
    for row, length in enumerate(lengths.tolist()):
        alone = net.begin(features[row : row + 1, :length])
        assert (alone.coarse[0] - state.coarse[row]).abs().max() < 1e-12


def test_the_encoders_last_state_is_the_coarse_tiers_first() -> None:
    net = net_of("seq")
    _, features = clips(net)
    assert net.encoder is not None
    learned = net.coarse.h0.expand(1, 3, -1).contiguous()
    last = net.encoder(features, learned)[1][0]
    assert (net.begin(features).coarse - last).abs().max() < 1e-12


def test_frame_begins_with_what_it_learned() -> None:
    net = net_of("frame")
    _, features = clips(net)
    state = net.begin(features)
    assert torch.equal(state.coarse, net.coarse.h0.expand(3, -1))
    assert torch.equal(state.frame, net.frame.h0.expand(3, -1))


def test_a_detached_state_stops_gradients_and_keeps_values() -> None:
    net = net_of("seq")
    _, features = clips(net)
    state = net.begin(features)
    cut = state.detach()
    assert state.coarse.requires_grad
    assert not cut.coarse.requires_grad
    assert torch.equal(cut.coarse, state.coarse)
    assert isinstance(cut, State)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [([0, 1, 1], "from 1 to 3"), ([4, 1, 1], r"\[4, 1, 1\]"), ([1, 1], "3 numbers")],
)
def test_lengths_out_of_range_are_refused(lengths: list[int], message: str) -> None:
    net = net_of("seq")
    tokens, features = clips(net)
    with pytest.raises(ValueError, match=message):
        net(tokens, features, torch.tensor(lengths))


def test_features_that_do_not_fit_are_refused() -> None:
    net = net_of("frame")
    tokens, features = clips(net)
    state = net.begin(features)
    with pytest.raises(ValueError, match="belong to 3 features, not 2"):
        net.chunk(tokens, state, features[:, :2])
    with pytest.raises(ValueError, match="needs the features"):
        net.chunk(tokens, state)
    with pytest.raises(ValueError, match="no whole video frames"):
        net.chunk(tokens[:, : 16 + FRAME + 16], state, features[:, :1])
    with pytest.raises(ValueError, match="17 tokens are not 16 and a multiple"):
        net.chunk(tokens[:, :17], state, features[:, :1])
