"""Sounds of clips that are there to train on say so, in the report and the manifest."""

from pathlib import Path

from generation.dataset import make_split, open_dataset, prepare
from generation.manifest import read_manifest
from generation.sample import sample
from tests.generation.sample.world import asking


def test_sounds_of_training_clips_are_noted(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    data = open_dataset("manifest", manifest)
    split = make_split(data.records, "last", count=1)
    prepare(data, split, tmp_path / "prepared", gain="peak", side=16, workers=1)
    test = sample(asking(checkpoint, tmp_path / "prepared", tmp_path / "test"))
    assert len(test.made) == 1
    assert "training clip" not in test.made[0].note
    assert test.remarks == ()
    done = sample(
        asking(checkpoint, tmp_path / "prepared", tmp_path / "all", split="all")
    )
    assert "2 of 3 clips are there to train on" in " ".join(done.remarks)
    notes = [r.note for r in read_manifest(done.manifest).records if not r.is_real]
    assert sum("a training clip" in note for note in notes) == 2
