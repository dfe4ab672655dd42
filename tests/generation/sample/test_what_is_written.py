"""A run's files: sounds at 48 kHz, a record beside each, a manifest for ingest."""

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from generation.checkpoint import file_sha256
from generation.manifest import read_manifest
from generation.sample import SampleError, read_record, report, sample
from generation.sample.making import to_sound
from tests.generation.sample.world import asking, clips, tiny_checkpoint


def test_a_manifest_lists_each_clips_sound_beside_its_real_one(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path, seed=5, temperature=0.9))
    # no `allow_outside`: ingest takes only what lies in the manifest's folder
    reading = read_manifest(done.manifest)
    assert reading.faults == ()
    assert [(r.clip, r.system) for r in reading.records] == [
        (clip, system)
        for clip in ("dog-1", "dog-2", "dog-3")
        for system in ("real", "frame")
    ]
    made = [record for record in reading.records if not record.is_real]
    assert {record.checkpoint for record in made} == {file_sha256(checkpoint)}
    assert {record.seed for record in made} == {5}
    assert all("temperature 0.9; " in record.note for record in made)
    assert all("features stub-" in record.note for record in made)


def test_sounds_of_stub_features_are_marked_as_a_demo(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path))
    made = [r for r in read_manifest(done.manifest).records if not r.is_real]
    assert all(record.is_demo for record in made)
    assert all("stub features" in record.note for record in made)
    assert all(one.is_demo and one.is_stub for one in done.made)


def test_a_sound_lasts_exactly_as_many_frames_as_its_clip(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path))
    for one in done.made:
        # 0.2 s are 3.12 frames, 0.13 s 2.03: 3 and 2
        assert one.frames == (2 if one.clip == "dog-2" else 3)
        with wave.open(str(tmp_path / one.file)) as file:
            assert file.getframerate() == 48_000
            # 1,024 samples a frame at 15,974.4 Hz, times 625 / 208, rounded up
            assert file.getnframes() == -(-one.frames * 1024 * 625 // 208)


def test_the_record_says_how_a_sound_was_made(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path, study="dogs"))
    one = done.made[0]
    path = tmp_path / one.file
    document = json.loads(path.with_suffix(".json").read_text())
    assert document["study"] == "dogs"
    assert document["samples"] == 3072  # 3 frames of 1,024
    assert document["sha256"] == file_sha256(path)
    assert document["device"] == "cpu"
    assert document["quality"]["silence"] == 0
    assert read_record(path) == one


def test_the_gain_is_the_checkpoints_or_declared_and_never_the_clips_own(
    manifest: Path, tmp_path: Path
) -> None:
    quiet = tiny_checkpoint(tmp_path / "quiet.pt", gain=4.0)
    done = sample(asking(quiet, manifest, tmp_path / "a"))
    assert {one.gain for one in done.made} == {4.0}
    told = sample(asking(quiet, manifest, tmp_path / "b", gain=2.0))
    assert {one.gain for one in told.made} == {2.0}
    # the same levels, twice as loud: 6.02 dB
    louder = told.made[0].quality["rms"]
    softer = done.made[0].quality["rms"]
    assert louder is not None
    assert softer is not None
    assert louder - softer == pytest.approx(6.02, abs=0.01)


def test_levels_become_sound_without_being_stretched() -> None:
    silence = to_sound(np.full(2048, 128, dtype=np.uint8), 2.0)
    assert not silence.any()
    step = to_sound(np.full(2048, 192, dtype=np.uint8), 2.0)
    # 192 / 128 - 1 = 0.5, over the gain of 2
    assert step[2000:4000].mean() == pytest.approx(0.25, abs=1e-3)


def test_a_second_system_joins_the_manifest_of_the_first(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    sample(asking(checkpoint, manifest, tmp_path))
    seq = tiny_checkpoint(tmp_path / "seq.pt", "seq")
    done = sample(asking(seq, manifest, tmp_path, system="seq (ours)"))
    records = read_manifest(done.manifest).records
    assert {record.system for record in records} == {"real", "frame", "seq (ours)"}
    assert len(records) == 9
    alone = sample(asking(seq, manifest, tmp_path, adds=False))
    assert {r.system for r in read_manifest(alone.manifest).records} == {"real", "seq"}


def test_flagged_sounds_are_named_in_the_report(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, manifest, tmp_path))
    # an untrained net's noise is white
    assert len(done.flagged) == 3
    text = report(done)
    assert "dog-2: white noise throughout" in text
    assert "3 sounds made, 0 kept" in text
    made = [r for r in read_manifest(done.manifest).records if not r.is_real]
    flags = {record.clip: record.flags for record in made}
    assert flags == {one.clip: one.faults for one in done.made}


def test_clips_of_other_categories_are_left_out_and_told(
    manifest: Path, tmp_path: Path
) -> None:
    drum = tiny_checkpoint(tmp_path / "drum.pt", categories=("Drum",))
    with pytest.raises(SampleError, match=r"trained on \(Drum\); there are Dog"):
        sample(asking(drum, manifest, tmp_path / "out"))


def test_a_manifest_with_faults_is_refused_in_words(
    checkpoint: Path, tmp_path: Path
) -> None:
    path = clips(tmp_path, ["dog-2"])
    (tmp_path / "dog-2.mp4").unlink()
    with pytest.raises(SampleError, match=r"dog-2\.mp4.* does not exist"):
        sample(asking(checkpoint, path, tmp_path / "out"))


@pytest.mark.parametrize("name", ["real", "Real", " REAL "])
def test_no_system_takes_the_name_of_the_real_sounds(
    checkpoint: Path, manifest: Path, tmp_path: Path, name: str
) -> None:
    # its rows would stand in the manifest in place of the clips' own
    with pytest.raises(SampleError, match="clips' own sound's; give another"):
        asking(checkpoint, manifest, tmp_path, system=name)
