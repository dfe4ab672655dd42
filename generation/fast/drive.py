"""From features to levels, whatever computes the samples: one video frame at a time.

Clips run side by side, the longest first; one that ends drops out of the batch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.fast.fold import Folded
from generation.nets import State
from generation.quantize import ZERO

Uniforms = Tensor | Callable[[int, int], Tensor]
"""(B, N) in [0, 1), or a function of (start, count) that returns (B, count)."""

Progress = Callable[[int, int], None]
"""Told how many samples are made, over all clips, and how many there will be."""


class Runner(Protocol):
    """Clips under way in one engine."""

    @property
    def coarse(self) -> Tensor:
        """The coarse states, (n or more, D)."""

    def frame(self, seen: Tensor, uniforms: Tensor) -> Tensor:
        """Return the samples of one video frame of the first n clips: (n, samples).

        seen: (n, 3D), what the frame tells the coarse gates, with their bias; uniforms:
        (n, samples). n never grows from call to call.
        """


Start = Callable[[Folded, State, float], Runner]
"""Makes a runner of a net, the states before the first sample and a temperature."""


class Engine(Protocol):
    """A way to compute samples; all give the same ones but for rounding."""

    @property
    def name(self) -> str:
        """What to ask `choose_engine` for."""

    def generate(
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Uniforms,
        temperature: float = 1.0,
        progress: Progress | None = None,
    ) -> Tensor:
        """Return levels (B, N) uint8, exactly N = samples of m frames; 128 past a clip.

        features: (B, m, F), or (B, m, C, H, W) with attention; lengths: (B,) frames, m
        unless given; temperature > 0 divides the logits. Raises ValueError for shapes,
        lengths or a temperature out of range.
        """


@dataclass(frozen=True, slots=True)
class Driven:
    """The engine that one kind of runner makes."""

    name: str
    start: Start

    @torch.inference_mode()
    def generate(
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Uniforms,
        temperature: float = 1.0,
        progress: Progress | None = None,
    ) -> Tensor:
        """Return levels (B, N) uint8, see Engine.generate."""
        if not temperature > 0:
            raise ValueError(f"a temperature is above 0, not {temperature}")
        batch, frames = features.shape[:2]
        counts = _counts(lengths, batch, frames)
        size = folded.config.frame_samples
        draws = _draws(uniforms, batch, frames * size)
        order = counts.argsort(descending=True, stable=True)
        shown = features.to(folded.device)[order.to(folded.device)]
        counts = counts[order]
        sight = Sight(folded, shown)
        runner = self.start(folded, begin(folded, shown, counts), temperature)
        made = torch.full((batch, frames * size), ZERO, dtype=torch.uint8)
        done, total = 0, int(counts.sum()) * size
        for frame in range(int(counts[0])):
            active = int((counts > frame).sum())
            chances = draws(frame * size, size)[order[:active]].to(folded.device)
            seen = sight(frame, active, runner.coarse)
            span = slice(frame * size, (frame + 1) * size)
            made[order[:active], span] = runner.frame(seen, chances).cpu()
            done += active * size
            if progress is not None:
                progress(done, total)
        return made


def begin(folded: Folded, features: Tensor, lengths: Tensor) -> State:
    """Return the states before the first sample, (B, D) each.

    features: (B, m, F) on the net's device; lengths: (B,), descending, on the CPU.
    """
    batch = len(features)
    coarse = folded.coarse.start.expand(batch, -1)  # (B, D)
    frame = folded.frame.start.expand(batch, -1)
    if folded.encoder is None:
        return State(coarse, frame)
    packed = nn.utils.rnn.pack_padded_sequence(
        features.to(coarse.dtype), lengths, batch_first=True
    )
    _, last = torch.gru(
        packed.data,
        packed.batch_sizes,
        coarse[None].contiguous(),
        folded.encoder,
        has_biases=True,
        num_layers=1,
        dropout=0.0,
        train=False,
        bidirectional=False,
    )
    return State(last[0], frame)


class Sight:
    """What each video frame tells the coarse gates, (n, 3D), their bias included."""

    def __init__(self, folded: Folded, features: Tensor) -> None:
        self._folded = folded
        self._features = features
        self._seen: Tensor | None = None
        if folded.vis is not None and folded.query is None:
            told = features.to(folded.vis.dtype)  # (B, m, F)
            # smaller than the features are: 3D < F
            self._seen = functional.linear(told, folded.vis, folded.coarse_bias)

    def __call__(self, frame: int, active: int, states: Tensor) -> Tensor:
        """Return it for the first n = `active` clips; states: (n or more, D)."""
        folded = self._folded
        if self._seen is not None:
            return self._seen[:active, frame]
        if folded.query is None or folded.vis is None:
            return folded.coarse_bias.expand(active, -1)
        shown = self._features[:active, frame].to(folded.vis.dtype)
        places = shown.flatten(2)  # (n, C, HW)
        question = states[:active] @ folded.query.T / places.shape[1] ** 0.5  # (n, C)
        weights = torch.einsum("nc,ncp->np", question, places).softmax(dim=1)
        seen = torch.einsum("np,ncp->nc", weights, places)
        return functional.linear(seen, folded.vis, folded.coarse_bias)


def _counts(lengths: Tensor | None, batch: int, frames: int) -> Tensor:
    if batch < 1 or frames < 1:
        raise ValueError(f"{batch} clips of {frames} frames: there is nothing to make")
    if lengths is None:
        return torch.full((batch,), frames)
    counts = lengths.cpu()
    if counts.shape != (batch,) or counts.min() < 1 or counts.max() > frames:
        message = f"lengths are {batch} numbers from 1 to {frames}"
        raise ValueError(f"{message}, not {counts.tolist()}")
    return counts


def _draws(uniforms: Uniforms, batch: int, count: int) -> Callable[[int, int], Tensor]:
    if not isinstance(uniforms, Tensor):
        return uniforms
    if uniforms.shape != (batch, count):
        message = f"uniforms are one a sample, ({batch}, {count})"
        raise ValueError(f"{message}, not {tuple(uniforms.shape)}")
    held = uniforms.cpu()
    return lambda start, size: held[:, start : start + size]
