"""Loudness agrees with the standard's own cases and with ffmpeg's meter."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from generation.media.loudness import (
    _k_filter,
    integrated_loudness,
    true_peak_db,
    ungated_loudness,
)
from tests.generation.makers import decoded, sound


def tone(level_db: float, hertz: float = 1000, seconds: float = 2.0) -> np.ndarray:
    t = np.arange(round(seconds * 48_000)) / 48_000
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hertz * t)
    return np.asarray(wave, dtype=np.float32)


def test_the_filter_at_48_khz_is_the_standards_table() -> None:
    # ITU-R BS.1770-4, annex 1, tables 1 and 2
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    shelf += [1.0, -1.69065929318241, 0.73248077421585]
    high_pass = [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621]
    assert np.allclose(_k_filter(48_000), [shelf, high_pass], atol=1e-8)


def test_a_full_scale_sine_reads_as_the_standard_says() -> None:
    # BS.1770-4: 0 dB FS, 997 Hz, in one front channel reads -3.01 LKFS
    assert integrated_loudness(tone(0, 997), 48_000) == pytest.approx(-3.01, abs=0.01)


def test_quiet_parts_are_gated_out() -> None:
    # after EBU Tech 3341, case 3: -36, -23, -36 dB FS tones read as the middle one
    # (there in two channels, here in one, hence 3.01 less)
    parts = [tone(-36, seconds=2), tone(-23, seconds=12), tone(-36, seconds=2)]
    whole = np.concatenate(parts)
    assert integrated_loudness(whole, 48_000) == pytest.approx(-26.01, abs=0.1)


def test_too_short_or_too_quiet_has_no_gated_loudness() -> None:
    assert integrated_loudness(tone(-20, seconds=0.3), 48_000) is None
    assert integrated_loudness(tone(-90), 48_000) is None
    assert ungated_loudness(tone(-90), 48_000) == pytest.approx(-93, abs=0.2)
    assert ungated_loudness(np.zeros(100, np.float32), 48_000) is None


def test_a_peak_between_samples_is_found() -> None:
    # EBU Tech 3341, case 16: a sine of fs/4 shifted by 45 degrees peaks 3 dB above
    # its samples
    n = np.arange(48_000)
    between = (0.5 * np.sin(np.pi / 2 * n + np.pi / 4)).astype(np.float32)
    assert 20 * np.log10(abs(between).max()) == pytest.approx(-9.03, abs=0.01)
    assert true_peak_db(between) == pytest.approx(-6.0, abs=0.3)
    assert true_peak_db(np.zeros(10, np.float32)) is None


def test_ffmpegs_meter_agrees(tmp_path: Path) -> None:
    source = "anoisesrc=c=pink:r=48000:a=0.4:seed=7,tremolo=f=0.7:d=0.9"
    path = sound(tmp_path / "a.wav", source, seconds=5)
    meter = ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
    told = subprocess.run(
        ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), *meter],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    loudness = re.search(r"I:\s+(-?[\d.]+) LUFS", told)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", told)
    assert loudness is not None
    assert peak is not None
    heard = decoded(path)
    assert integrated_loudness(heard, 48_000) == pytest.approx(
        float(loudness[1]), abs=0.1
    )
    assert true_peak_db(heard) == pytest.approx(float(peak[1]), abs=0.2)
