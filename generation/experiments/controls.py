"""A net's figures against those of shuffled pairs and of the untrained net."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.experiments.hearing import Hearing, correlation
from generation.experiments.onsets import match

PERMUTATIONS = 9_999

Square = NDArray[np.float64]
"""(video, sound): a count or a measure of each sound under each clip's video."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sync:
    """How a category's synchrony is counted, pair by pair, and put together.

    `onset_f1` is 2 hits / (there + made), `onset_recall` hits / there, `envelope_r` the
    mean correlation, for which `hits` holds r and `there` 1 where r is defined.
    """

    metric: str
    hits: Square
    there: Square
    made: Square

    def over(self, videos: Places, sounds: Places) -> NDArray[np.float64]:
        """The metric over pairs: (..., pair) to (...); NaN where it is not defined."""
        hits = self.hits[videos, sounds].sum(axis=-1)
        there = self.there[videos, sounds].sum(axis=-1)
        if self.metric == "onset_f1":
            hits, there = 2 * hits, there + self.made[videos, sounds].sum(axis=-1)
        return np.asarray(hits / np.where(there > 0, there, np.nan))


@dataclass(frozen=True, slots=True)
class Against:
    """A figure of a trained net and of both controls; None where undefined.

    `p` is the share of random dealings-out, the true one among them, in which the
    trained net does at least as well (one-sided, 9,999 drawn; None of under 4 clips).
    """

    trained: float | None
    shuffled: float | None
    untrained: float | None
    p: float | None


def synchrony(real: Sequence[Hearing], made: Sequence[Hearing], metric: str) -> Sync:
    """Hold each sound made against each real one: squares (video, sound)."""
    count = len(real)
    hits, there, found = (np.zeros((count, count)) for _ in range(3))
    for video, reference in enumerate(real):
        for sound, candidate in enumerate(made):
            place = video, sound
            if metric == "envelope_r":
                r = correlation(reference.level, candidate.level)
                hits[place], there[place] = r or 0.0, r is not None
                continue
            end = min(reference.seconds, candidate.seconds)
            wanted = reference.onsets.before(end).times
            matching = match(wanted, candidate.onsets.before(end))
            hits[place], there[place] = matching.hits.sum(), matching.there
            found[place] = len(matching.hits)
    return Sync(metric, hits, there, found)


def sync_against(trained: Sync, before: Sync, *, seed: int = 0) -> Against:
    """Synchrony of both nets with the own video, and of the trained with others."""
    count = len(trained.hits)
    same = np.arange(count)
    own = float(trained.over(same, same))
    others = np.nonzero(~np.eye(count, dtype=bool))
    return Against(
        _known(own),
        _known(float(trained.over(others[0], others[1]))),
        _known(float(before.over(same, same))),
        _share(trained.over(same, _orders(count, seed)), own),
    )


def losses_against(
    trained: Square, before: Square, samples: Places, *, seed: int = 0
) -> Against:
    """Nats a sample under the own video, (video, sound) given, and under others'.

    samples: (sound,), of which each counts alike, whatever its clip.
    """
    count = len(trained)
    same = np.arange(count)
    share = samples / samples.sum()  # (sound,)
    own = float(trained.diagonal() @ share)
    others = (trained.sum(axis=0) - trained.diagonal()) / (count - 1)  # (sound,)
    drawn = trained[_orders(count, seed), same] @ share
    return Against(
        own,
        float(others @ share),
        float(before.diagonal() @ share),
        _share(-drawn, -own),
    )


def _orders(count: int, seed: int) -> Places:
    """Random orders of so many clips, (9,999, clip); none of under 4 clips."""
    drawn = PERMUTATIONS if count >= 4 else 0
    rng = np.random.default_rng([seed, count])
    return rng.permuted(np.tile(np.arange(count), (drawn, 1)), axis=1)


def _share(drawn: NDArray[np.float64], own: float) -> float | None:
    known = drawn[~np.isnan(drawn)]
    if not len(known) or np.isnan(own):
        return None
    # rounding must not make an equal sum a smaller one
    return float((1 + (known >= own - 1e-12).sum()) / (1 + len(known)))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
