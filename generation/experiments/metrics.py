"""The metrics of a set of pairs: a clip's own sound, and a candidate for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from generation.experiments.distances import frechet, kernel_distance
from generation.experiments.hearing import (
    Hearing,
    best_lag,
    correlation,
    level_distance,
)
from generation.experiments.onsets import Matching, average_precision, match

Pairs = Sequence[tuple[Hearing, Hearing]]

METRICS = (
    *("onset_precision", "onset_recall", "onset_f1", "onset_ap", "onset_count_match"),
    *("envelope_l1", "envelope_r", "lag_seconds"),
    *("loudness_error", "loudness_r", "centroid_error", "centroid_r"),
    *("frechet", "mmd"),
)
SET_METRICS = ("frechet", "mmd")
"""Those that do not ask which sound belongs to which clip."""

TELLING: Mapping[str, str] = {
    **dict.fromkeys(
        ("Dog", "Drum", "Rail transport", "Helicopter", "Printer"), "onset_f1"
    ),
    "Fireworks": "onset_recall",  # crackles are onsets that no picture shows
    **dict.fromkeys(
        ("Water flowing", "Baby crying", "Snoring", "Chainsaw"), "envelope_r"
    ),
}
"""Which metric tells most of synchrony on the demo set, by category: sounds that set in
slowly have no onsets to find, and sounds of strokes have little else."""


@dataclass(frozen=True, slots=True)
class Value:
    """A metric's value, None where undefined, and the clips it rests on."""

    value: float | None
    clips: int


def measure(pairs: Pairs, *, sets: bool = True) -> dict[str, Value]:
    """Every metric of `pairs`, (reference, candidate) each; distances with `sets`.

    Onsets are counted over all pairs together; levels, lags and differences are means
    of the pairs in which they are defined; loudness_r and centroid_r correlate over
    pairs, and need three.
    """
    ends = [min(a.seconds, b.seconds) for a, b in pairs]
    heard = [
        (a.onsets.before(end), b.onsets.before(end))
        for (a, b), end in zip(pairs, ends, strict=True)
    ]
    matchings = [match(a.times, b) for a, b in heard]
    alike = [len(a.times) == len(b.times) for a, b in heard]
    return {
        **_onsets(matchings),
        "onset_count_match": _mean([float(same) for same in alike]),
        "envelope_l1": _mean([level_distance(a, b) for a, b in pairs]),
        "envelope_r": _mean([correlation(a.level, b.level) for a, b in pairs]),
        "lag_seconds": _mean([_lag(a, b) for a, b in pairs]),
        **_tracked("loudness", pairs, lambda hearing: hearing.loudness),
        **_tracked("centroid", pairs, lambda hearing: hearing.centroid),
        **(_distances(pairs) if sets else dict.fromkeys(SET_METRICS, Value(None, 0))),
    }


def _onsets(matchings: Sequence[Matching]) -> dict[str, Value]:
    hits = int(sum(matching.hits.sum() for matching in matchings))
    there = sum(matching.there for matching in matchings)
    found = sum(len(matching.hits) for matching in matchings)
    clips = len(matchings)
    return {
        "onset_precision": _share(hits, found, clips),
        "onset_recall": _share(hits, there, clips),
        "onset_f1": _share(2 * hits, there + found, clips),
        "onset_ap": _known(average_precision(matchings), clips),
    }


def _lag(reference: Hearing, candidate: Hearing) -> float | None:
    lag = best_lag(reference.level, candidate.level)
    return None if lag is None else abs(lag)


def _tracked(
    name: str, pairs: Pairs, of: Callable[[Hearing], float | None]
) -> dict[str, Value]:
    """Mean absolute difference of a property of sounds, and r over the pairs."""
    both = [
        (one, other)
        for one, other in ((of(a), of(b)) for a, b in pairs)
        if one is not None and other is not None
    ]
    table = np.array(both, dtype=np.float64).reshape(-1, 2)
    r = correlation(table[:, 0], table[:, 1])
    return {
        f"{name}_error": _mean(np.abs(table[:, 0] - table[:, 1]).tolist()),
        f"{name}_r": _known(r, len(both)),
    }


def _distances(pairs: Pairs) -> dict[str, Value]:
    reference = np.array([a.statistics for a, _ in pairs])
    candidate = np.array([b.statistics for _, b in pairs])
    return {
        "frechet": _known(frechet(reference, candidate), len(pairs)),
        "mmd": _known(kernel_distance(reference, candidate), len(pairs)),
    }


def _mean(values: Sequence[float | None]) -> Value:
    known = [value for value in values if value is not None]
    return _known(float(np.mean(known)) if known else None, len(known))


def _share(part: int, whole: int, clips: int) -> Value:
    return _known(part / whole if whole else None, clips)


def _known(value: float | None, clips: int) -> Value:
    return Value(value, clips if value is not None else 0)
