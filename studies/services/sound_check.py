"""The sound check: a few tones that the rater counts before the first clip.

How many there are follows from the site's secret, the session and the attempt, so
nothing but the number of attempts needs keeping, and the answer never leaves the
server in words.
"""

import hashlib
import hmac
import io
import random
import wave
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from studies.models import Assignment

RATE = 22_050
"""Samples per second."""

FEWEST, MOST = 3, 7
"""The numbers of tones there may be."""

_SECONDS = 5.0  # always the same, or the length of the file would tell the number
_LEAD = 0.4
_TONE = 0.25
_RAMP = 0.02
_LEAST_GAP = 0.3
_PITCHES = (392.0, 440.0, 523.25, 587.33, 659.26, 783.99)
# a sine of this peak is as loud as the clips are: -23 LUFS is about -20 dBFS rms
_PEAK = 0.14


def attempts(assignment: Assignment) -> int:
    """Return how often this rater has given a number so far."""
    return int(assignment.steps.get("sound", {}).get("attempts", 0))


def passed(assignment: Assignment) -> bool:
    """Say whether this rater has given the right number."""
    return bool(assignment.steps.get("sound", {}).get("passed", False))


def tone_count(key: str, attempt: int) -> int:
    """Return the number of tones of one attempt of one session, FEWEST to MOST."""
    return FEWEST + _draw(key, attempt, "count") % (MOST - FEWEST + 1)


def tones_wav(key: str, attempt: int) -> bytes:
    """Return the tones as a mono WAV file of 16 bits; the same ones every time.

    Each lasts 0.25 s; at least 0.3 s of silence lie between two of them.
    """
    rng = random.Random(_draw(key, attempt, "sound"))
    count = tone_count(key, attempt)
    signal = np.zeros(round(_SECONDS * RATE))
    for start in _starts(count, rng):
        tone = _tone(rng.choice(_PITCHES))
        first = round(start * RATE)
        signal[first : first + len(tone)] = tone
    return _wav(signal)


def judge(assignment: Assignment, count: int) -> dict[str, Any]:
    """Compare a rater's count with the truth; return what to keep as step "sound".

    There is no limit to the attempts: how many were made is part of the data.
    """
    made = attempts(assignment)
    right = count == tone_count(str(assignment.key), made)
    return {"attempts": made + 1, "passed": right or passed(assignment)}


def _draw(key: str, attempt: int, purpose: str) -> int:
    text = f"sound-check:{purpose}:{key}:{attempt}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big")


def _starts(count: int, rng: random.Random) -> list[float]:
    """Seconds at which the tones start: random gaps that fill the fixed length."""
    spare = _SECONDS - 2 * _LEAD - count * _TONE - (count - 1) * _LEAST_GAP
    # as many cuts as there are tones: what is left of the last lies behind it
    cuts = sorted(rng.uniform(0, spare) for _ in range(count))
    step = _TONE + _LEAST_GAP
    return [_LEAD + cut + index * step for index, cut in enumerate(cuts)]


def _tone(pitch: float) -> NDArray[np.float64]:
    time = np.arange(round(_TONE * RATE)) / RATE
    edge = np.minimum(time, _TONE - time) / _RAMP
    envelope = np.sin(np.pi / 2 * np.clip(edge, 0.0, 1.0)) ** 2
    tone: NDArray[np.float64] = _PEAK * envelope * np.sin(2 * np.pi * pitch * time)
    return tone


def _wav(signal: NDArray[np.float64]) -> bytes:
    samples = np.round(signal * 32_767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()
