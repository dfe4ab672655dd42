"""In which order clips are seen, which share a batch, and where windows begin.

All of it follows from a seed and the clips' names or lengths, never from the order in
which they were listed.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_ORDER, _BATCHES, _WINDOWS = 1, 2, 3


def epoch_order(names: Sequence[str], *, seed: int, epoch: int) -> list[str]:
    """The names in the order of one epoch: each once, another order every epoch."""
    ordered = sorted(names)
    rng = np.random.default_rng([seed, epoch, _ORDER])
    return [ordered[i] for i in rng.permutation(len(ordered))]


def epoch_batches(
    names: Sequence[str], size: int, *, seed: int, epoch: int
) -> list[list[str]]:
    """The batches of one epoch, each of `size` names but the last, which may be less.

    Raises ValueError for a size below 1.
    """
    _require_size(size)
    order = epoch_order(names, seed=seed, epoch=epoch)
    return [order[at : at + size] for at in range(0, len(order), size)]


def bucketed_batches(
    lengths: Sequence[tuple[str, int]],
    size: int,
    *,
    seed: int | None = None,
    spread: int | None = None,
) -> list[list[str]]:
    """Batches of clips of like length, longest first; given as (name, frames).

    Within a batch lengths differ by `spread` frames at most (None: any). With a seed
    clips of equal length are mixed and batches come in a drawn order. Raises ValueError
    for a size below 1.
    """
    _require_size(size)
    ordered = sorted(lengths, key=lambda pair: (-pair[1], pair[0]))
    rng = np.random.default_rng([seed or 0, _BATCHES])
    if seed is not None:
        mixed = [sorted(lengths)[i] for i in rng.permutation(len(lengths))]
        ordered = sorted(mixed, key=lambda pair: -pair[1])
    batches: list[list[str]] = []
    longest = 0
    for name, frames in ordered:
        full = not batches or len(batches[-1]) == size
        if full or (spread is not None and longest - frames > spread):
            batches.append([])
            longest = frames
        batches[-1].append(name)
    if seed is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches


def draw_windows(
    frames: int, width: int, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The first frames of `count` windows of `width` frames, sorted: (count,), int64.

    No two are the same as long as there are enough places. Raises ValueError when a
    window is longer than the clip.
    """
    places = frames - width + 1
    if width < 1 or places < 1:
        raise ValueError(f"a window of {width} frames does not fit into {frames}")
    drawn = rng.choice(places, size=count, replace=count > places)
    return np.sort(drawn).astype(np.int64)


def window_generator(seed: int, epoch: int, step: int) -> np.random.Generator:
    """The generator of one step's windows: a resumed run draws the same again."""
    return np.random.default_rng([seed, epoch, step, _WINDOWS])


def _require_size(size: int) -> None:
    if size < 1:
        raise ValueError(f"batches of {size} clips: give 1 or more")
