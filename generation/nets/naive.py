"""The same nets computed the plain way, to hold the fast ways against.

What SampleRNN's public implementations do: one sample at a time, normalising weights,
embedding, convolving and upsampling anew each time (`naive_generate`, `naive_logits`);
and for training layer after layer as convolutions (`layered_logits`). Slow on purpose.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.nets.gru import weights_of
from generation.nets.linear import NormedLinear
from generation.nets.loss import draw
from generation.nets.samplernn import SampleRNN, State
from generation.nets.tiers import scaled
from generation.quantize import ZERO


@torch.no_grad()
def naive_generate(
    net: SampleRNN,
    features: Tensor,
    lengths: Tensor | None,
    uniforms: Tensor,
    *,
    temperature: float = 1.0,
) -> Tensor:
    """Return generated levels, (B, N) int64, 128 past a clip's length.

    features: (B, m, F); lengths: (B,), frames; uniforms: (B, N) in [0, 1), one for each
    sample: the inverse of the cumulative distribution makes a level of it (`draw`).
    """
    steps = _Steps(net, features, lengths)
    size, lead = net.config.frame_samples, net.config.fs3
    count = features.shape[1] * size
    tokens = torch.cat(
        [
            net.prompt(len(features)),
            uniforms.new_zeros(uniforms.shape, dtype=torch.int64),
        ],
        dim=1,
    )
    for sample in range(count):
        logits = steps.logits(tokens, sample)
        tokens[:, lead + sample] = draw(logits, uniforms[:, sample], temperature)
    made = tokens[:, lead:]
    if lengths is None:
        return made
    past = torch.arange(count, device=made.device) >= lengths[:, None] * size
    return made.masked_fill(past, ZERO)


def naive_logits(
    net: SampleRNN, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
) -> Tensor:
    """Return (B, N, 256), teacher-forced one sample at a time, as SampleRNN.forward."""
    steps = _Steps(net, features, lengths)
    count = tokens.shape[1] - net.config.fs3
    return torch.stack([steps.logits(tokens, t) for t in range(count)], dim=1)


class _Steps:
    """One net going along clips sample by sample."""

    def __init__(
        self, net: SampleRNN, features: Tensor, lengths: Tensor | None
    ) -> None:
        self._net = net
        self._features = features
        self._state = net.begin(features, lengths)
        self._lifted = features.new_empty(0)
        self._told = features.new_empty(0)

    def logits(self, tokens: Tensor, sample: int) -> Tensor:
        """Return (B, 256) of one sample; reads tokens (B, fs3 + N) before it only.

        Samples must come in order, from 0.
        """
        config, mlp = self._net.config, self._net.mlp
        if sample % config.fs3 == 0:
            self._coarse_step(tokens, sample)
        if sample % config.fs2 == 0:
            self._frame_step(tokens, sample)
        end = config.fs3 + sample
        window = mlp.emb(tokens[:, end - config.k : end])  # (B, k, E)
        kernel = mlp.l1.matrix().view(config.dim, config.k, -1).mT  # (D, E, k)
        mixed = functional.conv1d(window.mT, kernel)[:, :, 0]  # (B, D)
        hidden = torch.relu(mlp.l2(mixed + self._told[:, sample % config.fs2]))
        logits: Tensor = mlp.out(torch.relu(mlp.l3(hidden)))
        return logits

    def _coarse_step(self, tokens: Tensor, sample: int) -> None:
        config, tier = self._net.config, self._net.coarse
        hidden = self._state.coarse
        read = scaled(tokens[:, sample : sample + config.fs3], hidden.dtype)
        inputs = tier.expand(read)  # (B, D)
        if tier.vis is not None:
            inputs = inputs + tier.vis(self._seen(sample))
        hidden = _cell(tier.gru, inputs, hidden)
        self._state = State(hidden, self._state.frame)
        self._lifted = tier.out(hidden).view(-1, config.ratio, config.dim)

    def _seen(self, sample: int) -> Tensor:
        """The feature (B, F) of the frame in which the sample plays."""
        frame, within = divmod(sample, self._net.config.frame_samples)
        shown = self._features[:, frame].to(self._state.coarse.dtype)
        attention = self._net.coarse.attention
        if attention is None:
            return shown
        if within == 0:
            self._looked: Tensor = attention(self._state.coarse, shown)[0]
        return self._looked

    def _frame_step(self, tokens: Tensor, sample: int) -> None:
        config, tier = self._net.config, self._net.frame
        end = config.fs3 + sample
        read = scaled(tokens[:, end - config.fs2 : end], self._state.frame.dtype)
        above = self._lifted[:, sample % config.fs3 // config.fs2]  # (B, D)
        hidden = _cell(tier.gru, tier.expand(read) + above, self._state.frame)
        self._state = State(self._state.coarse, hidden)
        self._told = tier.out(hidden).view(-1, config.fs2, config.dim)


def layered_logits(
    net: SampleRNN, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
) -> Tensor:
    """Return (B, N, 256) layer by layer, channels first, as public code trains.

    The embedding of every level, a convolution over k of them, upsampling as transposed
    convolutions, the rest as convolutions of width 1. Not for nets with attention.
    """
    config, mlp = net.config, net.mlp
    state = net.begin(features, lengths)
    inputs = _wide(net.coarse.expand, net.read_coarse(tokens).mT)  # (B, D, J)
    if net.coarse.vis is not None:
        each = config.frame_samples // config.fs3
        seen = _wide(net.coarse.vis, features.to(inputs.dtype).mT)  # (B, D, m)
        inputs = inputs + seen.repeat_interleave(each, dim=2)
    states, _ = net.coarse.gru(inputs.mT, state.coarse[None].contiguous())
    inputs = _wide(net.frame.expand, net.read_frame(tokens).mT)  # (B, D, S)
    inputs = inputs + _upsampled(net.coarse.out, states.mT, config.ratio)
    states, _ = net.frame.gru(inputs.mT, state.frame[None].contiguous())
    told = _upsampled(net.frame.out, states.mT, config.fs2)  # (B, D, N)
    embedded = mlp.emb(net.read_sample(tokens)).mT  # (B, E, k - 1 + N)
    kernel = mlp.l1.matrix().view(config.dim, config.k, -1).mT  # (D, E, k)
    hidden = functional.conv1d(embedded, kernel) + told
    hidden = torch.relu(_wide(mlp.l2, hidden))
    hidden = torch.relu(_wide(mlp.l3, hidden))
    return _wide(mlp.out, hidden).mT


def _cell(gru: nn.GRU, inputs: Tensor, hidden: Tensor) -> Tensor:
    return torch.gru_cell(inputs, hidden, *weights_of(gru))


def _wide(layer: NormedLinear, series: Tensor) -> Tensor:
    """A linear layer as a convolution of width 1: (B, I, S) -> (B, O, S)."""
    matrix, bias = layer.matrix(), layer.bias
    return functional.conv1d(series, matrix[:, :, None], bias)


def _upsampled(layer: NormedLinear, series: Tensor, times: int) -> Tensor:
    """A layer D -> times * D as a transposed convolution: (B, D, S * times)."""
    assert layer.bias is not None
    dim = series.shape[1]
    kernel = layer.matrix().view(times, dim, dim).permute(2, 1, 0)  # (in, out, times)
    wide = functional.conv_transpose1d(series, kernel, stride=times)
    return wide + layer.bias.view(times, dim).T.repeat(1, series.shape[2])
