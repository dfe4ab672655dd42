"""The two baselines: noise in step with the sound, and another clip's sound."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from generation.baselines import (
    ENVELOPE_NOISE,
    OTHER_CLIP,
    BaselineError,
    add_baselines,
    envelope_noise,
    fitted,
)
from generation.manifest import read_manifest
from generation.media import Sound, inspect, judge
from tests.generation.makers import sound, video

HEAD = "clip,category,system,path,note\n"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    video(tmp_path / "a.mp4", seconds=1.0)
    video(tmp_path / "b.mp4", seconds=0.6)
    sound(tmp_path / "c.wav", "sine=f=90:r=8000", seconds=0.5)
    path = tmp_path / "m.csv"
    path.write_text(
        HEAD + "k,Dog,real,a.mp4,demo: x\nl 1/ö,Dog,real,b.mp4,\n"
        "k,Dog,frame,c.wav,\nn,Cat,real,a.mp4,\n"
    )
    return path


def test_every_clip_gets_both_and_keeps_its_own(manifest: Path, tmp_path: Path) -> None:
    out = add_baselines(manifest, tmp_path / "out", seed=1)
    reading = read_manifest(out, allow_outside=True)
    assert reading.faults == ()
    assert [(r.clip, r.system) for r in reading.records] == [
        ("k", "real"),
        ("k", "frame"),
        ("k", ENVELOPE_NOISE),
        ("k", OTHER_CLIP),
        ("l 1/ö", "real"),
        ("l 1/ö", ENVELOPE_NOISE),
        ("l 1/ö", OTHER_CLIP),
        ("n", "real"),
        ("n", ENVELOPE_NOISE),
        ("n", OTHER_CLIP),
    ]
    notes = {(r.clip, r.system): r.note for r in reading.records}
    assert notes["k", ENVELOPE_NOISE] == "demo: x"
    assert notes["k", OTHER_CLIP] == "demo: x; sound of l 1/ö"
    for record in reading.records:
        if record.system in (ENVELOPE_NOISE, OTHER_CLIP):
            assert judge(inspect(record.path), role="generated").problems == ()
            assert record.path.is_relative_to(tmp_path / "out")


def test_the_same_seed_gives_the_same_bytes(manifest: Path, tmp_path: Path) -> None:
    def digest(out: Path) -> list[str]:
        add_baselines(manifest, out, seed=3)
        return [
            hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(out.rglob("*.wav"))
        ]

    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_a_second_run_on_its_own_output_changes_nothing(
    manifest: Path, tmp_path: Path
) -> None:
    out = add_baselines(manifest, manifest.parent, seed=1)
    first = out.read_bytes()
    assert add_baselines(out, manifest.parent, seed=1).read_bytes() == first


def test_noise_follows_the_envelope_and_nothing_else() -> None:
    rate = 16_000
    t = np.arange(2 * rate) / rate
    gate = (np.sin(2 * np.pi * 2 * t) > 0).astype(np.float32) * 0.3
    tone = Sound((gate * np.sin(2 * np.pi * 440 * t)).astype(np.float32), rate)
    made = envelope_noise(tone, np.random.default_rng(1))
    parts = [np.square(s.samples.reshape(100, -1)).mean(1) ** 0.5 for s in (tone, made)]
    assert np.corrcoef(*parts)[0, 1] > 0.95
    assert abs(np.corrcoef(tone.samples, made.samples)[0, 1]) < 0.05
    assert abs(made.samples).max() <= 0.9 + 1e-6


def test_a_borrowed_sound_is_repeated_or_cut_to_length() -> None:
    short = Sound(np.arange(4, dtype=np.float32), 4)
    assert fitted(short, seconds=1.5).samples.tolist() == [0, 1, 2, 3, 0, 1]
    assert fitted(short, seconds=0.5).samples.tolist() == [0, 1]


def test_a_single_clip_has_no_other(tmp_path: Path) -> None:
    video(tmp_path / "a.mp4", seconds=0.4)
    path = tmp_path / "m.csv"
    path.write_text(HEAD + "k,Dog,real,a.mp4,\n")
    records = read_manifest(
        add_baselines(path, tmp_path / "o", seed=1), allow_outside=True
    )
    assert [r.system for r in records.records] == ["real", ENVELOPE_NOISE]


def test_a_faulty_manifest_is_refused_with_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(HEAD + "k,Dog,real,gone.mp4,\n")
    with pytest.raises(BaselineError, match=r"row 2, path: 'gone\.mp4' does not exist"):
        add_baselines(path, tmp_path / "o", seed=1)
