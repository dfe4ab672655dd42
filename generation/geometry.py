"""How long things are: frames of video, samples of sound, and their exact ratio.

The paper cuts ten seconds into 156 frames and 159,744 samples, so that a frame lasts
exactly 1,024 samples: 15.6 frames and 15,974.4 samples a second (Zhou et al., CVPR
2018, section 3). Everything here is a whole number or a fraction, nothing drifts.
"""

from __future__ import annotations

from fractions import Fraction

FPS = Fraction(78, 5)
"""Frames a second: 15.6."""

SAMPLES_PER_FRAME = 1024
RATE = FPS * SAMPLES_PER_FRAME
"""Samples a second: 15,974.4."""

MAX_FRAMES = 156


def frames_of(seconds: float | Fraction) -> int:
    """Return the frames of a clip that lasts so many seconds: 1 to 156.

    The nearest whole number of frames, halves up. Raises ValueError for a length that
    is not above 0.
    """
    if not seconds > 0:
        message = f"a clip lasts {seconds} s: it must be longer than 0"
        raise ValueError(message)
    whole = int(Fraction(seconds) * FPS + Fraction(1, 2))
    return min(max(whole, 1), MAX_FRAMES)


def samples_of(frames: int) -> int:
    """Return the samples of so many frames."""
    return frames * SAMPLES_PER_FRAME


def seconds_of(frames: int) -> Fraction:
    """Return how long so many frames last, exact."""
    return Fraction(frames) / FPS


def frame_time(frame: int) -> Fraction:
    """Return the time of a frame's middle, in seconds; the first is frame 0."""
    return (Fraction(frame) + Fraction(1, 2)) / FPS
