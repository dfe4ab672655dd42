"""Which clips are shown under which methods, where not all are under all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """The methods of every clip: ``clips`` holds (category, methods), all of it codes.

    `check` says whether every clip, category and method has its share in it.
    """

    clips: tuple[tuple[int, tuple[int, ...]], ...]

    @classmethod
    def of(cls, clips: Iterable[tuple[int, Iterable[int]]]) -> Layout:
        """Return the layout of clips in any order, their methods in any order."""
        return cls(
            tuple(sorted((category, tuple(sorted(set(m)))) for category, m in clips))
        )

    def check(self, *, categories: int, methods: int) -> None:
        """Raise ValueError unless just so many categories and methods have clips."""
        for name, found, wanted in (
            ("categories", {category for category, _ in self.clips}, categories),
            ("methods", {code for _, under in self.clips for code in under}, methods),
        ):
            if found != set(range(wanted)):
                message = f"a layout of {wanted} {name} has clips of {sorted(found)}"
                raise ValueError(message)
        if not all(under for _, under in self.clips):
            message = "a layout has a clip that is shown under no method"
            raise ValueError(message)

    @cached_property
    def shown(self) -> npt.NDArray[np.bool_]:
        """Whether a clip is shown under a method: (clip, method)."""
        wide = 1 + max(code for _, under in self.clips for code in under)
        shown = np.zeros((len(self.clips), wide), dtype=np.bool_)
        for place, (_, under) in enumerate(self.clips):
            shown[place, list(under)] = True
        return shown

    @cached_property
    def category(self) -> Ints:
        """The category of each clip: (clip,)."""
        return np.array([category for category, _ in self.clips], dtype=np.int64)

    @property
    def items(self) -> int:
        """How many clips there are under all methods together."""
        return int(self.shown.sum())

    @property
    def fullest(self) -> int:
        """The most methods of any clip."""
        return int(self.shown.sum(axis=1).max())

    @property
    def has_gaps(self) -> bool:
        """Whether some clip lacks some method."""
        return not self.shown.all()

    @property
    def is_even(self) -> bool:
        """Whether every category has as many clips, all of them under all methods."""
        return not self.has_gaps and len(set(np.bincount(self.category))) == 1

    def counts(self, *methods: int) -> Ints:
        """Return the clips shown under all of these methods: (category,)."""
        under = self.shown[:, list(methods)].all(axis=1)
        return np.bincount(self.category[under], minlength=self.category.max() + 1)

    def shared(self, *methods: int) -> Ints:
        """Return the categories with clips under each of these methods, as codes."""
        return np.flatnonzero(np.all([self.counts(code) > 0 for code in methods], 0))

    def fewest_raters(self, votes_per_item: int, most: int) -> int:
        """Return the fewest raters who can give all votes, `most` of them each."""
        votes = self.items * votes_per_item
        return max(self.fullest * votes_per_item, math.ceil(votes / most))


def uneven_seats(quotas: Ints, seats: Ints, random: np.random.Generator) -> Ints:
    """Return the raters of every clip, clip after clip: (seats of all clips,).

    ``quotas``: votes of each rater, at least 1; ``seats`` of each clip; both sum to the
    same. No rater meets a clip twice. Busy raters are seated first, where most seats
    are free. Quotas that leave no such seating are evened out, which always does,
    among as many raters as the fullest clip has seats if that is more.
    """
    drawn = _seated(np.sort(quotas)[::-1], seats, random)
    if drawn is None:
        raters = max(len(quotas), int(seats.max()))
        each, over = divmod(int(seats.sum()), raters)
        drawn = _seated(each + (np.arange(raters) < over), seats, random)
    # by Gale and Ryser there is one for level quotas
    assert drawn is not None
    return drawn


def _seated(falling: Ints, seats: Ints, random: np.random.Generator) -> Ints | None:
    free = seats.copy()
    raters = random.permutation(len(falling))
    met: list[tuple[Ints, Ints]] = []
    for rater, quota in zip(raters, falling, strict=True):
        clips = np.lexsort((random.random(len(free)), -free))[:quota]
        if len(clips) < quota or (quota and not free[clips[-1]]):
            return None
        free[clips] -= 1
        met.append((clips, np.full(quota, rater)))
    clip = np.concatenate([clips for clips, _ in met])
    worker = np.concatenate([raters for _, raters in met])
    # in random order within a clip, so that methods are drawn at random
    order = np.lexsort((random.random(len(clip)), clip))
    return worker[order]
