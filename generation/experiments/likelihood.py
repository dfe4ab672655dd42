"""Retrieval by likelihood: which sound does a method find most likely for a video?

The long paper queries all test sounds with each test video's features and counts how
often a sound of the category, or the very sound, comes first or among the first five
(arXiv 1712.01393). In full that is as many likelihoods as clips squared; windows drawn
from each sound stand for it at a fraction of the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from generation.experiments.scoring import HeardClip, Scorer
from generation.experiments.tables import columns
from generation.geometry import samples_of

WINDOW_FRAMES = 16
"""Frames of a window: the whole number nearest to one second."""

TOPS = (1, 5)

Scores = NDArray[np.float64]
"""Mean log-likelihood a sample, in nats: (query, sound), higher is likelier."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a question is answered within the first `top`, and by chance.

    `what`: "category" (a sound of the query's category), "instance" (its own sound
    among all) or "within" (its own among the sounds of its category). Shares, 0 to 1.
    """

    what: str
    top: int
    share: float
    chance: float
    queries: int


def score_matrix(
    scorer: Scorer,
    clips: Sequence[HeardClip],
    *,
    windows: int = 0,
    seed: int = 0,
    batch: int = 16,
) -> Scores:
    """Score every clip's sound under every clip's features, (clip, clip).

    `windows` above 0 scores so many windows of one second of each sound, drawn with
    `seed`, the same for all queries; 0 scores whole sounds. Features are repeated or
    cut to the sound's length.
    """
    scores = np.zeros((len(clips), len(clips)))
    for column, heard in enumerate(clips):
        starts, frames = _windows(heard, windows, seed)
        for first in range(0, len(clips), batch):
            queries = clips[first : first + batch]
            nats = np.zeros(len(queries))
            count = np.zeros(len(queries))
            for start in starts:
                one = heard.tokens[samples_of(start) : samples_of(start + frames)]
                seen = [_looped(query, start, frames) for query in queries]
                cost, samples = scorer.score(
                    np.repeat(one[None], len(queries), axis=0),  # (query, 1024 frames)
                    np.stack(seen),  # (query, frames, F)
                    np.full(len(queries), frames, dtype=np.int64),
                )
                nats += cost
                count += samples
            scores[first : first + len(queries), column] = -nats / count
    return scores


def centred(scores: Scores) -> Scores:
    """Scores less each sound's mean over queries.

    What is likely under any video, silence above all, otherwise comes first always.
    """
    return np.asarray(scores - scores.mean(axis=0, keepdims=True))


def retrieval_rates(scores: Scores, categories: Sequence[str]) -> tuple[Rate, ...]:
    """Rates at top 1 and 5, each with its chance; query n's own sound is sound n.

    Of sounds with equal scores the order is drawn, and the expectation counted.
    Raises ValueError when shapes disagree or a score is no number.
    """
    count = len(categories)
    if scores.shape != (count, count) or not count:
        raise ValueError(f"scores of shape {scores.shape} for {count} clips: a square")
    if not np.isfinite(scores).all():
        raise ValueError("a score is no number: the net has diverged")
    names = np.array(categories)
    alike = names[:, None] == names[None, :]
    own = np.eye(count, dtype=bool)
    asked: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {
        "category": (np.ones_like(own), alike),
        "instance": (np.ones_like(own), own),
        "within": (alike, own),
    }
    level = np.zeros(scores.shape)
    return tuple(
        Rate(what, top, _hits(scores, *both, top), _hits(level, *both, top), count)
        for what, both in asked.items()
        for top in TOPS
    )


def rates_as_text(named: dict[str, Sequence[Rate]]) -> str:
    """Rates in per cent: methods down, questions across, chance as the last line."""
    first = next(iter(named.values()))
    head = ("method", "n", *(f"{rate.what} top {rate.top}" for rate in first))
    lines = [
        (method, str(rates[0].queries), *(f"{100 * rate.share:.2f}" for rate in rates))
        for method, rates in named.items()
    ]
    chance = ("chance", "", *(f"{100 * rate.chance:.2f}" for rate in first))
    note = (
        "Per cent. within: among the sounds of the query's category. The paper has "
        "10 categories of 128 sounds and states chance as 10 % (category) and "
        "0.78 % = 1/128 (instance); 1/128 is chance within the category, among all "
        "1,280 it is 0.08 %."
    )
    return f"{columns([head, *lines, chance])}\n\n{note}\n"


def _windows(heard: HeardClip, windows: int, seed: int) -> tuple[list[int], int]:
    """First frames of what is scored of a sound, and how many frames each has."""
    last = heard.frames - WINDOW_FRAMES
    if windows < 1 or last < 1:
        return [0], heard.frames
    rng = np.random.default_rng([seed, crc32(heard.name.encode())])
    drawn = rng.choice(last + 1, min(windows, last + 1), replace=False)
    return sorted(drawn.tolist()), WINDOW_FRAMES


def _looped(query: HeardClip, start: int, frames: int) -> NDArray[np.float32]:
    places = np.arange(start, start + frames) % query.frames
    seen: NDArray[np.float32] = query.features[places]
    return seen


def _hits(
    scores: Scores, among: NDArray[np.bool_], right: NDArray[np.bool_], top: int
) -> float:
    """The share of queries answered; all (query, sound), `among` what is searched."""
    each = [
        _hit(row[inside], correct[inside], top)
        for row, inside, correct in zip(scores, among, right, strict=True)
    ]
    return float(np.mean(each))


def _hit(scores: Scores, right: NDArray[np.bool_], top: int) -> float:
    """The chance that one that is right is among the first `top`, ties drawn.

    scores, right: (sound,).
    """
    if top >= len(scores):
        return float(right.any())
    edge = np.sort(scores)[-top]
    above, tied = scores > edge, scores == edge
    if (above & right).any():
        return 1.0
    slots = top - int(above.sum())
    ties, hits = int(tied.sum()), int((tied & right).sum())
    return 1 - comb(ties - hits, slots) / comb(ties, slots)
