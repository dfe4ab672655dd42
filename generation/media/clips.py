"""The records of a clip's build: what goes in, what comes out."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ArmSource:
    """One arm of a clip: the file whose sound is taken, and the name to give it.

    `sound` None means muted. `output_name` is chosen by the caller, opaque to raters,
    of letters, digits, - and _. `stream` is the sound's index in the file as `inspect`
    reported it; None looks it up by the same rule, at the price of a start of ffprobe.
    `follows` says that this arm is fitted to the others' length, loudness and band and
    has no say in them: a catch must not change what it is mixed among.
    """

    key: str
    sound: Path | None
    output_name: str
    stream: int | None = None
    follows: bool = False


@dataclass(frozen=True, slots=True)
class RenderedClip:
    """One stimulus file, and what was done to its sound.

    Levels are of the samples given to the encoder (None: muted or digital silence);
    `loudness_by` is r128, rms (too short or quiet for R128's gates) or silence.
    `band_hz` is the sound's own bandwidth, before any limit.
    """

    key: str
    path: Path
    sha256: str
    size_bytes: int
    seconds: float
    sample_rate: int
    bitrate: int
    loudness_lufs: float | None
    loudness_by: str
    true_peak_db: float | None
    gain_db: float
    band_hz: float | None


@dataclass(frozen=True, slots=True)
class ClipBuild:
    """All stimuli of one clip, in the order of the arms given.

    `lowered_db` is how far all arms stay under the target loudness (0: they reach
    it), `limit_hz` the band limit used; `notes` says in words what had to be done.
    """

    arms: tuple[RenderedClip, ...]
    width: int
    height: int
    fps: float
    frames: int
    seconds: float
    picture_sha256: str
    lowered_db: float
    limit_hz: float | None
    notes: tuple[str, ...]
