"""P values adjusted for their number, in the order given.

None stands for a test that could not be done: it stays None and does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return Holm's step-down p: the chance of any false finding stays at alpha.

    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    known = _ranked(values)
    adjusted = list(values)
    least = 0.0
    for place, (p, index) in enumerate(known):
        least = max(least, (len(known) - place) * p)
        adjusted[index] = min(1.0, least)
    return tuple(adjusted)


def benjamini_hochberg(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return the step-up p: the expected share of false findings stays at alpha.

    Source: Y. Benjamini and Y. Hochberg, J. Royal Statistical Society B 57 (1995)
    289-300.
    """
    known = _ranked(values)
    adjusted = list(values)
    most = 1.0
    for place in reversed(range(len(known))):
        p, index = known[place]
        most = min(most, len(known) / (place + 1) * p)
        adjusted[index] = most
    return tuple(adjusted)


def bonferroni(values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Return each p times the number of tests, at most 1."""
    number = len(_ranked(values))
    return tuple(None if p is None else min(1.0, number * p) for p in values)


def _ranked(values: Sequence[float | None]) -> list[tuple[float, int]]:
    """Return the known p, smallest first, each with its index."""
    return sorted((p, index) for index, p in enumerate(values) if p is not None)
