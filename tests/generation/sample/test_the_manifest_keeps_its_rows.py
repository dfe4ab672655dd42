"""A manifest that sounds are added to loses nothing, or is left as it is, and told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from generation.dataset import make_split, open_dataset, prepare
from generation.manifest import read_manifest
from generation.sample import SampleError, sample
from tests.generation.sample.world import asking, clips, tiny_checkpoint


@pytest.fixture
def listed(checkpoint: Path, manifest: Path, tmp_path: Path) -> Path:
    """The manifest of a first system, frame."""
    return sample(asking(checkpoint, manifest, tmp_path / "out")).manifest


def _edit(path: Path, change: Callable[[str], str], encoding: str = "utf-8") -> str:
    text = change(path.read_text())
    path.write_text(text, encoding=encoding)
    return text


def _mistyped(text: str) -> str:
    return text.replace("dog-1,Dog,frame", "dog-1,dog,frame")


@pytest.mark.parametrize(
    ("change", "encoding", "told"),
    [
        (_mistyped, "utf-8", r"row 3, dog-1: category 'dog' is 'Dog' elsewhere"),
        (str, "utf-16", "not UTF-8"),
        (lambda text: text.replace("path", "file", 1), "utf-8", "column is missing"),
        (lambda text: text.replace(",0,", ",zero,", 1), "utf-8", "'zero' is no seed"),
        (
            lambda text: text + "dog-1,Dog,x,loop.wav,,,\n",
            "utf-8",
            "cannot be looked up",
        ),
    ],
)
def test_one_that_cannot_be_read_is_told_before_anything_is_made(
    listed: Path,
    manifest: Path,
    tmp_path: Path,
    change: Callable[[str], str],
    encoding: str,
    told: str,
) -> None:
    (listed.parent / "loop.wav").symlink_to("loop.wav")
    _edit(listed, change, encoding)
    before = listed.read_bytes()
    seq = tiny_checkpoint(tmp_path / "seq.pt", "seq")
    with pytest.raises(SampleError, match=told) as error:
        sample(asking(seq, manifest, listed.parent))
    assert "mend it by hand, or give another folder" in str(error.value)
    assert listed.read_bytes() == before
    assert not list(listed.parent.glob("seq*/*.wav"))


def test_a_row_whose_file_is_gone_stays(
    listed: Path, manifest: Path, tmp_path: Path
) -> None:
    gone = next(listed.parent.glob("frame*/*dog-2*.wav"))
    gone.unlink()
    seq = tiny_checkpoint(tmp_path / "seq.pt", "seq")
    rows = sample(asking(seq, manifest, listed.parent)).manifest.read_text()
    assert gone.name in rows
    assert len(rows.splitlines()) == 1 + 9


def test_sounds_that_were_removed_are_made_again(
    checkpoint: Path, listed: Path, manifest: Path
) -> None:
    before = listed.read_bytes()
    for each in listed.parent.glob("frame*/*.wav"):
        each.unlink()
    sample(asking(checkpoint, manifest, listed.parent))
    assert listed.read_bytes() == before


def test_a_system_spelled_another_way_is_told_before_anything_is_made(
    checkpoint: Path, listed: Path, manifest: Path
) -> None:
    with pytest.raises(SampleError, match="system 'FRAME' is 'frame' elsewhere"):
        sample(asking(checkpoint, manifest, listed.parent, system="FRAME", seed=1))
    assert not list(listed.parent.glob("FRAME*/*.wav"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"seed": 2**63}, r"seed 9223372036854775808: give a number from 0"),
        ({"seed": -1}, "seed -1: give a number from 0"),
        ({"system": "   "}, "system '   ': spaces around it"),
        ({"system": "two\nlines"}, "holds control characters"),
        ({"system": "x" * 300}, "longer than 200 characters"),
        ({"gain": 1e-300}, r"gain 1e-300: give a number from 1e-06"),
        ({"gain": float("nan")}, "gain nan: give a number from"),
        ({"temperature": 1e-7}, r"temperature 1e-07: give a number from 1e-06"),
    ],
)
def test_what_no_manifest_takes_is_refused_at_once(
    checkpoint: Path, manifest: Path, tmp_path: Path, more: dict[str, object], told: str
) -> None:
    with pytest.raises(SampleError, match=told):
        asking(checkpoint, manifest, tmp_path, **more)


def test_a_real_sound_that_is_gone_is_told_before_anything_is_made(
    checkpoint: Path, tmp_path: Path
) -> None:
    listed = clips(tmp_path / "clips", ("dog-1", "dog-2"))
    data = open_dataset("manifest", listed)
    split = make_split(data.records, "last", count=1)
    prepare(data, split, tmp_path / "data", gain="peak", side=16, workers=1)
    sample(asking(checkpoint, tmp_path / "data", tmp_path / "first"))
    (tmp_path / "clips" / "dog-2.mp4").unlink()
    with pytest.raises(SampleError, match=r"dog-2: its real sound, .* not there"):
        sample(asking(checkpoint, tmp_path / "data", tmp_path / "out"))
    assert not list((tmp_path / "out").rglob("*.wav"))
    # there it was kept
    sample(asking(checkpoint, tmp_path / "data", tmp_path / "first", seed=1))


def test_a_category_spelled_otherwise_renames_the_sounds_that_are_there(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    sample(asking(checkpoint, manifest, tmp_path / "out"))
    other = tmp_path / "other.csv"
    text = manifest.read_text().replace(",Dog,", ",dog,")
    other.write_text(text.replace(",real,", f",real,{manifest.parent}/"))
    done = sample(asking(checkpoint, other, tmp_path / "out"))
    assert done.kept == 3
    assert {row.category for row in read_manifest(done.manifest).records} == {"dog"}


@pytest.mark.parametrize("text", ["", "clip,category,system,path\n"])
def test_a_manifest_without_rows_is_begun(
    checkpoint: Path, manifest: Path, tmp_path: Path, text: str
) -> None:
    (tmp_path / "manifest.csv").write_text(text)
    done = sample(asking(checkpoint, manifest, tmp_path))
    assert len(read_manifest(done.manifest).records) == 6
