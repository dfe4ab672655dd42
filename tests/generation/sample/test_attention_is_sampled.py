"""A net with attention is sampled from as others are, and said to be a variant."""

from pathlib import Path

from generation.manifest import read_manifest
from generation.nets import NetConfig
from generation.sample import report, sample
from tests.generation.sample.world import asking, clips, tiny_checkpoint

CONFIG = NetConfig("frame", dim=32, embedding=8, feature_dim=8, attention=True)


def sound(out: Path, clip: str) -> bytes:
    """The file of a clip's sound."""
    (path,) = out.glob(f"frame-*/{clip}-*.wav")
    return path.read_bytes()


def test_maps_are_extracted_and_attended_to_whatever_is_beside(
    manifest: Path, tmp_path: Path
) -> None:
    net = tiny_checkpoint(tmp_path / "best.net", config=CONFIG)
    done = sample(asking(net, manifest, tmp_path / "all"))
    made = [r for r in read_manifest(done.manifest).records if not r.is_real]
    assert len(made) == 3
    assert all("; attention" in record.note for record in made)
    assert any("attention over 3 x 4 places of stub-map" in r for r in done.remarks)
    sample(asking(net, manifest, tmp_path / "single", batch=1))
    for clip in ("dog-1", "dog-2", "dog-3"):
        assert sound(tmp_path / "all", clip) == sound(tmp_path / "single", clip)


def test_the_table_of_a_run_says_what_it_is_of(
    checkpoint: Path, tmp_path: Path
) -> None:
    done = sample(asking(checkpoint, clips(tmp_path / "in", ["dog-2"]), tmp_path))
    assert "DEMO: of stub features, for trying only." in report(done)
