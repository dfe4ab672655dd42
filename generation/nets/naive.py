"""The same nets computed the plain way, to hold the fast ways against.

What SampleRNN's public code does when it generates: one sample at a time, normalising
weights, embedding, convolving and upsampling anew each time, layer by layer on windows
one step long (`naive_generate`, `naive_logits`; the layers are those of `layers.py`).
"""

import torch
from torch import Tensor

from generation.nets.layers import Layers, run
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
    layers: Layers | None = None,
) -> Tensor:
    """Return generated levels, (B, N) int64, 128 past a clip's length.

    features: (B, m, F); lengths: (B,), frames; uniforms: (B, N) in [0, 1), one for each
    sample: the inverse of the cumulative distribution makes a level of it (`draw`);
    layers: the net's, if laid out before.
    """
    steps = _Steps(net, features, lengths, layers)
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
        self,
        net: SampleRNN,
        features: Tensor,
        lengths: Tensor | None,
        layers: Layers | None = None,
    ) -> None:
        self._net = net
        self._layers = layers or Layers(net)
        self._features = features
        self._state = net.begin(features, lengths)
        self._lifted = features.new_empty(0)  # (B, D, ratio)
        self._told = features.new_empty(0)  # (B, D, fs2)

    def logits(self, tokens: Tensor, sample: int) -> Tensor:
        """Return (B, 256) of one sample; reads tokens (B, fs3 + N) before it only.

        Samples must come in order, from 0.
        """
        config = self._net.config
        if sample % config.fs3 == 0:
            self._coarse_step(tokens, sample)
        if sample % config.fs2 == 0:
            self._frame_step(tokens, sample)
        end, place = config.fs3 + sample, sample % config.fs2
        window = self._layers.emb(tokens[:, end - config.k : end])  # (B, k, E)
        told = self._told[:, :, place : place + 1]  # (B, D, 1)
        return self._layers.predict(window.mT, told)[:, :, 0]

    def _coarse_step(self, tokens: Tensor, sample: int) -> None:
        config, layers = self._net.config, self._layers
        hidden = self._state.coarse
        read = scaled(tokens[:, sample : sample + config.fs3], hidden.dtype)
        inputs = layers.coarse_expand(read[:, :, None])  # (B, D, 1)
        if layers.vis is not None:
            inputs = inputs + layers.vis(self._seen(sample)[:, :, None])
        states, hidden = run(self._net.coarse.gru, inputs, hidden)
        self._state = State(hidden, self._state.frame)
        self._lifted = layers.coarse_out(states)

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
        config, layers = self._net.config, self._layers
        end, place = config.fs3 + sample, sample % config.fs3 // config.fs2
        read = scaled(tokens[:, end - config.fs2 : end], self._state.frame.dtype)
        inputs = layers.frame_expand(read[:, :, None])  # (B, D, 1)
        inputs = inputs + self._lifted[:, :, place : place + 1]
        states, hidden = run(self._net.frame.gru, inputs, self._state.frame)
        self._state = State(self._state.coarse, hidden)
        self._told = layers.frame_out(states)
