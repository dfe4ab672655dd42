"""Votes counted by item and rater, in the order in which effects are eliminated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.mixed.grams import Gram, choose_gram, sum_by

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cells:
    """Votes of one rater on one item, counted: sorted by clip, item and rater.

    ``trials``, ``real``: (cell,) votes and those judged real. ``worker``, ``item``,
    ``video``: (cell,) codes; ``item_video``, ``kind``: (item,) the clip and the
    category x method of each item. ``item_start``, ``video_start``: the first cell of
    each item and the first item of each clip. Codes are dense: each has votes.
    """

    trials: Floats
    real: Floats
    worker: Ints
    item: Ints
    video: Ints
    item_video: Ints
    kind: Ints
    item_start: Ints
    video_start: Ints
    workers: int
    item_gram: Gram
    video_gram: Gram

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Return how many raters, clips and items have votes."""
        return self.workers, len(self.video_start), len(self.item_start)

    def by_item(self, values: Floats) -> Floats:
        """Return the sums over the items' cells of values: (cell,) -> (item,)."""
        sums: Floats = np.add.reduceat(values, self.item_start)
        return sums

    def by_video(self, values: Floats) -> Floats:
        """Return the sums over the clips' items of values: (item,) -> (clip,)."""
        sums: Floats = np.add.reduceat(values, self.video_start)
        return sums

    def by_worker(self, values: Floats) -> Floats:
        """Return the sums over the raters' cells of values: (cell,) -> (rater,)."""
        return sum_by(self.worker, values, self.workers)


def count_cells(votes: CodedVotes, chosen: Mask) -> Cells:
    """Return the cells of the chosen votes, of which there is at least one."""
    video = _dense(votes.video[chosen])
    # items by clip, so that a clip's cells lie together
    item_code = votes.item[chosen]
    item = _dense(video * len(votes.item_ids) + item_code)
    worker = _dense(votes.worker[chosen])
    workers = int(worker.max()) + 1
    keys, first, cell = np.unique(
        item * workers + worker, return_index=True, return_inverse=True
    )
    trials = np.bincount(cell).astype(np.float64)
    real = sum_by(cell, votes.vote[chosen], len(keys))
    of_item, of_worker = keys // workers, keys % workers
    item_start = _starts(of_item)
    item_video = video[first][item_start]
    video_start = _starts(item_video)
    of_video = item_video[of_item]
    return Cells(
        trials=trials,
        real=real,
        worker=of_worker,
        item=of_item,
        video=of_video,
        item_video=item_video,
        kind=votes.cell[chosen][first][item_start],
        item_start=item_start,
        video_start=video_start,
        workers=workers,
        item_gram=choose_gram(of_item, of_worker, workers),
        video_gram=choose_gram(of_video, of_worker, workers),
    )


def _dense(codes: Ints) -> Ints:
    dense: Ints = np.unique(codes, return_inverse=True)[1]
    return dense


def _starts(codes: Ints) -> Ints:
    """Return where each code of a rising sequence first stands."""
    starts: Ints = np.flatnonzero(np.diff(codes, prepend=-1))
    return starts
