"""A simulated rater really counts the tones of the sound check."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.services.rehearsal.tones import count_tones
from studies.services.sound_check import tone_count, tones_wav


def wav_of(signal: np.ndarray, *, rate: int = 16_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        frames = np.repeat((signal * 32_000).astype("<i2"), channels)
        out.writeframes(frames.tobytes())
    return file.getvalue()


@pytest.mark.parametrize("attempt", range(12))
def test_the_sites_own_tones_are_counted_right(attempt: int) -> None:
    assert count_tones(tones_wav("a-session", attempt)) == tone_count(
        "a-session", attempt
    )


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.floats(0.15, 0.6), min_size=1, max_size=9),
    level=st.floats(0.05, 1.0),
    channels=st.sampled_from([1, 2]),
)
def test_bursts_of_any_level_and_spacing_are_counted(
    gaps: list[float], level: float, channels: int
) -> None:
    time = np.arange(round(0.2 * 16_000)) / 16_000
    tone = level * np.sin(2 * np.pi * 500 * time)
    parts = [np.concatenate([tone, np.zeros(round(gap * 16_000))]) for gap in gaps]
    noise = np.random.default_rng(1).normal(0, 0.002 * level, sum(map(len, parts)))
    signal = np.clip(np.concatenate(parts) + noise, -1, 1)
    assert count_tones(wav_of(signal, channels=channels)) == len(gaps)


def test_silence_has_no_tones() -> None:
    assert count_tones(wav_of(np.zeros(8000))) == 0
    assert count_tones(wav_of(np.zeros(0))) == 0
