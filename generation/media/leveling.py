"""Bring the sounds of one clip to one length, one loudness and one band."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generation.media.loudness import (
    Samples,
    integrated_loudness,
    true_peak_db,
    ungated_loudness,
)
from generation.media.spec import NARROWEST, RenderSpec
from generation.media.spectrum import bandwidth_hz, low_pass

GATED = "r128"
UNGATED = "rms"
SILENT = "silence"


@dataclass(frozen=True, slots=True)
class Measured:
    """Levels of one sound: `method` says how `lufs` came about (r128, rms, silence)."""

    lufs: float | None
    true_peak: float | None
    method: str


@dataclass(frozen=True, slots=True)
class Leveled:
    """One sound made ready: `samples`, and what it came from and went to.

    `gain_db` is what it was multiplied by, `lufs` and `true_peak` what it then has
    (None: digital silence), `band_hz` its bandwidth before any limit.
    """

    samples: Samples
    gain_db: float
    lufs: float | None
    true_peak: float | None
    method: str
    band_hz: float | None


@dataclass(frozen=True, slots=True)
class LeveledClip:
    """All sounds of a clip; `lowered_db` is how far under the target they all stay."""

    sounds: tuple[Leveled, ...]
    lowered_db: float
    limit_hz: float | None


def level(
    sounds: Sequence[Samples],
    *,
    length: int,
    spec: RenderSpec,
    leading: Sequence[bool] | None = None,
) -> LeveledClip:
    """Cut, pad, limit and level the `sounds` of one clip to `length` samples each.

    Every sound gets one linear gain and nothing else: none is compressed. Where one
    would break the true-peak limit at the target loudness, all are lowered by what it
    lacks, so that they stay equally loud. All fall silent at the same sample, the end
    of the shortest, however little that is before `length`.

    Only the `leading` sounds (None: all) count for this; the others are fitted to
    them, and stay quieter where their own peaks ask for it.
    """
    rate = spec.sample_rate
    leads = list(leading or [True] * len(sounds))
    # Muted arms are given as no samples and set no limit.
    sounding = min(
        [
            length,
            *(len(s) for s, lead in zip(sounds, leads, strict=True) if lead and len(s)),
        ]
    )
    cut = [_fitted(sound, sounding) for sound in sounds]
    bands = [bandwidth_hz(sound, rate) for sound in cut]
    limit = _limit([b for b, lead in zip(bands, leads, strict=True) if lead], spec)
    if limit is not None:
        cut = [low_pass(sound, rate, hertz=limit) for sound in cut]
    cut = [_fitted(_faded(sound, spec), length) for sound in cut]
    measured = [measure(sound, rate) for sound in cut]
    wanted = [0.0 if m.lufs is None else spec.loudness_lufs - m.lufs for m in measured]
    lacks = [
        0.0 if m.true_peak is None else m.true_peak + gain - spec.true_peak_dbtp
        for m, gain in zip(measured, wanted, strict=True)
    ]
    lowered = max(
        [0.0, *(lack for lack, lead in zip(lacks, leads, strict=True) if lead)]
    )
    gains = [
        gain - max(lowered, lack) for gain, lack in zip(wanted, lacks, strict=True)
    ]
    return LeveledClip(
        sounds=tuple(
            _gained(sound, gain, m, band)
            for sound, gain, m, band in zip(cut, gains, measured, bands, strict=True)
        ),
        lowered_db=lowered,
        limit_hz=limit,
    )


def measure(sound: Samples, rate: int) -> Measured:
    """Loudness and true peak of `sound`, by R128 where its gates let anything pass."""
    peak = true_peak_db(sound)
    if peak is None:
        return Measured(None, None, SILENT)
    gated = integrated_loudness(sound, rate)
    if gated is not None:
        return Measured(gated, peak, GATED)
    return Measured(ungated_loudness(sound, rate), peak, UNGATED)


def _fitted(sound: Samples, length: int) -> Samples:
    return np.pad(sound[:length], (0, max(0, length - len(sound))))


def _limit(bands: Sequence[float | None], spec: RenderSpec) -> float | None:
    if spec.band_limit != NARROWEST:
        return spec.band_hz
    return min((band for band in bands if band is not None), default=None)


def _faded(sound: Samples, spec: RenderSpec) -> Samples:
    count = min(round(spec.fade_ms * spec.sample_rate / 1000), len(sound) // 2)
    if count < 1:
        return sound
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
    faded = sound.copy()
    faded[:count] *= rise
    faded[-count:] *= rise[::-1]
    return faded


def _gained(
    sound: Samples, gain_db: float, before: Measured, band_hz: float | None
) -> Leveled:
    if before.lufs is None or before.true_peak is None:
        return Leveled(sound, 0.0, None, None, before.method, band_hz)
    return Leveled(
        samples=sound * np.float32(10 ** (gain_db / 20)),
        gain_db=gain_db,
        lufs=before.lufs + gain_db,
        true_peak=before.true_peak + gain_db,
        method=before.method,
        band_hz=band_hz,
    )
