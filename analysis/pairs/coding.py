"""Pairs as integers, and as votes for one method of each contest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.pairs.frame import code_pairs_frame
from analysis.votes import CodedVotes, VotesError
from analysis.votes.frame import Column, Ints, repeated_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.intervals.moments import Mask


@dataclass(frozen=True, slots=True)
class PairVotes:
    """Answers on pairs as aligned integer arrays, one entry per answer.

    ``left``, ``right``: codes of the ``methods`` shown, the control last; ``chosen``:
    0 for the left one, 1 for the right one. ``repeats`` counts the answers in which a
    rater judges an item again.
    """

    left: Ints
    right: Ints
    chosen: Ints
    category: Ints
    item: Ints
    video: Ints
    worker: Ints
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    item_ids: tuple[str, ...]
    worker_names: tuple[str, ...]
    videos: int
    control: str | None
    repeats: int

    @property
    def workers(self) -> int:
        """Return the number of raters."""
        return len(self.worker_names)

    @property
    def winner(self) -> Ints:
        """Return the method chosen of each answer."""
        winner: Ints = np.where(self.chosen == 0, self.left, self.right)
        return winner

    @property
    def loser(self) -> Ints:
        """Return the method passed over in each answer."""
        loser: Ints = np.where(self.chosen == 0, self.right, self.left)
        return loser

    def contests(self) -> tuple[tuple[int, int], ...]:
        """Return the pairs of methods that were compared, the control first of its."""
        size = max(1, len(self.methods))
        low = np.minimum(self.left, self.right) * size
        kinds = np.unique(low + np.maximum(self.left, self.right)).tolist()
        pairs = [divmod(kind, size) for kind in kinds]
        control = None if self.control is None else size - 1
        return tuple((b, a) if b == control else (a, b) for a, b in pairs)

    def wins(self) -> Ints:
        """Return how often each method was chosen over each other: (method, method)."""
        size = len(self.methods)
        counts = np.bincount(self.winner * size + self.loser, minlength=size * size)
        table: Ints = counts.reshape(size, size)
        return table

    def part(self, rows: Mask) -> PairVotes:
        """Return the answers of some rows; names and codes stay."""
        arrays = ("left", "right", "chosen", "category", "item", "video", "worker")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})

    def contest(self, one: int, other: int) -> PairVotes:
        """Return the answers on pairs of two methods."""
        met = np.sort(np.stack((self.left, self.right)), axis=0)
        wanted = np.array(sorted((one, other)))
        return self.part((met == wanted[:, None]).all(axis=0))

    def votes(self, chosen: Mask, label: str, *, together: bool = False) -> CodedVotes:
        """Return the answers as votes on one "method", 1 where ``chosen``.

        ``together``: all in one category.
        """
        return CodedVotes(
            vote=chosen.astype(np.int64),
            category=np.zeros_like(self.category) if together else self.category,
            method=np.zeros(len(chosen), np.int64),
            item=self.item,
            video=self.video,
            worker=self.worker,
            categories=("all",) if together else self.categories,
            methods=(label,),
            item_ids=self.item_ids,
            videos=self.videos,
            workers=self.workers,
            control=None,
            worker_names=self.worker_names,
            repeats=self.repeats,
        )


def encode_pairs(
    pairs: pd.DataFrame,
    *,
    categories: Sequence[str] = (),
    methods: Sequence[str] = (),
    control: str = "Real",
) -> PairVotes:
    """Return the pairs of a frame as integers.

    Names stand in the order given; those that only the pairs know follow in the order
    of first appearance, the control (in any case) last. Raises VotesError as
    `code_pairs_frame`.
    """
    coded = code_pairs_frame(pairs)
    names = list(dict.fromkeys((*methods, *coded.methods)))
    real = [name for name in names if name.casefold() == control.casefold()]
    spelled = real[:1]
    order = (*(name for name in names if name not in real), *spelled)
    place = {name: code for code, name in enumerate(order)}
    place |= {name: len(order) - 1 for name in real}
    targets = np.array([place[name] for name in coded.methods], np.int64)
    left, right = (
        targets[side] if len(targets) else side for side in (coded.left, coded.right)
    )
    if (left == right).any():
        message = (
            f"the control is written {' and '.join(map(repr, real))}: write it one way"
        )
        raise VotesError("pairs", [message])
    rows = tuple(dict.fromkeys((*categories, *coded.ids["category"].levels)))
    return PairVotes(
        left=left,
        right=right,
        chosen=coded.chosen,
        category=_recoded(coded.ids["category"], rows),
        item=coded.ids["item_id"].codes,
        video=coded.ids["source_video"].codes,
        worker=coded.ids["worker_id"].codes,
        categories=rows,
        methods=order,
        item_ids=coded.ids["item_id"].levels,
        worker_names=coded.ids["worker_id"].levels,
        videos=len(coded.ids["source_video"].levels),
        control=spelled[0] if spelled else None,
        repeats=len(repeated_rows(coded.asked(), coded.ids["worker_id"])),
    )


def _recoded(column: Column, names: Sequence[str]) -> Ints:
    place = {name: code for code, name in enumerate(names)}
    targets = np.array([place[level] for level in column.levels], np.int64)
    return targets[column.codes] if len(targets) else column.codes
