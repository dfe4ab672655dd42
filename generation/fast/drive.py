"""From features to levels, whatever computes the samples: one video frame at a time.

Clips run side by side, the longest first; one that ends drops out of the batch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Protocol

import torch
from torch import Tensor

from generation.fast.fold import Folded
from generation.fast.sight import Sight, begin
from generation.nets import State, checked_lengths
from generation.quantize import ZERO

Uniforms = Tensor | Callable[[int, int], Tensor]
"""(B, N) in [0, 1), or a function of (start, count) that returns (B, count)."""

Progress = Callable[[int, int], None]
"""Told how many samples are made, over all clips, and how many there will be."""

Waits = Callable[[str], object]
"""Told, in a few words, why the next samples are long in coming."""

COLDEST = 1e-6
"""The lowest temperature: the likeliest level is certain; below, sums overflow."""


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

Delay = Callable[[Folded, int], str | None]
"""Says why the next video frame of so many clips is long in coming, or None."""


def _none(_folded: Folded, _count: int) -> str | None:
    return None


class Engine(Protocol):
    """A way to compute samples; all give the same ones but for rounding."""

    @property
    def name(self) -> str:
        """What to ask `choose_engine` for."""

    def generate(  # noqa: PLR0913 - a net, its clips, and who watches
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Uniforms,
        temperature: float = 1.0,
        progress: Progress | None = None,
        waits: Waits | None = None,
    ) -> Tensor:
        """Return levels (B, N) uint8, exactly N = samples of m frames; 128 past a clip.

        features: (B, m, F), or (B, m, H, W, C) with attention; lengths: (B,) frames, m
        unless given; temperature, from 1e-6, divides the logits; `waits` is told before
        a wait that `progress` would not show. Raises ValueError for shapes, lengths or
        a temperature out of range.
        """


@dataclass(frozen=True, slots=True)
class Driven:
    """The engine that one kind of runner makes."""

    name: str
    start: Start
    delay: Delay = _none

    @torch.inference_mode()
    def generate(  # noqa: PLR0913 - a net, its clips, and who watches
        self,
        folded: Folded,
        features: Tensor,
        lengths: Tensor | None = None,
        *,
        uniforms: Uniforms,
        temperature: float = 1.0,
        progress: Progress | None = None,
        waits: Waits | None = None,
    ) -> Tensor:
        """Return levels (B, N) uint8, see Engine.generate."""
        if not COLDEST <= temperature < inf:
            message = f"a temperature is a number from {COLDEST}"
            raise ValueError(f"{message}, not {temperature}")
        batch, frames = features.shape[:2]
        counts = _counts(lengths, batch, frames)
        size = folded.config.frame_samples
        draws = _draws(uniforms, batch, frames * size)
        order = counts.argsort(descending=True, stable=True)
        counts = counts[order]
        clips = [
            features[row, :own].to(folded.device)
            for row, own in zip(order.tolist(), counts.tolist(), strict=True)
        ]
        sight = Sight(folded, clips)
        runner = self.start(folded, begin(folded, clips), temperature)
        made = torch.full((batch, frames * size), ZERO, dtype=torch.uint8)
        done, total = 0, int(counts.sum()) * size
        chances = draws(0, size)[order]
        for frame in range(int(counts[0])):
            active = int((counts > frame).sum())
            if waits is not None and (why := self.delay(folded, active)):
                waits(why)
            seen = sight(frame, active, runner.coarse)
            drawn = runner.frame(seen, chances[:active].to(folded.device))
            start, end = frame * size, (frame + 1) * size
            if frame + 1 < int(counts[0]):
                # a GPU is at work now, and would wait for these numbers afterwards
                chances = draws(end, size)[order[:active]]
            made[order[:active], start:end] = drawn.cpu()
            done += active * size
            if progress is not None:
                progress(done, total)
        return made


def _counts(lengths: Tensor | None, batch: int, frames: int) -> Tensor:
    if batch < 1 or frames < 1:
        raise ValueError(f"{batch} clips of {frames} frames: there is nothing to make")
    return checked_lengths(lengths, batch, frames)


def _draws(uniforms: Uniforms, batch: int, count: int) -> Callable[[int, int], Tensor]:
    if not isinstance(uniforms, Tensor):
        return uniforms
    if uniforms.shape != (batch, count):
        message = f"uniforms are one a sample, ({batch}, {count})"
        raise ValueError(f"{message}, not {tuple(uniforms.shape)}")
    held = uniforms.cpu()
    return lambda start, size: held[:, start : start + size]
