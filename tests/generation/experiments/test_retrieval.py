"""The upper bound takes the nearest real sounds and joins them without a seam."""

from pathlib import Path

import numpy as np
import pytest

from generation.clip import REAL, ClipRecord
from generation.experiments.cochleagram import RATE
from generation.experiments.retrieval import (
    RETRIEVAL,
    Piece,
    add_retrieval,
    build_database,
    joined,
    nearest_pieces,
)
from generation.experiments.rows import ExperimentError
from generation.manifest import read_manifest, write_manifest
from generation.media import Sound, read_sounds, write_wav


def sound(seed: int, seconds: float) -> np.ndarray:
    """Noise that comes and goes, in a band of its own."""
    rng = np.random.default_rng(seed)
    samples = round(seconds * RATE)
    times = np.arange(samples) / RATE
    carrier = np.sin(2 * np.pi * rng.uniform(200, 4000) * times)
    gate = np.sin(2 * np.pi * rng.uniform(0.5, 3) * times + rng.uniform(0, 6)) ** 2
    return np.asarray(0.3 * carrier * gate + 0.01 * rng.standard_normal(samples))


BANK = {f"clip {n}": sound(n, 4.9 + n % 3) for n in range(6)}


def test_a_clip_in_the_database_retrieves_itself_sample_for_sample() -> None:
    database = build_database(BANK.items())
    for clip, wave in BANK.items():
        pieces = nearest_pieces(wave, database)
        assert [(p.clip, p.window) for p in pieces] == [
            (clip, n) for n in range(-(-len(wave) // (2 * RATE)))
        ]
        assert all(piece.distance == 0 for piece in pieces)
        back = joined(pieces, BANK, samples=len(wave))
        np.testing.assert_allclose(back, wave, atol=1e-12)


def test_the_nearest_is_the_least_absolute_difference() -> None:
    """Against a plain loop over all windows."""
    database = build_database(BANK.items())
    (piece, *_) = nearest_pieces(sound(77, 2.0), database)
    (query,) = build_database([("q", sound(77, 2.0))]).windows
    far = [np.abs(query - window).mean() for window in database.windows]
    whole = [n for n, frames in enumerate(database.frames) if frames == 180]
    best = min(whole, key=lambda n: far[n])
    assert (piece.clip, piece.window) == database.owners[best]
    assert piece.distance == pytest.approx(far[best], rel=1e-5)


def test_a_clips_own_sound_can_be_left_out() -> None:
    database = build_database(BANK.items())
    pieces = nearest_pieces(BANK["clip 0"], database, without="clip 0")
    assert "clip 0" not in {piece.clip for piece in pieces}


def test_pieces_fade_into_each_other_within_ten_milliseconds() -> None:
    ones, twos = np.ones(4 * RATE), np.full(4 * RATE, 2.0)
    out = joined(
        [Piece("a", 0, 0), Piece("b", 1, 0)],
        {"a": ones, "b": twos},
        samples=3 * RATE,
    )
    assert len(out) == 3 * RATE
    fading = np.flatnonzero((out > 1) & (out < 2))
    assert len(fading) == round(0.01 * RATE)
    assert fading[0] == 2 * RATE - len(fading) // 2
    assert (np.diff(out) >= 0).all()


def test_nothing_long_enough_is_said() -> None:
    with pytest.raises(ExperimentError, match=r"no training sound of 2\.00 s"):
        nearest_pieces(sound(1, 2.0), build_database([("short", sound(2, 1.0))]))


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    rows = []
    for number, (clip, wave) in enumerate(BANK.items()):
        path = tmp_path / f"{number}.wav"
        write_wav(path, Sound(wave.astype(np.float32), RATE))
        note = "demo: made up" if number == 0 else ""
        rows.append(ClipRecord(clip, "Dog", REAL, path, note=note))
    write_manifest(rows, tmp_path / "all.csv")
    return tmp_path / "all.csv"


def test_the_upper_bound_becomes_a_system_of_the_manifest(
    manifest: Path, tmp_path: Path
) -> None:
    made = add_retrieval(manifest, tmp_path / "out")
    reading = read_manifest(made, allow_outside=True)
    assert reading.faults == ()
    rows = [row for row in reading.records if row.system == RETRIEVAL]
    assert [row.clip for row in rows] == list(BANK)
    assert rows[0].note.startswith("demo; from ")
    for row, heard in zip(rows, read_sounds([r.path for r in rows]), strict=True):
        assert row.clip not in row.note.replace("demo; ", "")
        assert len(heard.samples) == len(BANK[row.clip])
    again = add_retrieval(made, tmp_path / "out")  # its own rows are made anew
    assert again.read_bytes() == made.read_bytes()


def test_training_sounds_may_come_from_elsewhere(
    manifest: Path, tmp_path: Path
) -> None:
    made = add_retrieval(manifest, tmp_path / "out", training=manifest)
    rows = read_manifest(made, allow_outside=True).records
    for row in rows:
        if row.system == RETRIEVAL:  # nothing is left out: each finds itself
            assert f"{row.clip}@0s, {row.clip}@2s, {row.clip}@4s" in row.note


def test_a_category_without_training_clips_is_named(
    manifest: Path, tmp_path: Path
) -> None:
    row = read_manifest(manifest).records[0]
    cat = ClipRecord("lone", "Cat", REAL, row.path)
    write_manifest([cat], tmp_path / "one.csv")
    with pytest.raises(ExperimentError, match="Cat: 0 clips"):
        add_retrieval(tmp_path / "one.csv", tmp_path / "out", training=manifest)
    with pytest.raises(ExperimentError, match="Cat: 1 clips"):
        add_retrieval(tmp_path / "one.csv", tmp_path / "out")
