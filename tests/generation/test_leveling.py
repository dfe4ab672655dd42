"""Arms of a clip come out equally loud, uncompressed and unclipped."""

from pathlib import Path

import numpy as np
import pytest

from generation.media import ArmSource, ClipBuild, RenderSpec, build_clip
from generation.media.leveling import level, measure
from generation.media.loudness import Samples
from generation.media.stages import StreamAt, decode
from tests.generation.makers import PICTURE, decoded, ffmpeg, sound

RATE = 48_000
SPEC = RenderSpec()


def tone(amplitude: float, hertz: float = 997, seconds: float = 2.0) -> Samples:
    t = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def clicks(seconds: float = 2.0) -> Samples:
    train = np.zeros(round(seconds * RATE), dtype=np.float32)
    train[:: RATE // 4] = 0.5
    return train


def test_different_sounds_end_equally_loud() -> None:
    noise = np.random.default_rng(1).standard_normal(2 * RATE).astype(np.float32)
    leveled = level(
        [tone(0.5), tone(0.01, 200), 0.05 * noise], length=96_000, spec=SPEC
    )
    for made in leveled.sounds:
        assert measure(made.samples, RATE).lufs == pytest.approx(-23, abs=0.05)
    assert leveled.lowered_db == 0


def test_all_arms_are_lowered_together_where_one_has_no_room() -> None:
    leveled = level([tone(0.5), clicks()], length=96_000, spec=SPEC)
    reached = [measure(made.samples, RATE) for made in leveled.sounds]
    assert leveled.lowered_db > 5
    assert reached[0].lufs == pytest.approx(-23 - leveled.lowered_db, abs=0.05)
    assert reached[1].lufs == pytest.approx(reached[0].lufs, abs=0.05)
    assert reached[1].true_peak == pytest.approx(-1.5, abs=0.05)


def test_one_gain_changes_a_sound_and_nothing_else() -> None:
    source = clicks()
    made = level([source], length=96_000, spec=RenderSpec(fade_ms=0)).sounds[0]
    gain = 10 ** (made.gain_db / 20)
    assert np.allclose(made.samples, source * gain, rtol=1e-5)


def test_what_gates_cannot_hear_is_leveled_by_its_mean() -> None:
    short = level([tone(0.1, seconds=0.3)], length=14_400, spec=SPEC).sounds[0]
    faint = level([tone(0.0001)], length=96_000, spec=SPEC).sounds[0]
    assert (short.method, faint.method) == ("rms", "rms")
    assert faint.lufs == pytest.approx(-23)


def test_silence_stays_silent() -> None:
    made = level([tone(0.1), np.zeros(0, np.float32)], length=96_000, spec=SPEC).sounds
    assert (made[1].method, made[1].lufs, made[1].gain_db) == ("silence", None, 0.0)
    assert len(made[1].samples) == 96_000
    assert not made[1].samples.any()


def test_all_arms_fade_out_with_the_shortest() -> None:
    made = level([tone(0.1), tone(0.1)[:95_000]], length=96_000, spec=SPEC).sounds
    for one in made:
        assert not one.samples[95_000:].any()
        assert abs(one.samples[94_990:95_000]).max() < 1e-3
        assert abs(one.samples[:3]).max() < 1e-3


@pytest.mark.parametrize(("limit", "most"), [("narrowest", 4600), ("2000", 2300)])
def test_a_band_limit_holds_for_all_arms(limit: str, most: float) -> None:
    rng = np.random.default_rng(2)
    noise = rng.standard_normal(2 * RATE).astype(np.float32) * 0.1
    narrow = level([noise], length=96_000, spec=RenderSpec(band_limit="4000")).sounds[0]
    spec = RenderSpec(band_limit=limit)
    for one in level([noise, narrow.samples], length=96_000, spec=spec).sounds:
        power = np.abs(np.fft.rfft(one.samples)) ** 2
        above = np.fft.rfftfreq(len(one.samples), 1 / RATE) > most
        assert power[above].sum() < 1e-5 * power.sum()


def test_bandwidth_is_measured_and_left_alone_by_default() -> None:
    rng = np.random.default_rng(2)
    noise = rng.standard_normal(2 * RATE).astype(np.float32) * 0.1
    made = level([noise], length=96_000, spec=SPEC)
    assert made.limit_hz is None
    assert made.sounds[0].band_hz == pytest.approx(24_000, rel=0.01)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "p.mp4"
    ffmpeg("-f", "lavfi", "-i", PICTURE, "-t", "1", path)
    return path


def test_channels_are_averaged_and_never_clip(picture: Path, tmp_path: Path) -> None:
    loud = "aevalsrc=0.98*sin(440*2*PI*t)|0.98*sin(440*2*PI*t):s=48000"
    same = sound(tmp_path / "same.wav", loud)
    opposite = sound(tmp_path / "opp.wav", loud.replace("|0", "|-0"))
    six = sound(tmp_path / "six.wav", "aevalsrc=1|1|1|1|1|1:c=5.1:s=48000")
    _, samples = decode(
        StreamAt(picture, 0),
        [StreamAt(path, 0) for path in (same, opposite, six)],
        folder=tmp_path,
        spec=SPEC,
        timeout=30,
    )
    assert abs(samples[0]).max() == pytest.approx(0.98, abs=0.001)
    assert abs(samples[1]).max() < 1e-4
    assert abs(samples[2]).max() == pytest.approx(1.0, abs=0.001)


def test_loudness_is_equal_after_coding_too(picture: Path, tmp_path: Path) -> None:
    pink = sound(tmp_path / "n.wav", "anoisesrc=c=pink:a=0.05:seed=1", seconds=1)
    hum = sound(tmp_path / "h.flac", "sine=f=300:r=16000", seconds=1)
    built: ClipBuild = build_clip(
        [ArmSource("a", pink, "a"), ArmSource("b", hum, "b")], picture, tmp_path, SPEC
    )
    heard = [measure(decoded(arm.path), RATE).lufs for arm in built.arms]
    assert heard[0] == pytest.approx(heard[1], abs=0.5)
    assert heard[0] == pytest.approx(-23, abs=0.5)
