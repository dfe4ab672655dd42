"""The curvature of the penalised log-likelihood, by eliminating items, then clips.

H = I + A' W A over the effects (raters, clips, items), standard normal and scaled by
their deviations in A. Items' effects do not meet each other in H, so their block is
diagonal; eliminating them leaves the clips' block diagonal, because an item belongs to
one clip; eliminating those leaves a dense matrix over the raters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.mixed.cholesky import Factor

if TYPE_CHECKING:
    from analysis.mixed.cells import Cells, Floats

# deviations of raters, clips and items
Deviations = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Leverage:
    """What the gradient needs of the inverse of H.

    ``cell``: (cell,) a' H^-1 a of each cell's row a of A; ``traces`` of the three
    diagonal blocks of H^-1.
    """

    cell: Floats
    traces: tuple[float, float, float]


class Elimination:
    """H for the cells' weights, eliminated down to the raters and factored.

    ``weight``: (cell,), at least 0. ``logdet`` is the logarithm of det H.
    """

    def __init__(self, cells: Cells, weight: Floats, sd: Deviations) -> None:
        self._cells = cells
        self._weight = weight
        self._sd = sd
        of_worker, of_video, of_item = sd
        self._item_weight = cells.by_item(weight)
        self._item_pivot = 1 + of_item**2 * self._item_weight
        # what an item's own effect leaves of the weight
        self._rest = weight / self._item_pivot[cells.item]
        left = self._item_weight / self._item_pivot
        self._video_pivot = 1 + of_video**2 * cells.by_video(left)
        schur = np.zeros((cells.workers, cells.workers))
        if of_worker:
            if of_item:
                root = np.sqrt(self._item_pivot)[cells.item]
                schur -= cells.item_gram.gram(of_item * of_worker * weight / root)
            if of_video:
                root = np.sqrt(self._video_pivot)[cells.video]
                schur -= cells.video_gram.gram(of_video * of_worker * self._rest / root)
            schur.flat[:: cells.workers + 1] += of_worker**2 * cells.by_worker(weight)
        schur.flat[:: cells.workers + 1] += 1
        # H - I has no negative direction, so neither has what is left of it
        self._factor = Factor(schur)
        self.logdet = float(
            np.log(self._item_pivot).sum()
            + np.log(self._video_pivot).sum()
            + self._factor.logdet
        )

    def solve(self, right: Floats) -> Floats:
        """Return H^-1 times a vector over (raters, clips, items)."""
        cells, (of_worker, of_video, of_item) = self._cells, self._sd
        workers, videos, _ = cells.sizes
        worker, video, item = np.split(right, (workers, workers + videos))
        item = item / self._item_pivot
        between = of_item * of_video * self._item_weight
        video = (video - cells.by_video(between * item)) / self._video_pivot
        of_cell = (of_item * item)[cells.item] * self._weight
        of_cell += (of_video * video)[cells.video] * self._rest
        worker = worker - of_worker * cells.by_worker(of_cell)
        worker = self._factor.solve(worker)
        seen = of_worker * worker[cells.worker]
        rest = cells.by_video(cells.by_item(self._rest * seen))
        video = video - of_video * rest / self._video_pivot
        item = (
            item
            - (
                (between * video[cells.item_video])
                + of_item * cells.by_item(self._weight * seen)
            )
            / self._item_pivot
        )
        return np.concatenate((worker, video, item))

    def leverage(self) -> Leverage:
        """Return the cells' variances under H^-1 and the traces of its blocks."""
        cells, (of_worker, of_video, of_item) = self._cells, self._sd
        weight, rest = self._weight, self._rest
        inverse = self._factor.inverse()
        zeros = np.zeros(len(weight))
        near = cells.item_gram.times(inverse, weight) if of_item else zeros
        far = cells.video_gram.times(inverse, rest) if of_video else zeros
        item_item = cells.by_item(weight * near)
        item_video = cells.by_item(weight * far)
        video_video = cells.by_video(item_video / self._item_pivot)
        pivot, video_pivot = self._item_pivot, self._video_pivot[cells.item_video]
        # given the raters, an effect's mean is minus these shares of the sums
        alpha = of_item**2 / pivot
        gamma = of_video**2 / (pivot * video_pivot)
        spread = video_video[cells.item_video]
        of_group = alpha**2 * item_item + gamma**2 * spread
        of_group += 2 * alpha * gamma * item_video
        cell = inverse.diagonal()[cells.worker] + of_group[cells.item]
        cell -= 2 * (alpha[cells.item] * near + gamma[cells.item] * far)
        own = alpha + gamma / pivot
        slope = of_item * of_video**2 * self._item_weight / video_pivot
        quad = of_item**2 * item_item + slope**2 * spread
        quad -= 2 * of_item * slope * item_video
        between = (of_item * of_video * self._item_weight) ** 2 / video_pivot
        of_items = 1 / pivot + (between + of_worker**2 * quad) / pivot**2
        of_videos = 1 / self._video_pivot
        of_videos = of_videos + (of_worker * of_video * of_videos) ** 2 * video_video
        return Leverage(
            cell=of_worker**2 * cell + own[cells.item],
            traces=(
                float(inverse.trace()),
                float(of_videos.sum()),
                float(of_items.sum()),
            ),
        )
