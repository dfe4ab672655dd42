"""Whether a generated sound is fit to be heard: silence, offset, clipping, noise.

What sample-level networks are known to do wrong (SampleRNN's issues 17 and 24, and
those of its PyTorch port): they fall silent, drift off zero, stick to full scale, or
break into white noise. Real sounds pass. Pure numpy.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

FRAME_SECONDS = 0.02
SILENT_DBFS = -60.0
"""A frame below this is silent: the quietest real room tone lies at -65."""

_TINY = 1e-12
_BAND_HZ = (50.0, 7600.0)  # what 15,974.4 samples a second can carry, edges left out
_DRIFT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of each is still taken for sound.

    silence: share of frames below -60 dBFS. Sparse clips, a bark in four seconds,
        stay under it; a network that has learnt nothing but silence does not.
    rms_low, rms_high: dBFS of the whole. Quiet real clips lie at -40, the loudest at
        -6.1, and uniform noise over all 256 levels at -4.8.
    offset: |mean| of the whole, two of the 256 levels; `drift` of any half second,
        where the loudest real engine reaches 0.022.
    clipped: share of samples at 0.99 of full scale or more; uniform noise has 0.010.
    flatness: geometric over arithmetic mean of the mean power spectrum, 50 to
        7,600 Hz; white noise has 1, the whitest of 26 real clips 0.71.
    burst: seconds on end in which frames are white, loud, and stand out; the longest
        in those clips is a scraped metal's 0.06.
    """

    silence: float = 0.95
    rms_low: float = -60.0
    rms_high: float = -5.5
    offset: float = 2 / 128
    drift: float = 0.06
    clipped: float = 0.004
    flatness: float = 0.85
    burst: float = 0.15


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, and `faults`, each in words; none means fit to be heard.

    Levels in dBFS (None: digital silence), `burst` the longest burst of noise in s.
    """

    seconds: float
    rms: float | None
    silence: float
    offset: float
    drift: float
    clipped: float
    flatness: float | None
    burst: float
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def measures(self) -> dict[str, float | None]:
        """The numbers by name, for a record of the sound."""
        names = [field.name for field in fields(self) if field.name != "faults"]
        return {name: getattr(self, name) for name in names}


def check(
    samples: NDArray[np.floating], rate: float, *, limits: Limits = LIMITS
) -> Quality:
    """Judge `samples`, (samples,), full scale 1, at `rate` Hz.

    Raises ValueError when there is no sample, one is no number, or the rate is not
    above 0.
    """
    if samples.ndim != 1 or not len(samples):
        raise ValueError(f"a sound of shape {samples.shape}: give one channel")
    if not rate > 0:
        raise ValueError(f"rate {rate}: give samples a second")
    sound = samples.astype(np.float64)
    if not np.isfinite(sound).all():
        raise ValueError("a sample is no number; the network has diverged")
    size = max(1, min(round(FRAME_SECONDS * rate), len(sound)))
    frames = sound[: len(sound) // size * size].reshape(-1, size)  # (frame, size)
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + _TINY)
    spectra = _band(np.square(np.abs(np.fft.rfft(frames * np.hanning(size)))), rate)
    mean_square = float(np.square(sound).mean())
    measured = Quality(
        seconds=len(sound) / rate,
        rms=10 * float(np.log10(mean_square)) if mean_square > 0 else None,
        silence=float((levels < SILENT_DBFS).mean()),
        offset=float(sound.mean()),
        drift=_drift(sound, max(1, round(_DRIFT_SECONDS * rate))),
        clipped=float((np.abs(sound) >= 0.99).mean()),
        flatness=_flatness(spectra.mean(axis=0)) if mean_square > 0 else None,
        burst=_longest(_is_noise(spectra, levels)) * size / rate,
        faults=(),
    )
    faults = tuple(_faults(measured, limits))
    return Quality(**measured.measures(), faults=faults)  # type: ignore[arg-type]


def _faults(found: Quality, limits: Limits) -> Iterator[str]:
    yield from _faults_of_level(found, limits)
    if abs(found.offset) > limits.offset:
        yield f"off zero by {found.offset:+.3f} on the whole"
    elif found.drift > limits.drift:
        yield f"drifts off zero by {found.drift:.3f} for half a second"
    if found.clipped > limits.clipped:
        yield f"{found.clipped:.1%} of its samples are clipped"
    if found.burst > limits.burst:
        yield f"a burst of noise of {found.burst:.2f} s"
    elif found.flatness is not None and found.flatness > limits.flatness:
        yield f"white noise throughout: flatness {found.flatness:.2f}"


def _faults_of_level(found: Quality, limits: Limits) -> Iterator[str]:
    if found.rms is None:
        yield "digital silence"
    elif found.rms < limits.rms_low:
        yield f"silent: {found.rms:.0f} dBFS on the whole"
    elif found.silence > limits.silence:
        yield f"silent for {found.silence:.0%} of its time"
    elif found.rms > limits.rms_high:
        yield f"as loud as noise at full scale: {found.rms:.0f} dBFS"


def _band(power: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """The bins of `power`, (frame, bin), within what is compared."""
    hertz = np.arange(power.shape[1]) * rate / max(1, 2 * (power.shape[1] - 1))
    inside = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
    return power[:, inside] if inside.any() else power


def _flatness(power: NDArray[np.float64]) -> float:
    """Geometric over arithmetic mean along the last axis, 0 to 1."""
    return float(np.exp(np.log(power + _TINY).mean()) / (power.mean() + _TINY))


def _drift(sound: NDArray[np.float64], size: int) -> float:
    """The largest |mean| of half seconds that overlap by half."""
    sums = np.concatenate(([0.0], np.cumsum(sound)))
    size = min(size, len(sound))
    starts = np.arange(0, len(sound) - size + 1, max(1, size // 2))
    return float(np.abs(sums[starts + size] - sums[starts]).max() / size)


def _is_noise(
    spectra: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which frames are white, loud, and far above the sound around them.

    One frame of white noise has a flatness of exp(-0.577) = 0.56 (the mean logarithm
    of an exponential variable), scattered by 0.04 at 16 kHz.
    """
    flat = np.exp(np.log(spectra + _TINY).mean(axis=1)) / (spectra.mean(axis=1) + _TINY)
    white: NDArray[np.bool_] = flat > 0.4
    return white & (levels > -30.0) & (levels > np.median(levels) + 12.0)


def _longest(flags: NDArray[np.bool_]) -> int:
    """The length of the longest run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))
