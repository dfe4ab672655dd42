"""The three tiers: coarse steps, frame steps, samples.

Every tier works on whole sequences. What depends on parameters alone (normalised
matrices, products of neighbouring matrices) is computed once a call, never per sample,
and gradients flow through it as through anything else.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.nets.attention import Attention
from generation.nets.config import NetConfig
from generation.nets.gru import make_gru, run_expanded, run_gru
from generation.nets.linear import NormedLinear
from generation.nets.products import linear
from generation.nets.scoring import Asked, Head, score, summed_nats
from generation.quantize import LEVELS, ZERO


def scaled(tokens: Tensor, dtype: torch.dtype) -> Tensor:
    """Return levels 0..255 as the recurrent tiers read them: 2 (q/128 - 1), [-2, 2)."""
    return (tokens.to(dtype) / ZERO - 1) * 2


class CoarseTier(nn.Module):
    """A state every fs3 samples, and what it tells each of the frame steps below.

    The GRU has torch's two biases and no weight norm; the linear layers have it.
    """

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        dim, normed = config.dim, config.weight_norm
        self.expand = NormedLinear(config.fs3, dim, normed=normed)
        self.vis: NormedLinear | None = None
        self.attention: Attention | None = None
        if not config.has_encoder:
            self.vis = NormedLinear(
                config.feature_dim, dim, normed=normed, biased=False
            )
        if config.attention:
            self.attention = Attention(dim, config.feature_dim, normed=normed)
        self.gru = make_gru(dim, dim)
        self.out = NormedLinear(dim, config.ratio * dim, normed=normed)
        self.h0 = nn.Parameter(torch.empty(dim))

    def forward(
        self, steps: Tensor, hidden: Tensor, features: Tensor | None
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Return states (B, J, D), the last (B, D), and attention maps (B, m, H, W).

        steps: (B, J, fs3), the samples read by each step, scaled; hidden: (B, D) before
        the first; features: (B, m, F), one for every J/m steps in turn, or
        (B, m, H, W, C) with attention; not used by a tier that has no `vis`.
        """
        added = None
        if self.vis is not None and features is not None:
            if self.attention is not None:
                return self._attended(steps, hidden, features)
            added = self.vis(features)  # (B, m, D): once a video frame
        return *run_expanded(self.gru, self.expand, steps, hidden, added), None

    def lift(self, states: Tensor) -> Tensor:
        """Return what frame steps are told, (B, J * ratio, D), of states (B, J, D)."""
        batch, _, dim = states.shape
        lifted: Tensor = self.out(states)  # (B, J, ratio * D)
        return lifted.view(batch, -1, dim)  # (B, J * ratio, D)

    def _attended(
        self, steps: Tensor, hidden: Tensor, features: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Attend once a video frame, with the state that the frame begins with."""
        assert self.attention is not None
        assert self.vis is not None
        expanded = self.expand(steps)  # (B, J, D)
        each = steps.shape[1] // features.shape[1]
        states, maps = [], []
        for frame, part in enumerate(expanded.split(each, dim=1)):
            seen, where = self.attention(hidden, features[:, frame])
            inputs = part + self.vis(seen)[:, None]  # (B, J / m, D)
            run, hidden = run_gru(self.gru, inputs, hidden)
            states.append(run)
            maps.append(where)
        return torch.cat(states, dim=1), hidden, torch.stack(maps, dim=1)


class FrameTier(nn.Module):
    """A state every fs2 samples, and the layer that tells it to each of them."""

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        dim, normed = config.dim, config.weight_norm
        self.expand = NormedLinear(config.fs2, dim, normed=normed)
        self.gru = make_gru(dim, dim)
        self.out = NormedLinear(dim, config.fs2 * dim, normed=normed)
        self.h0 = nn.Parameter(torch.empty(dim))

    def forward(
        self, steps: Tensor, lifted: Tensor, hidden: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return states (B, S, D) and the last (B, D).

        steps: (B, S, fs2), the samples read by each step, scaled; lifted: (B, S, D)
        from the coarse tier; hidden: (B, D) before the first.
        """
        return run_gru(self.gru, self.expand(steps) + lifted, hidden)


class SampleTier(nn.Module):
    """The distribution of each sample, of the k before it and its frame step's state.

    Between `l1` and `l2` there is no ReLU, as in the authors' code, so the two and the
    frame tier's last layer are one linear map: long sequences use it merged.
    """

    def __init__(self, config: NetConfig) -> None:
        super().__init__()
        dim, normed = config.dim, config.weight_norm
        self.k = config.k
        # drawn by `initialise`; torch's own draw on `meta` would load its compiler
        self.emb: nn.Embedding = nn.Embedding.from_pretrained(  # type: ignore[no-untyped-call]
            torch.empty(LEVELS, config.embedding), freeze=False
        )
        self.l1 = NormedLinear(
            config.k * config.embedding, dim, normed=normed, biased=False
        )
        self.l2 = NormedLinear(dim, dim, normed=normed)
        self.l3 = NormedLinear(dim, dim, normed=normed)
        self.out = NormedLinear(dim, LEVELS, normed=normed)

    def forward(self, tokens: Tensor, states: Tensor, up: NormedLinear) -> Tensor:
        """Return logits (B, n, 256).

        tokens: (B, k - 1 + n), the window before each of n samples, sliding; states:
        (B, S, D) of the frame tier; up: its `out`, D -> (n / S) * D.
        """
        batch, _, dim = states.shape
        count = tokens.shape[1] - self.k + 1
        merged = batch * count > self.k * LEVELS + len(up.weight)
        if merged:
            mixing, weight, bias = self._merged(up)
        else:
            mixing, weight = self._mixing(), up.matrix()
            assert up.bias is not None
            bias = up.bias
        told = linear(states, weight, bias).view(-1, dim)  # (B * n, D)
        read = self._window(tokens, mixing, dense=tokens.is_cuda)
        hidden = read.view(-1, dim) + told
        if not merged:
            hidden = self.l2(hidden)
        logits: Tensor = self.out(self.l3(hidden.relu_()).relu_())
        return logits.view(batch, count, -1)

    def score(
        self,
        tokens: Tensor,
        states: Tensor,
        up: NormedLinear,
        targets: Tensor,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Return the nats of predicting targets (B, n), summed, ().

        The others as `forward` has them; mask: (B, n), true where a sample counts.
        """
        if tokens.is_cuda or not self.is_cheap_merged(targets.numel(), up):
            return summed_nats(self(tokens, states, up), targets, mask)
        mixing, weight, bias = self._merged(up)
        assert self.l3.bias is not None
        assert self.out.bias is not None
        head = Head(
            weight,
            bias,
            self._table(mixing),
            self.l3.matrix(),
            self.l3.bias,
            self.out.matrix(),
            self.out.bias,
        )
        wanted = None if mask is None else mask.flatten()
        asked = Asked(self._rows(tokens).flatten(0, 1), targets.flatten(), wanted)
        return score(head, states.flatten(0, 1), asked)  # (B * S, D)

    def is_cheap_merged(self, samples: int, up: NormedLinear) -> bool:
        """Whether so many samples are worth merging maps for, to score part by part.

        Half as many as `forward` asks: parts save as much again.
        """
        return 2 * samples >= self.k * LEVELS + len(up.weight)

    def _mixing(self) -> Tensor:
        """Return `l1` place by place, (k, E, D)."""
        dim = len(self.l1.weight)
        return self.l1.matrix().view(dim, self.k, -1).permute(1, 2, 0)

    def _merged(self, up: NormedLinear) -> tuple[Tensor, Tensor, Tensor]:
        """Return `l1`, (k, E, D), and `up`, (times * D, D) and (times * D,), with `l2`.

        Three maps in a row become two that are added.
        """
        assert up.bias is not None
        second = self.l2.matrix()
        dim = len(second)
        parts = up.matrix().view(-1, dim, dim)  # (times, D, D)
        weight = torch.cat([linear(second, part.mT) for part in parts])
        bias = linear(up.bias.view(-1, dim), second, self.l2.bias).flatten()
        return linear(self._mixing(), second), weight, bias

    def _table(self, mixing: Tensor) -> Tensor:
        """Return (k * 256, D): embedding and matrices (k, E, D) in one."""
        return (self.emb.weight @ mixing).flatten(0, 1)

    def _rows(self, tokens: Tensor) -> Tensor:
        """Return each window's rows of the table, (B, n, k) of (B, k - 1 + n)."""
        offsets = torch.arange(self.k, device=tokens.device) * LEVELS
        return tokens.unfold(1, self.k, 1) + offsets

    def _window(self, tokens: Tensor, mixing: Tensor, *, dense: bool) -> Tensor:
        """Return (B, n, D): each window's levels through their own of k matrices.

        `mixing` is (k, E, D). Dense multiplies every embedded level by every matrix;
        otherwise embedding and matrices become one table of k * 256 rows to sum from,
        cheaper wherever rows are gathered and scattered cheaply.
        """
        count = tokens.shape[1] - self.k + 1
        if dense:
            embedded = self.emb(tokens)  # (B, k - 1 + n, E)
            parts = [embedded[:, i : i + count] @ mixing[i] for i in range(self.k)]
            return torch.stack(parts).sum(dim=0)
        rows = self._rows(tokens).flatten(0, 1)  # (B * n, k)
        summed = functional.embedding_bag(rows, self._table(mixing), mode="sum")
        return summed.view(len(tokens), count, -1)
