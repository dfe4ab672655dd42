"""The sample tier and its loss in one pass, a part of the samples after the other.

Whole, the logits of a step fill memory many times over: forward, as probabilities, as
their gradient. Here every part goes through the tier, is compared with what was to be
predicted and sent back through the tier while it lies in the processor's cache; what
the parts say to the weights adds up. Gradients are those of the sum over samples, so
that the way back only scales them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from generation.nets.products import Repeated, times
from generation.quantize import LEVELS

PART, WIDE = 2048, 8
"""Samples of a part, at least: the second times the width, if that is more.

Sums over parts read and write whole matrices, which wide ones must be worth.
"""


class Head(NamedTuple):
    """The sample tier, its linear maps merged as far as no ReLU lies between.

    weight (times * D, D), bias (times * D,): from a frame step's state to each of the
    `times` samples below it; table (k * 256, D): what each level says at each of the k
    places of a window; third (D, D), out (256, D) and their biases.
    """

    weight: Tensor
    bias: Tensor
    table: Tensor
    third: Tensor
    third_bias: Tensor
    out: Tensor
    out_bias: Tensor


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read and what is to be predicted, in samples' order.

    rows: (N, k) int64, each window's rows of the table; targets: (N,) int64 in
    [0, 255]; mask: (N,), true where a sample counts, or None where all do.
    """

    rows: Tensor
    targets: Tensor
    mask: Tensor | None

    def part(self, first: int, last: int) -> "Asked":
        """Return those of samples first ... last - 1."""
        mask = None if self.mask is None else self.mask[first:last]
        return Asked(self.rows[first:last], self.targets[first:last], mask)


def score(head: Head, states: Tensor, asked: Asked) -> Tensor:
    """Return the nats summed over samples, (), float32 for half precision.

    states: (N / times, D), of the frame tier. Differentiable once; not for CUDA.
    """
    learns = torch.is_grad_enabled()
    total: Tensor = _Scored.apply(states, asked, learns, *head)  # type: ignore[no-untyped-call]
    return total


