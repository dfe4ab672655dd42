"""The nets as layers of convolutions, which is how public code computes them.

SampleRNN's public PyTorch code (deepsound-project/samplernn-pytorch: model.py, nn.py)
makes every layer but the GRUs a convolution over channels first, upsamples by
transposed convolutions, and normalises weights anew whenever a layer is called. So do
these, on a net's own values, to hold the fast ways against; nothing is slower than
there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.nets.linear import NormedLinear
from generation.nets.samplernn import SampleRNN

# what torch.nn.utils.weight_norm calls before each use of a layer; w / |w| along all
# other dimensions, times the gain
_normed = torch._weight_norm  # noqa: SLF001 - the same kernel, without its modules


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution with weights (out, in, width), gain (out, 1, 1), bias (out,)."""

    weight: Tensor
    gain: Tensor | None
    bias: Tensor | None

    def __call__(self, series: Tensor) -> Tensor:
        """Return (B, out, S - width + 1) of (B, in, S)."""
        kernel = self.weight
        if self.gain is not None:
            kernel = _normed(kernel, self.gain, 0)
        return functional.conv1d(series, kernel, self.bias)


@dataclass(frozen=True, slots=True)
class Upsampling:
    """A transposed convolution: weights (in, out * times), gain (1, out * times).

    The bias is (out, times): another for each of the times.
    """

    weight: Tensor
    gain: Tensor | None
    bias: Tensor

    def __call__(self, series: Tensor) -> Tensor:
        """Return (B, out, S * times) of (B, in, S)."""
        kernel, (out, times) = self.weight, self.bias.shape
        if self.gain is not None:
            kernel = _normed(kernel, self.gain, 1)
        kernel = kernel.view(-1, out, times)
        batch, _, steps = series.shape
        bias = self.bias[None, :, None].expand(batch, out, steps, times)
        wide = functional.conv_transpose1d(series, kernel, stride=times)
        return wide + bias.reshape(batch, out, steps * times)


Layer = Convolution | Upsampling


class Layers:
    """A net's layers, its values laid out for convolutions once.

    Gradients reach the net's parameters; those of layers `apart` are leaves of their
    own, to be trained as public code trains them (`parameters`).
    """

    def __init__(self, net: SampleRNN, *, apart: bool = False) -> None:
        config = net.config
        self._net = net
        self._made: list[Layer] = []

        def kept(layer: Layer) -> Layer:
            made = _apart(layer) if apart else layer
            self._made.append(made)
            return made

        coarse, frame, mlp = net.coarse, net.frame, net.mlp
        self.coarse_expand = kept(_convolution(coarse.expand))
        self.vis = None if coarse.vis is None else kept(_convolution(coarse.vis))
        self.coarse_out = kept(_upsampling(coarse.out, config.ratio))
        self.frame_expand = kept(_convolution(frame.expand))
        self.frame_out = kept(_upsampling(frame.out, config.fs2))
        self.l1 = kept(_convolution(mlp.l1, config.k))
        self.l2 = kept(_convolution(mlp.l2))
        self.l3 = kept(_convolution(mlp.l3))
        self.out = kept(_convolution(mlp.out))
        self.emb = mlp.emb

    def parameters(self) -> Iterator[Tensor]:
        """Yield what layers that are `apart` train: their own and the net's others."""
        for layer in self._made:
            values = (layer.weight, layer.gain, layer.bias)
            yield from (value for value in values if value is not None)
        for name, value in self._net.named_parameters():
            if "gru" in name or "h0" in name or "emb" in name:
                yield value

    def predict(self, embedded: Tensor, told: Tensor) -> Tensor:
        """Return logits (B, 256, n) of (B, E, k - 1 + n) and (B, D, n)."""
        hidden = torch.relu(self.l2(self.l1(embedded) + told))
        return self.out(torch.relu(self.l3(hidden)))

    def logits(
        self, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
    ) -> Tensor:
        """Return (B, N, 256), teacher-forced; not for nets with attention.

        tokens, features, lengths: as SampleRNN.forward has them.
        """
        net, config = self._net, self._net.config
        state = net.begin(features, lengths)
        inputs = self.coarse_expand(net.read_coarse(tokens).mT)  # (B, D, J)
        if self.vis is not None:
            each = config.frame_samples // config.fs3
            seen = self.vis(features.to(inputs.dtype).mT)  # (B, D, m)
            inputs = inputs + seen.repeat_interleave(each, dim=2)
        states, _ = run(net.coarse.gru, inputs, state.coarse)
        inputs = self.frame_expand(net.read_frame(tokens).mT)  # (B, D, S)
        inputs = inputs + self.coarse_out(states)
        states, _ = run(net.frame.gru, inputs, state.frame)
        embedded = self.emb(net.read_sample(tokens)).mT  # (B, E, k - 1 + N)
        return self.predict(embedded, self.frame_out(states)).mT


def layered_logits(
    net: SampleRNN, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
) -> Tensor:
    """Return (B, N, 256) as `Layers.logits`; gradients reach the net's parameters."""
    return Layers(net).logits(tokens, features, lengths)


def run(gru: nn.GRU, inputs: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Return states (B, D, S) and the last (B, D) of inputs (B, D, S)."""
    states, last = gru(inputs.mT, hidden[None].contiguous())
    return states.mT, last[0]


def _convolution(layer: NormedLinear, width: int = 1) -> Convolution:
    """A layer whose inputs are `width` vectors side by side, oldest first."""
    outputs = len(layer.weight)
    weight = layer.weight.view(outputs, width, -1).mT.contiguous()  # (O, I, width)
    gain = None if layer.gain is None else layer.gain.view(-1, 1, 1)
    return Convolution(weight, gain, layer.bias)


def _upsampling(layer: NormedLinear, times: int) -> Upsampling:
    """A layer D -> times * D, the outputs of the first time first."""
    assert layer.bias is not None
    dim = layer.weight.shape[1]

    def turned(values: Tensor) -> Tensor:  # (times * D, ...) to (..., D * times)
        return values.view(times, dim, -1).permute(2, 1, 0).reshape(-1, dim * times)

    gain = None if layer.gain is None else turned(layer.gain)
    bias = turned(layer.bias).view(dim, times)
    return Upsampling(turned(layer.weight), gain, bias)


def _apart(layer: Layer) -> Layer:
    def leaf(value: Tensor) -> Tensor:
        return value.detach().clone().requires_grad_()

    gain = None if layer.gain is None else leaf(layer.gain)
    if isinstance(layer, Upsampling):
        return Upsampling(leaf(layer.weight), gain, leaf(layer.bias))
    bias = None if layer.bias is None else leaf(layer.bias)
    return Convolution(leaf(layer.weight), gain, bias)
