"""Onsets: where sounds begin, and how many of them two sounds share.

The measure of CondFoleyGen (Du et al., CVPR 2023): peaks of the spectral flux at 22,050
Hz with delta 0.3, of those within 50 ms of each other the strongest, matched within
0.1 s. Matching is one to one and the best there is, which the published script's is
not: it drops onsets from a list it walks along, and stops counting misses once no
prediction is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.experiments.spectra import (
    Wave,
    decibels,
    mel_filters,
    short_time_power,
)

RATE = 22_050
DELTA = 0.3
TOLERANCE_SECONDS = 0.1
APART_SECONDS = 0.05

_WINDOW, _HOP, _BANDS = 2048, 512, 128
# Frames looked at around a peak, of 23 ms each: 30 ms back for the maximum, 100 ms to
# either side for the mean, 30 ms between two peaks (librosa's defaults).
_MAXIMUM, _MEAN_BEFORE, _MEAN_AFTER, _WAIT = 1, 4, 5, 1
_ROUNDING = 1e-9  # a distance of exactly the tolerance is a match

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Onsets:
    """Onsets of one sound, in order: `times` in s and `confidences`, 0 to 1.

    The confidence is the largest amplitude within 50 ms, over the sound's largest.
    """

    times: Times
    confidences: NDArray[np.float64]

    def before(self, seconds: float) -> "Onsets":
        """Those that lie before `seconds`."""
        kept = self.times < seconds
        return Onsets(self.times[kept], self.confidences[kept])

    @classmethod
    def known(cls, times: Sequence[float]) -> "Onsets":
        """Onsets known from elsewhere, each certain."""
        ordered = np.sort(np.array(times, dtype=np.float64))
        return cls(ordered, np.ones(len(ordered)))


@dataclass(frozen=True, slots=True)
class Matching:
    """How the onsets found agree with those there are.

    `hits`: for each onset found, in falling confidence, whether the matching grows by
    it; `confidences` in the same order; `there` how many should be found.
    """

    hits: NDArray[np.bool_]
    confidences: NDArray[np.float64]
    there: int


def onset_strength(wave: Wave) -> NDArray[np.float64]:
    """Mean rise in dB over 128 mel bands, (1 + samples // 512,), each 23 ms.

    Frame n speaks of the time n * 512 / 22,050 s.
    """
    power = short_time_power(wave, window=_WINDOW, hop=_HOP)
    mel = power @ mel_filters(RATE, window=_WINDOW, bands=_BANDS)  # (frame, band)
    rise = np.maximum(0.0, np.diff(decibels(mel), axis=0)).mean(axis=1)
    # The window sees a sound half its length before it starts.
    late = np.pad(rise, (1 + _WINDOW // (2 * _HOP), 0))
    return np.asarray(late[: len(power)])


def find_onsets(wave: Wave) -> Onsets:
    """The onsets of `wave`, (samples,) at 22,050 Hz; none in silence."""
    top = float(np.abs(wave).max(initial=0.0))
    if top <= 0:
        return Onsets.known(())
    times: Times = _peaks(onset_strength(wave)).astype(np.float64) * (_HOP / RATE)
    reach = round(APART_SECONDS * RATE)
    middles = np.rint(times * RATE).astype(int)
    loudest = [
        float(np.abs(wave[max(0, at - reach) : at + reach]).max(initial=0.0))
        for at in middles
    ]
    return strongest(times, np.array(loudest) / top)


def strongest(times: Times, confidences: NDArray[np.float64]) -> Onsets:
    """Of onsets less than 50 ms apart the most confident, of equals the earlier."""
    kept: list[int] = []
    for at in np.lexsort((times, -confidences)):
        if all(abs(times[at] - times[k]) >= APART_SECONDS for k in kept):
            kept.append(int(at))
    order = sorted(kept, key=lambda k: times[k])
    return Onsets(times[order], confidences[order])


def match(
    reference: Times, found: Onsets, *, tolerance: float = TOLERANCE_SECONDS
) -> Matching:
    """Match onsets `found` with those of `reference` within `tolerance` seconds.

    One to one, and as many as can be: an onset is a hit when a larger matching exists
    with it than without it among those at least as confident.
    """
    order = np.lexsort((found.times, -found.confidences))
    times = found.times[order]
    near = [
        np.flatnonzero(np.abs(reference - time) <= tolerance + _ROUNDING).tolist()
        for time in times
    ]
    partner: dict[int, int] = {}
    hits = [_augmented(at, near, partner, set()) for at in range(len(times))]
    return Matching(
        np.array(hits, dtype=bool), found.confidences[order], len(reference)
    )


def average_precision(matchings: Sequence[Matching]) -> float | None:
    """Area under precision over recall, all clips ranked together; None: no onsets.

    Step by step as confidence falls, without interpolation; equals count as one step.
    """
    there = sum(matching.there for matching in matchings)
    if not there:
        return None
    hits = np.concatenate([matching.hits for matching in matchings])
    confidences = np.concatenate([matching.confidences for matching in matchings])
    order = np.argsort(-confidences, kind="stable")
    found = np.cumsum(hits[order])
    ends = np.flatnonzero(np.diff(confidences[order], append=-1.0))
    precision = found[ends] / (ends + 1)
    gained = np.diff(found[ends], prepend=0)
    return float((precision * gained).sum() / there)


def _peaks(strength: NDArray[np.float64]) -> NDArray[np.int64]:
    """Frames where the strength, scaled to 0 to 1, peaks 0.3 above its surroundings."""
    raised = strength - strength.min()
    top = float(raised.max())
    if top <= 0:
        return np.zeros(0, dtype=np.int64)
    scaled = raised / top
    peaks: list[int] = []
    for at, value in enumerate(scaled):
        if peaks and at - peaks[-1] <= _WAIT:
            continue
        highest = scaled[max(0, at - _MAXIMUM) : at + 1].max()
        mean = scaled[max(0, at - _MEAN_BEFORE) : at + _MEAN_AFTER].mean()
        if value >= highest and value >= mean + DELTA:
            peaks.append(at)
    return np.array(peaks, dtype=np.int64)


def _augmented(
    at: int, near: Sequence[Sequence[int]], partner: dict[int, int], seen: set[int]
) -> bool:
    """Whether the matching `partner`, reference to found, can grow by `at`; grow it."""
    for other in near[at]:
        if other in seen:
            continue
        seen.add(other)
        if other not in partner or _augmented(partner[other], near, partner, seen):
            partner[other] = at
            return True
    return False
