"""How stimuli are rendered: declared in a study's spec and printed in its report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from generation.media.adts import MAX_FRAME_BYTES

RENDER_VERSION = "1"
"""Changes when the same files and spec would render to other bytes."""

PRESETS = (
    *("ultrafast", "superfast", "veryfast", "faster", "fast"),
    *("medium", "slow", "slower", "veryslow"),
)
"""x264's, from quick to small."""

NO_LIMIT = "none"
NARROWEST = "narrowest"


@dataclass(frozen=True, slots=True)
class RenderSpec:
    """What is done to every clip alike, real or generated.

    Picture: at most `max_height` lines and `max_fps` frames a second, H.264 at `crf`
    and `preset` (faster at 20 shows 0.990 SSIM against the source on real 480-line
    clips; medium shows 0.991 for 1.8 times the work, veryfast needs 29 % more bytes
    for as much). Sound: mono at `sample_rate` Hz, `loudness_lufs` under
    `true_peak_dbtp` where reachable, faded over `fade_ms` at both ends, AAC coded at
    `audio_bitrate` and filled to frames of `audio_frame_bytes` each, which is what
    makes the rate constant (less than the 768 that always suffice: 768 for all arms of
    a clip where one needs more). `band_limit` is "none", "narrowest" (every arm of a
    clip low-passed at the bandwidth of its narrowest) or a frequency in Hz.

    Raises ValueError naming the field whose value cannot be rendered.
    """

    max_height: int = 480
    max_fps: int = 30
    crf: int = 20
    preset: str = "faster"
    sample_rate: int = 48_000
    loudness_lufs: float = -23.0
    true_peak_dbtp: float = -1.5
    fade_ms: float = 20.0
    audio_bitrate: int = 160_000
    audio_frame_bytes: int = MAX_FRAME_BYTES
    band_limit: str = NO_LIMIT
    version: str = RENDER_VERSION

    def __post_init__(self) -> None:
        limits: Mapping[str, tuple[float, float]] = {
            "max_height": (16, 2160),
            "max_fps": (1, 120),
            "crf": (0, 51),
            "loudness_lufs": (-60, -5),
            "true_peak_dbtp": (-20, 0),
            "fade_ms": (0, 500),
            "audio_bitrate": (32_000, 256_000),
            "audio_frame_bytes": (128, MAX_FRAME_BYTES),
        }
        for name, (least, most) in limits.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} {value!r}: give {least:g} to {most:g}")
        if self.preset not in PRESETS:
            raise ValueError(
                f"preset {self.preset!r}: give one of {', '.join(PRESETS)}"
            )
        if self.sample_rate not in (44_100, 48_000):
            raise ValueError(f"sample_rate {self.sample_rate!r}: give 44100 or 48000")
        if self.band_limit not in (NO_LIMIT, NARROWEST):
            self._require_frequency()

    @property
    def band_hz(self) -> float | None:
        """The frequency named by `band_limit`; None for "none" and "narrowest"."""
        if self.band_limit in (NO_LIMIT, NARROWEST):
            return None
        return float(self.band_limit)

    def as_declared(self) -> dict[str, str]:
        """The spec in words, for the report: name of a step to what it does."""
        band = {NO_LIMIT: "not limited", NARROWEST: "narrowest arm of each clip"}
        usual, most = (
            f"{size * 8 * self.sample_rate / 1024 / 1000:g} kbit/s"
            for size in (self.audio_frame_bytes, MAX_FRAME_BYTES)
        )
        small = self.audio_frame_bytes < MAX_FRAME_BYTES
        needed = f" ({most} for all arms of a clip where one needs it)" if small else ""
        return {
            "picture": (
                f"H.264 high, yuv420p, crf {self.crf}, {self.preset}, at most "
                f"{self.max_height} lines, constant rate of at most {self.max_fps}/s; "
                "encoded once per clip, the same bytes under every system's sound"
            ),
            "sound": (
                f"mono (average of the channels), {self.sample_rate / 1000:g} kHz, AAC "
                f"at {self.audio_bitrate / 1000:g} kbit/s filled to a constant {usual}"
                f"{needed}"
            ),
            "loudness": (
                f"{self.loudness_lufs:g} LUFS (EBU R128, one linear gain), true peak "
                f"at most {self.true_peak_dbtp:g} dBTP; all arms of a clip lowered "
                "alike where one cannot reach it"
            ),
            "length": f"shortest arm of each clip, faded over {self.fade_ms:g} ms",
            "bandwidth": band.get(self.band_limit, f"{self.band_limit} Hz"),
            "version": self.version,
        }

    def to_json(self) -> dict[str, Any]:
        """The fields as plain values, for storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "RenderSpec":
        """The spec that `to_json` gave; ValueError names fields it does not know."""
        unknown = sorted(set(stored) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"unknown render settings: {', '.join(unknown)}")
        return cls(**stored)

    def _require_frequency(self) -> None:
        try:
            hertz = float(self.band_limit)
        except ValueError:
            hertz = 0.0
        if not 100 <= hertz <= self.sample_rate / 2:
            raise ValueError(
                f"band_limit {self.band_limit!r}: give none, narrowest or a frequency "
                f"from 100 to {self.sample_rate // 2} Hz"
            )
