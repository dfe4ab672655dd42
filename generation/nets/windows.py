"""Training on windows with the coarse tier whole, so that its first state learns.

Seq and Flow hear of the video only through the coarse tier's first state. Truncated
in chunks, the encoder would get its gradient from the first of 156; here the coarse
tier runs over the whole clip in one graph, the finer tiers over a few windows.
"""

import torch
from torch import Tensor

from generation.nets.config import NetConfig
from generation.nets.samplernn import SampleRNN

BURN_IN = 64
"""Steps of the frame tier before a window, to have its state; without gradient."""

GRID = 256
"""Windows start at multiples of so many samples, or of more where a net asks it."""


def burn_in_of(config: NetConfig) -> int:
    """Return the least burn-in from `BURN_IN` steps whose samples fill coarse steps."""
    return -(-BURN_IN // config.ratio) * config.ratio


def grid_of(config: NetConfig) -> int:
    """Return where windows of a net may start: from its burn-in on, at coarse steps."""
    least = max(GRID, burn_in_of(config) * config.fs2)
    return -(-least // config.fs3) * config.fs3


def draw_windows(
    lengths: Tensor,
    windows: int,
    generator: torch.Generator,
    config: NetConfig | None = None,
    *,
    length: int = 1024,
    each: int = 1024,
) -> Tensor:
    """Return where windows start, (B, windows) int64, in samples, within each clip.

    lengths: (B,), frames of `each` samples. Starts are multiples of `GRID`, or of what
    a net with `config` asks for, drawn with replacement, every place alike. Raises
    ValueError for a clip shorter than `length`.
    """
    grid = GRID if config is None else grid_of(config)
    places = (lengths.cpu() * each - length) // grid + 1
    if places.min() < 1:
        raise ValueError(f"a clip is shorter than a window of {length} samples")
    shares = torch.rand(len(lengths), windows, generator=generator, dtype=torch.float64)
    return ((shares * places[:, None]).long() * grid).to(lengths.device)


def window_targets(
    net: SampleRNN, tokens: Tensor, starts: Tensor, *, length: int = 1024
) -> Tensor:
    """Return the levels in windows, (B, W, length), of tokens (B, fs3 + N)."""
    return _cut(tokens[:, net.config.fs3 :], starts, length)


def coarse_full(  # noqa: PLR0913 - the clips, and what is looked at in them
    net: SampleRNN,
    tokens: Tensor,
    features: Tensor,
    starts: Tensor,
    *,
    lengths: Tensor | None = None,
    length: int = 1024,
    burn_in: int | None = None,
    heard: Tensor | None = None,
) -> Tensor:
    """Return the logits of windows, (B, W, length, 256).

    tokens: (B, fs3 + N); features: (B, m, F); starts: (B, W) int64, the windows' first
    samples: 0 (the frame tier starts from its learned state: exact) or `burn_in` steps
    in or later (None: `burn_in_of` the net), multiples of fs3; lengths: (B,), frames;
    heard: what the coarse and the frame tier read in place of tokens, as large.
    Gradients reach the encoder and every coarse step before a window. Raises ValueError
    for windows misplaced.
    """
    parts, below = _looked_at(
        net,
        tokens,
        features,
        starts,
        lengths=lengths,
        length=length,
        burn_in=burn_in,
        heard=heard,
    )
    logits: Tensor = net.mlp(parts, below, net.frame.out)  # (BW, n, 256)
    return logits.view(*starts.shape, length, -1)


def score_windows(  # noqa: PLR0913 - the clips, and what is looked at in them
    net: SampleRNN,
    tokens: Tensor,
    features: Tensor,
    starts: Tensor,
    *,
    lengths: Tensor | None = None,
    length: int = 1024,
    burn_in: int | None = None,
    heard: Tensor | None = None,
) -> Tensor:
    """Return the nats of predicting windows, summed, (): see `SampleRNN.score`.

    Takes and raises what `coarse_full` does.
    """
    parts, below = _looked_at(
        net,
        tokens,
        features,
        starts,
        lengths=lengths,
        length=length,
        burn_in=burn_in,
        heard=heard,
    )
    targets = window_targets(net, tokens, starts, length=length).flatten(0, 1)
    total: Tensor = net.mlp.score(parts, below, net.frame.out, targets)
    return total


def _looked_at(  # noqa: PLR0913 - the clips, and what is looked at in them
    net: SampleRNN,
    tokens: Tensor,
    features: Tensor,
    starts: Tensor,
    *,
    lengths: Tensor | None,
    length: int,
    burn_in: int | None,
    heard: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Return what the samples of windows read, (BW, k - 1 + n), and (BW, S, D)."""
    config = net.config
    burn_in = burn_in_of(config) if burn_in is None else burn_in
    before = burn_in * config.fs2
    total = tokens.shape[1] - config.fs3
    _check_starts(starts, config.fs3, before, total - length)
    if length % config.fs3 or before % config.fs3:
        raise ValueError(f"{length} and {before} samples must be multiples of fs3")
    state = net.begin(features, lengths)
    shown = net.checked_features(total, features)
    above = tokens if heard is None else heard
    states, _, _ = net.coarse(net.read_coarse(above), state.coarse, shown)
    batch, count = starts.shape
    learned = net.frame.h0.expand(batch * count, -1)  # (BW, D)
    first = (starts == 0).flatten()[:, None]  # (BW, 1)
    warm = learned.detach()
    if burn_in and bool((starts > 0).any()):
        with torch.no_grad():
            warm = _below(
                net, above, states, (starts - before).clamp(min=0), before, warm
            )[1]
    hidden = torch.where(first, learned, warm.to(learned.dtype))
    below, _ = _below(net, above, states, starts, length, hidden)
    read = net.read_sample(tokens)
    parts = _cut(read, starts, length + config.k - 1).flatten(0, 1)  # (BW, k - 1 + n)
    return parts, below


def _below(
    net: SampleRNN,
    tokens: Tensor,
    states: Tensor,
    starts: Tensor,
    length: int,
    hidden: Tensor,
) -> tuple[Tensor, Tensor]:
    """Run the frame tier over windows: (BW, length / fs2, D) and (BW, D)."""
    fs3, fs2 = net.config.fs3, net.config.fs2
    above = _cut(states, starts // fs3, length // fs3).flatten(0, 1)  # (BW, J, D)
    steps = _cut(net.read_frame(tokens), starts // fs2, length // fs2).flatten(0, 1)
    below: tuple[Tensor, Tensor] = net.frame(steps, net.coarse.lift(above), hidden)
    return below


def _cut(series: Tensor, starts: Tensor, length: int) -> Tensor:
    """Return (B, W, length, ...) of (B, S, ...) from each of starts (B, W)."""
    places = starts[:, :, None] + torch.arange(length, device=series.device)
    rows = torch.arange(len(series), device=series.device)[:, None, None]
    return series[rows, places]


def _check_starts(starts: Tensor, step: int, before: int, last: int) -> None:
    placed = (starts == 0) | (starts >= before)
    if not bool((placed & (starts % step == 0) & (starts <= last)).all()):
        message = (
            f"windows start at 0 or from {before} to {last}, at multiples of {step}"
        )
        raise ValueError(f"{message}, not at {starts.tolist()}")