def nats_each(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the nats of each sample (...), of logits (..., 256) and targets (...)."""
    flat = _raised(logits).reshape(-1, LEVELS)  # (samples, 256)
    losses = functional.cross_entropy(flat, targets.reshape(-1), reduction="none")
    return losses.view(targets.shape)


def summed_nats(logits: Tensor, targets: Tensor, mask: Tensor | None) -> Tensor:
    """Return their sum, (), over where mask (...) is true or over all."""
    each = nats_each(logits, targets)
    return each.sum() if mask is None else torch.where(mask, each, 0).sum()


class _Scored(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, states: Tensor, asked: Asked, learns: bool, *head: Tensor
    ) -> Tensor:
        """Return the total, saving the gradients of everything."""
        dtype = head[0].dtype  # half of it under autocast
        cast = Head(*(each.to(dtype) for each in head))
        with torch.autocast("cpu", enabled=False):
            run = _Run(cast, states.to(dtype), learns=learns)
            total = run.total(asked)
            if learns:
                ctx.types = [each.dtype for each in (states, *head)]
                ctx.save_for_backward(run.to_states, *run.sums)
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *found: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of states and of each part of the head."""
        scaled = [
            (each * found[0]).to(dtype)
            for each, dtype in zip(ctx.saved_tensors, ctx.types, strict=True)
        ]
        return scaled[0], None, None, *scaled[1:]


class _Run:
    """One pass over all samples; `sums` and `to_states` are gradients of the total."""

    def __init__(self, head: Head, states: Tensor, *, learns: bool) -> None:
        self._head, self._states, self._learns = head, states, learns
        self._times = len(head.weight) // states.shape[1]
        self._steps = max(PART, WIDE * states.shape[1]) // self._times
        steps = min(self._steps, len(states))
        samples = steps * self._times
        self._tell = Repeated(head.weight, head.bias, steps)
        self._third = Repeated(head.third, head.third_bias, samples)
        self._out = Repeated(head.out, head.out_bias, samples)
        self.sums: list[Tensor] = []
        if learns:
            self.to_states = torch.empty_like(states)
            self._from_out = Repeated(head.out.T, None, samples)
            self._from_third = Repeated(head.third.T, None, samples)
            self._untell = Repeated(head.weight.T, None, steps)

    def total(self, asked: Asked) -> Tensor:
        """Return the nats summed over samples, ()."""
        parts = [self._part(*each) for each in self._parts(asked)]
        return torch.stack(parts).sum()

    def _parts(self, asked: Asked) -> Iterator[tuple[slice, Asked]]:
        for first in range(0, len(self._states), self._steps):
            steps = slice(first, min(first + self._steps, len(self._states)))
            yield steps, asked.part(first * self._times, steps.stop * self._times)

    def _part(self, steps: slice, asked: Asked) -> Tensor:
        states = self._states[steps]
        dim = states.shape[1]
        second = self._tell(states).view(-1, dim)  # (n, D)
        second += functional.embedding_bag(asked.rows, self._head.table, mode="sum")
        second.relu_()
        third = self._third(second).relu_()
        logits = self._out(third)
        nats, slopes = _compared(logits, asked)
        if self._learns:
            slopes = slopes.to(states.dtype)
            back = _stopped(self._from_out(slopes), third)  # to what l3 made
            ahead = _stopped(self._from_third(back), second)  # (n, D)
            told = ahead.view(len(states), -1)  # (n / times, times * D)
            self.to_states[steps] = self._untell(told)
            self._add(
                times(told.T, states.T),
                told.sum(dim=0),
                _gathered(ahead, asked.rows, len(self._head.table)),
                times(back.T, second.T),
                back.sum(dim=0),
                times(slopes.T, third.T),
                slopes.sum(dim=0),
            )
        return nats

    def _add(self, *parts: Tensor) -> None:
        """Add to the sums, in float32 where parts are halves."""
        if not self.sums:
            self.sums = [_raised(part) for part in parts]
            return
        for whole, part in zip(self.sums, parts, strict=True):
            whole.add_(part)


def _compared(logits: Tensor, asked: Asked) -> tuple[Tensor, Tensor]:
    """Return the nats of samples, summed, and their slopes by logits (n, 256).

    The sum of exponentials follows from the likeliest level, whose probability is at
    least 1/256: log p of any other may be that of 0.
    """
    logits = _raised(logits)
    odds = logits.softmax(dim=1)  # (n, 256)
    targets = asked.targets[:, None]
    each = logits.amax(dim=1) - odds.amax(dim=1).log()
    each -= logits.gather(1, targets)[:, 0]
    odds.scatter_add_(1, targets, odds.new_full((1, 1), -1.0).expand(len(odds), 1))
    if asked.mask is not None:
        each = each.masked_fill(~asked.mask, 0)
        odds.masked_fill_(~asked.mask[:, None], 0)
    return each.sum(), odds


def _stopped(slopes: Tensor, after: Tensor) -> Tensor:
    """Return slopes (n, D), 0 where the ReLU whose results are `after` was 0."""
    stopped: Tensor = torch.ops.aten.threshold_backward.grad_input(
        slopes, after, 0, grad_input=slopes
    )
    return stopped


def _gathered(slopes: Tensor, rows: Tensor, count: int) -> Tensor:
    """Return (count, D): for each row of a table the sum of slopes of who read it.

    slopes: (n, D); rows: (n, k). Sorted by row, those are bags of samples.
    """
    flat = rows.flatten()  # (nk,)
    # numpy sorts by radix what has 16 bits, ten times as fast as torch sorts int64
    keys = flat.numpy().astype(np.uint16 if count <= 2**16 else np.int64)
    order = torch.from_numpy(np.argsort(keys, kind="stable")) // rows.shape[1]
    ends = torch.bincount(flat, minlength=count).cumsum(dim=0)
    starts = functional.pad(ends[:-1], (1, 0))
    return functional.embedding_bag(order, slopes, starts, mode="sum")


def _raised(values: Tensor) -> Tensor:
    return values.float() if values.dtype in (torch.bfloat16, torch.float16) else values
