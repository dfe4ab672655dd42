"""Whole sequences, chunks and single samples give one and the same prediction."""

import pytest
import torch

from generation.nets import layered_logits, naive_logits
from generation.nets.config import Method
from tests.generation.nets.small import FRAME, METHOD_NAMES, clips, net_of

TIGHT = 1e-12


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_a_whole_clip_is_predicted_as_sample_by_sample(method: Method) -> None:
    net = net_of(method)
    tokens, features = clips(net)
    lengths = torch.tensor([3, 1, 2])
    whole = net(tokens, features, lengths)
    assert whole.shape == (3, 3 * FRAME, 256)
    assert whole.std() > 0.1
    single = naive_logits(net, tokens, features, lengths)
    assert (whole - single).abs().max() < TIGHT


@pytest.mark.parametrize(
    "sizes",
    [
        {"k": 1},
        {"k": 7},
        {"fs3": 8, "fs2": 2},
        {"fs3": 8, "fs2": 8},
        {"weight_norm": False},
    ],
)
def test_other_sizes_are_predicted_as_sample_by_sample(sizes: dict[str, int]) -> None:
    net = net_of("frame", **sizes)
    tokens, features = clips(net, frames=2)
    single = naive_logits(net, tokens, features)
    assert (net(tokens, features) - single).abs().max() < TIGHT


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("batch", [1, 12])
def test_layers_are_merged_or_not_with_one_result(method: Method, batch: int) -> None:
    net = net_of(method)
    tokens, features = clips(net, batch=batch)
    # 4 * 256 rows of the table and 4 * 12 of the frame tier's last layer
    assert (batch * 3 * FRAME > 4 * 256 + 4 * 12) == (batch == 12)
    plain = layered_logits(net, tokens, features)
    assert (net(tokens, features) - plain).abs().max() < TIGHT


@pytest.mark.parametrize("method", METHOD_NAMES)
@pytest.mark.parametrize("size", [16, 32, FRAME, 2 * FRAME])
def test_chunks_join_into_the_whole(method: Method, size: int) -> None:
    net = net_of(method)
    tokens, features = clips(net, frames=4)
    lengths = torch.tensor([4, 2, 3])
    state = net.begin(features, lengths)
    parts = []
    for start in range(0, 4 * FRAME, size):
        first = start // FRAME
        shown = features[:, first : first + max(size // FRAME, 1)]
        logits, state = net.chunk(tokens[:, start : start + 16 + size], state, shown)
        parts.append(logits)
        state = state.detach()
    whole = net(tokens, features, lengths)
    assert (torch.cat(parts, dim=1) - whole).abs().max() < TIGHT


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_nothing_is_predicted_from_itself_or_later(method: Method) -> None:
    net = net_of(method)
    tokens, features = clips(net, batch=1)
    whole = net(tokens, features)
    for sample in (0, 3, 4, 15, 16, 63, 64, 130):
        changed = tokens.clone()
        changed[:, 16 + sample :] = (changed[:, 16 + sample :] + 77) % 256
        moved = (net(changed, features) - whole).abs().amax(dim=(0, 2))
        assert moved[: sample + 1].max() < TIGHT
        assert moved[sample + 1] > 1e-6


def test_windows_of_samples_slide_by_one() -> None:
    # pitfall 5: every one of the k = 4 samples before moves the next prediction,
    # those further back only at the start of a frame step
    net = net_of("frame")
    tokens, features = clips(net, batch=1)
    whole = net(tokens, features)
    for sample in range(5, 8):
        for back in range(1, 5):
            changed = tokens.clone()
            changed[:, 16 + sample - back] = (changed[:, 16 + sample - back] + 9) % 256
            moved = (net(changed, features) - whole)[0, sample].abs().max()
            assert moved > 1e-4, (sample, back)


def test_dense_and_table_windows_are_the_same() -> None:
    net = net_of("frame")
    tokens, _ = clips(net)
    mixing = net.mlp.l1.matrix().view(12, 4, 6).permute(1, 2, 0)
    table = net.mlp._window(tokens, mixing, dense=False)
    assert (net.mlp._window(tokens, mixing, dense=True) - table).abs().max() < TIGHT
