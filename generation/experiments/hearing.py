"""What is measured of one sound, once, to be compared with any other.

All measures are made at 22,050 Hz by numpy and scipy alone; no trained weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generation.experiments.onsets import RATE, Onsets, find_onsets
from generation.experiments.spectra import (
    Wave,
    at_rate,
    decibels,
    mel_filters,
    short_time_power,
)
from generation.media import Sound
from generation.media.loudness import integrated_loudness, ungated_loudness

LEVELS_PER_SECOND = 90
LAG_SECONDS = 1.0
STATISTICS_BANDS = 32

_LEVEL_HOP = RATE // LEVELS_PER_SECOND  # 245 samples, exactly
_RMS_WINDOW, _RMS_HOP = 706, 176  # 32 and 8 ms, as Video-Foley's 512 and 128 at 16 kHz
_WINDOW, _HOP = 2048, 512
_TOP_HZ = 7600.0  # what 15,974.4 samples a second can carry

Curve = NDArray[np.float64]
"""A level over time: (frame,), full scale 1."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """The measures of one sound.

    level: RMS 90 times a second, over 22 ms; `rms` 125 times, over 32 ms
    loudness: LUFS, None for digital silence; `centroid` in Hz, None for silence
    statistics: (64,), means and standard deviations over time of 32 mel bands in dB
    """

    seconds: float
    onsets: Onsets
    level: Curve
    rms: Curve
    loudness: float | None
    centroid: float | None
    statistics: NDArray[np.float64]


def hear(sound: Sound) -> Hearing:
    """Measure `sound`. Raises ValueError when it has no samples."""
    if not len(sound.samples):
        raise ValueError("a sound without samples: nothing to measure")
    wave = at_rate(sound, RATE)
    power = short_time_power(wave, window=_WINDOW, hop=_HOP)
    mel = power @ mel_filters(
        RATE, window=_WINDOW, bands=STATISTICS_BANDS, high=_TOP_HZ
    )
    bands = decibels(mel)  # (frame, band)
    single = wave.astype(np.float32)
    loudness = integrated_loudness(single, RATE)
    return Hearing(
        seconds=sound.seconds,
        onsets=find_onsets(wave),
        level=_rms(wave, window=2 * _LEVEL_HOP, hop=_LEVEL_HOP),
        rms=_rms(wave, window=_RMS_WINDOW, hop=_RMS_HOP),
        loudness=ungated_loudness(single, RATE) if loudness is None else loudness,
        centroid=_centroid(power),
        statistics=np.concatenate([bands.mean(axis=0), bands.std(axis=0)]),
    )


def level_distance(one: Hearing, other: Hearing) -> float:
    """E-L1: mean absolute difference of RMS over the time both last, 0 to 1."""
    frames = min(len(one.rms), len(other.rms))
    return float(np.abs(one.rms[:frames] - other.rms[:frames]).mean())


def correlation(one: Curve, other: Curve) -> float | None:
    """Pearson's r over the frames both have; None when one of them is constant."""
    frames = min(len(one), len(other))
    if frames < 3:
        return None
    a, b = one[:frames] - one[:frames].mean(), other[:frames] - other[:frames].mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    small = 1e-9 * frames * max(np.abs(one).max(), np.abs(other).max(), 1e-9) ** 2
    return float(np.clip(a @ b / scale, -1, 1)) if scale > small else None


def best_lag(reference: Curve, candidate: Curve) -> float | None:
    """By how many seconds `candidate` comes late: where r is largest within 1 s.

    Levels at 90 Hz. Each lag has its own overlap, at least half of the shorter curve.
    Of equals the lag nearest 0. None when r is defined nowhere.
    """
    frames = min(len(reference), len(candidate))
    reach = min(round(LAG_SECONDS * LEVELS_PER_SECOND), frames // 2)
    if frames < 3:
        return None
    lags = np.arange(-reach, reach + 1)
    rs = _correlations(reference[:frames], candidate[:frames], lags)
    if np.isnan(rs).all():
        return None
    best = np.flatnonzero(rs >= np.nanmax(rs) - 1e-9)
    nearest = min(lags[best].tolist(), key=lambda lag: (abs(lag), lag))
    return float(nearest) / LEVELS_PER_SECOND


def _correlations(
    reference: Curve, candidate: Curve, lags: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Pearson's r of the overlaps at `lags`, (lag,); NaN where one is constant."""
    frames = len(reference)
    a, b = reference - reference.mean(), candidate - candidate.mean()
    overlap = frames - np.abs(lags)
    products = np.correlate(b, a, "full")[frames - 1 + lags]
    a_sum, a_squares = _sums(a, np.maximum(-lags, 0), overlap)
    b_sum, b_squares = _sums(b, np.maximum(lags, 0), overlap)
    spread = (a_squares - a_sum**2 / overlap) * (b_squares - b_sum**2 / overlap)
    least = 1e-18 * max(a @ a, 1e-18) * max(b @ b, 1e-18)
    scale = np.sqrt(np.where(spread > least, spread, np.nan))
    return np.asarray((products - a_sum * b_sum / overlap) / scale)


def _sums(
    curve: Curve, starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums and sums of squares of the stretches of `curve` that begin at `starts`."""
    whole = np.concatenate(([0.0], np.cumsum(curve)))
    squares = np.concatenate(([0.0], np.cumsum(curve**2)))
    stops = starts + lengths
    return whole[stops] - whole[starts], squares[stops] - squares[starts]


def _rms(wave: Wave, *, window: int, hop: int) -> Curve:
    """RMS of windows centred on every `hop` samples, zeros before and after."""
    sums = np.concatenate(([0.0], np.cumsum(np.square(wave))))
    middles = np.arange(0, len(wave), hop)
    starts = np.clip(middles - window // 2, 0, len(wave))
    stops = np.clip(middles + window - window // 2, 0, len(wave))
    return np.asarray(np.sqrt(np.maximum(sums[stops] - sums[starts], 0.0) / window))


def _centroid(power: NDArray[np.float64]) -> float | None:
    """The mean frequency of all power, in Hz."""
    spectrum = power.sum(axis=0)
    total = float(spectrum.sum())
    hertz = np.arange(len(spectrum)) * RATE / _WINDOW
    return float(spectrum @ hertz / total) if total > 0 else None
