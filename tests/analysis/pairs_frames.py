"""Small pairs frames for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.pairs import PAIR_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

# category, video, rater, left, right, chosen
Row = tuple[str, str, str, str, str, str]


def pairs_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Return a pairs frame; an item is two methods on a video, whichever is left."""
    return pd.DataFrame(
        [
            (
                f"{video}/{'+'.join(sorted((left, right)))}",
                category,
                video,
                rater,
                left,
                right,
                chosen,
            )
            for category, video, rater, left, right, chosen in rows
        ],
        columns=list(PAIR_COLUMNS),
    )


def judged(
    strengths: dict[str, float],
    *,
    videos: int = 60,
    raters: int = 30,
    left_bias: float = 0.0,
    seed: int = 3,
) -> pd.DataFrame:
    """Return answers on every two methods of each video, three raters a pair."""
    rng = np.random.default_rng(seed)
    names = list(strengths)
    rows: list[Row] = []
    for video in range(videos):
        for first, one in enumerate(names):
            for other in names[first + 1 :]:
                for rater in rng.permutation(raters)[:3]:
                    left, right = (one, other) if rng.random() < 0.5 else (other, one)
                    odds = strengths[left] - strengths[right] + left_bias
                    chosen = (
                        "left" if rng.random() < 1 / (1 + np.exp(-odds)) else "right"
                    )
                    category = ("Dog", "Drum")[video % 2]
                    rows.append(
                        (category, f"v{video}", f"r{rater}", left, right, chosen)
                    )
    return pairs_frame(rows)
