"""In which order clips are seen, and which share a batch.

All of it follows from a seed and the clips' names or lengths, never from the order in
which they were listed.
"""

from collections.abc import Sequence

import numpy as np

_ORDER = 1


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


def bucketed_batches(lengths: Sequence[tuple[str, int]], size: int) -> list[list[str]]:
    """Batches of clips of like length, longest first; given as (name, frames).

    Raises ValueError for a size below 1.
    """
    _require_size(size)
    ordered = sorted(lengths, key=lambda pair: (-pair[1], pair[0]))
    names = [name for name, _ in ordered]
    return [names[at : at + size] for at in range(0, len(names), size)]


def _require_size(size: int) -> None:
    if size < 1:
        raise ValueError(f"batches of {size} clips: give 1 or more")
