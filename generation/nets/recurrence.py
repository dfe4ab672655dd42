"""A GRU's recurrence with its backward pass written out.

Left to autograd, every step adds a matrix as large as the recurrent weights to their
gradient. Here the steps back carry the state's gradient only, and the weights' is one
product over all steps at the end.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from generation.nets.products import Repeated, times


class Recurrence(torch.autograd.Function):
    """States of a GRU, given what its inputs say to the gates. See `recur`."""

    @staticmethod
    def forward(
        ctx: Any, gates: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor
    ) -> Tensor:
        """Return states (S, B, D), saving what each step's gradient is made of."""
        steps, batch, width = gates.shape
        dim = width // 3
        states = gates.new_empty(steps + 1, batch, dim)
        states[0] = hidden
        heard = gates.new_empty(steps, batch, width)
        switches = gates.new_empty(steps, batch, 2 * dim)
        candidates = gates.new_empty(steps, batch, dim)
        recall = Repeated(weight, bias, batch)
        rows = zip(
            gates[..., : 2 * dim].unbind(),
            gates[..., 2 * dim :].unbind(),
            heard.unbind(),
            heard[..., : 2 * dim].unbind(),
            heard[..., 2 * dim :].unbind(),
            switches.unbind(),
            switches[..., :dim].unbind(),
            switches[..., dim:].unbind(),
            candidates.unbind(),
            states[:-1].unbind(),
            states[1:].unbind(),
            strict=True,
        )
        for (
            said,
            proposed,
            all_,
            to_switch,
            to_new,
            both,
            reset,
            keep,
            new,
            at,
            to,
        ) in rows:
            recall.into(all_, at)
            torch.add(said, to_switch, out=both).sigmoid_()
            torch.addcmul(proposed, reset, to_new, out=new).tanh_()
            torch.lerp(new, at, keep, out=to)
        ctx.save_for_backward(
            states, heard[..., 2 * dim :], switches, candidates, weight
        )
        return states[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *found: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the gradients of gates, hidden, weight and bias."""
        states, to_new, switches, new, weight = ctx.saved_tensors
        before = states[:-1]
        steps, batch, dim = new.shape
        reset, keep = switches.split(dim, dim=2)
        # the gradients of the three gates are these times that of the state
        by_new = (1 - keep) * (1 - new * new)
        by_reset = by_new * to_new * reset * (1 - reset)
        by_keep = (before - new) * keep * (1 - keep)
        factors = torch.stack([by_reset, by_keep, by_new * reset], dim=2)
        inward = torch.empty_like(new)
        recurrent = torch.empty_like(factors)  # (S, B, 3, D)
        carried = new.new_zeros(batch, dim)
        across = Repeated(weight.T, None, batch)
        rows = zip(
            found[0].unbind(),
            inward.unbind(),
            inward[:, :, None].unbind(),
            factors.unbind(),
            recurrent.unbind(),
            recurrent.view(steps, batch, -1).unbind(),
            keep.unbind(),
            strict=True,
        )
        for told, slopes, wide, by_gate, gates, flat, kept in reversed(list(rows)):
            torch.add(told, carried, out=slopes)
            torch.mul(wide, by_gate, out=gates)
            torch.mul(slopes, kept, out=carried)
            across.add_to(carried, flat)
        flat = recurrent.view(steps * batch, -1)  # (SB, 3D)
        for_weight = times(flat.T, before.reshape(steps * batch, dim).T)
        for_bias = flat.sum(dim=0)
        recurrent[:, :, 2] = inward * by_new
        return recurrent.view(steps, batch, -1), carried, for_weight, for_bias


def recur(gates: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return the states after each step, (S, B, D), of torch's GRU cell.

    gates: (S, B, 3D), what the inputs say to reset, update and candidate, their bias
    in; hidden: (B, D) before the first step; weight: (3D, D) and bias: (3D,), the
    recurrent ones; all of one type. Differentiable once.
    """
    states: Tensor = Recurrence.apply(gates, hidden, weight, bias)  # type: ignore[no-untyped-call]
    return states
