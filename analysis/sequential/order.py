"""The order in which source clips come, drawn before launch, level over categories."""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def clip_order(categories: Mapping[str, str], *, seed: int) -> tuple[str, ...]:
    """Return the clips, given with their categories, in an order drawn from ``seed``.

    After any number of clips every category has had its proportional share of them to
    within less than one clip: with categories of one size, one clip of each before any
    has its next. Within a category the order is by a hash of the seed and the clip's
    key, so it does not depend on the order in which clips are given.

    Each category's clips get the earliest and latest places that keep its share, and
    the most urgent comes next; such a schedule always exists (G. Steiner and S.
    Yeomans, Management Science 39 (1993) 728-735).
    """
    waiting: defaultdict[str, list[str]] = defaultdict(list)
    for clip, category in categories.items():
        waiting[category].append(clip)
    for clips in waiting.values():
        clips.sort(key=lambda clip: (_draw(seed, "clip", clip), clip))
    total = len(categories)
    # (earliest place, category, its clips so far), places counted from 0
    later = [(0, category, 0) for category in sorted(waiting)]
    heapq.heapify(later)
    ready: list[tuple[int, bytes, str, int]] = []
    order: list[str] = []
    while len(order) < total:
        while later and later[0][0] <= len(order):
            _, category, rank = heapq.heappop(later)
            latest = -(-(rank + 1) * total // len(waiting[category]))
            chance = _draw(seed, "category", category, rank)
            heapq.heappush(ready, (latest, chance, category, rank))
        _, _, category, rank = heapq.heappop(ready)
        clips = waiting[category]
        order.append(clips[rank])
        if rank + 1 < len(clips):
            earliest = (rank + 1) * total // len(clips)
            heapq.heappush(later, (earliest, category, rank + 1))
    return tuple(order)


def stages(order: Sequence[str], looks: int) -> dict[str, int]:
    """Return the look, 1 .. ``looks``, by which each clip of an order must be judged.

    Stages are of one size to within a clip. Raises ValueError for fewer clips than
    looks, or no looks.
    """
    if not 1 <= looks <= max(1, len(order)):
        message = (
            f"{looks} looks at {len(order)} source clips: plan at least one look, and "
            "at most as many as there are clips"
        )
        raise ValueError(message)
    return {clip: place * looks // len(order) + 1 for place, clip in enumerate(order)}


def _draw(seed: int, *parts: object) -> bytes:
    # lengths keep parts that run together apart
    text = "".join(f"{len(str(part))}:{part}" for part in (seed, *parts))
    return hashlib.sha256(text.encode()).digest()
